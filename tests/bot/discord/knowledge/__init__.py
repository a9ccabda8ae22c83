"""Tests of bot.discord.knowledge."""
