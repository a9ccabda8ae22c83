"""`kotae evaluate`: measures of retrieval as tables, pictures and files."""
