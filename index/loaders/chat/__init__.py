"""Loaders of what people said: chats of Discord, Slack, LINE and others, and transcripts."""
