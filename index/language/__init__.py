"""Japanese text: normalization, tokens, sentences, readings, synonyms."""
