"""What there is on it: guilds, roles, channels, messages."""
