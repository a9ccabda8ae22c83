"""Tests of index.store.backup."""
