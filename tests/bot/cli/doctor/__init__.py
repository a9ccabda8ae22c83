"""Tests of bot.cli.doctor."""
