"""The page, asked by a client and looked at in a browser."""
