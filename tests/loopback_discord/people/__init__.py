"""What people do there: messages, commands, clicks, moderation, administration."""
