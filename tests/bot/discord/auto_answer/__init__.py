"""Tests of bot.discord.auto_answer."""
