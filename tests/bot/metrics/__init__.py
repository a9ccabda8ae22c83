"""Tests of metrics, health and traces."""
