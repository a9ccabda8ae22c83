"""Tests of index.loaders.tables."""
