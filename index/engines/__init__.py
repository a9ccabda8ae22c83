"""Ways to rank, one file an engine."""
