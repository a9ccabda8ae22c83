"""Tests of the second look."""
