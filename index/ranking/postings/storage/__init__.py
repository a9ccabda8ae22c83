"""Arrays and files that postings are kept in."""
