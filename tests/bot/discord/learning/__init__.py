"""Tests of bot.discord.learning."""
