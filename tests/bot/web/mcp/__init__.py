"""`kotae mcp` and `/mcp`."""
