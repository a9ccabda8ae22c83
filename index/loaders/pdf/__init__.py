"""PDF files: characters, lines, paragraphs, tables."""
