"""Discord's part of the store: channels, messages, guilds, unanswered questions."""
