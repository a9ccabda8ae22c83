"""The reranker: the best candidates of an engine, ranked again by what their texts say."""
