"""MCP: the same for assistants, over HTTP (`http.py`) and over standard input (`stdio.py`)."""
