"""`kotae serve`, and the tokens of those who ask it."""
