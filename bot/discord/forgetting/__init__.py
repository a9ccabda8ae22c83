"""Forgetting a guild, and erasing from the disk what was removed."""
