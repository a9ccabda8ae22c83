"""A question to weighted terms, before anything is ranked."""
