"""A Discord server on loopback, for tests of a bot that knows no difference."""
