"""Engines that rank passages by their terms with BM25, behind one seam."""
