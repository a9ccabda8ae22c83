"""Tests of index.loaders.chat."""
