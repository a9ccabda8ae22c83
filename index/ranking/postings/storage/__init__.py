"""How postings are stored: growing arrays, segments, merging, and the index file."""
