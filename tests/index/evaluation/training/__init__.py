"""Tests of index.evaluation.training."""
