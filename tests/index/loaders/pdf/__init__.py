"""Tests of index.loaders.pdf."""
