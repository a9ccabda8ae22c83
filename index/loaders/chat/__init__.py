"""Chats saved as files: Discord, Slack, LINE."""
