"""Tests of the reranker."""
