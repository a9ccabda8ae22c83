"""Kotae over HTTP: put together in `app.py`, served by `run.py`."""
