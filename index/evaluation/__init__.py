"""Measuring retrieval: question sets, runs, measures, comparisons."""
