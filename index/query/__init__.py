"""A question to weighted terms."""
