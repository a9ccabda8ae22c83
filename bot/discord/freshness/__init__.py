"""Until when sources are taken to be right, and who is asked once that time is over."""
