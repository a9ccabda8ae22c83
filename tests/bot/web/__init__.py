"""Kotae over HTTP."""
