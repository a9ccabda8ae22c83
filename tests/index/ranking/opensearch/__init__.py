"""Tests of index.ranking.opensearch."""
