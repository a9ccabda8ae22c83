"""Tests of index.store.discord."""
