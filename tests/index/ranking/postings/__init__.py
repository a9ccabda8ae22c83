"""Tests of index.ranking.postings."""
