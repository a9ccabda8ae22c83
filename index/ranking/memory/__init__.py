"""The engine for small collections: rank-bm25."""
