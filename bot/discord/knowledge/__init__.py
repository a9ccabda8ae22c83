"""What a guild is answered from: list, add, remove, hide."""
