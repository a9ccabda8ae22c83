"""How postings are stored: growing arrays, segments, and merging."""
