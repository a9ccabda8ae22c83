"""Discord, by topic."""
