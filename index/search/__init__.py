"""A question to hits: the library, and the index over the store."""
