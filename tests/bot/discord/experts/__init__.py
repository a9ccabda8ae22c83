"""Tests of bot.discord.experts."""
