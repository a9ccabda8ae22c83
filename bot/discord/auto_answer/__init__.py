"""Answering questions that nobody addressed to the bot, where an administrator allows it."""
