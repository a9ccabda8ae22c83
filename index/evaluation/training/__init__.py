"""Learning the weights of the reranker and of the confidence from question sets."""
