"""Tests of index.intake."""
