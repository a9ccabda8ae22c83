"""Tests of bot.discord.freshness."""
