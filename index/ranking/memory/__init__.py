"""The engine for small collections, with rank-bm25."""
