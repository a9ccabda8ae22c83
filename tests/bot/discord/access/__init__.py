"""Tests of bot.discord.access."""
