"""Backups: writing all of a store to one file, and restoring it."""
