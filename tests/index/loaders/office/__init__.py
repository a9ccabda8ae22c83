"""Tests of index.loaders.office."""
