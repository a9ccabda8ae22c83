"""Tests of bot.cli.serving."""
