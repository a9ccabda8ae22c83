"""Loaders of exported chats: Discord, Slack, LINE."""
