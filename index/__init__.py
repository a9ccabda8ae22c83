"""kotae's retrieval: documents to passages to terms to ranking to hits. It knows nothing of chat."""
