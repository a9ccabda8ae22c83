"""Questions that found no answer: listed, answered, told to who asked."""
