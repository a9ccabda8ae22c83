"""Tests of bot.cli.evaluation."""
