"""Tests of index.loaders.web."""
