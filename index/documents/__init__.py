"""Documents to passages that can be quoted."""
