"""Ranking: engines that score passages by their terms with BM25, all behind one interface."""
