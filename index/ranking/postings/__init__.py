"""The engine for large collections: an inverted index in numpy arrays."""
