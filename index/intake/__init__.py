"""Files into the store: read, analysed, and kept in step."""
