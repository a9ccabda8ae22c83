"""Permissions: who may read what, and who may manage it."""
