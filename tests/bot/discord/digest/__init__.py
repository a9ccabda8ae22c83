"""Tests of bot.discord.digest."""
