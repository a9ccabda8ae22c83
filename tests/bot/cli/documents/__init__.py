"""Tests of bot.cli.documents."""
