"""Tests of bot.discord.forgetting."""
