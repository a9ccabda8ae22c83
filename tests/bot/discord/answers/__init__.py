"""Tests of bot.discord.answers."""
