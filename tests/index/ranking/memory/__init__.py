"""Tests of index.ranking.memory."""
