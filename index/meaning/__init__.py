"""Nearness in meaning: texts become vectors, whose cosine says how near they are also where they share no word."""
