"""Backups: one file with all of a store, written and restored."""
