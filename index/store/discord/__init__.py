"""What the store keeps for Discord: channels, messages, guilds, unanswered questions."""
