"""Tests of index.meaning."""
