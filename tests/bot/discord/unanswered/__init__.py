"""Tests of bot.discord.unanswered."""
