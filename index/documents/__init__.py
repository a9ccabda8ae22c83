"""Documents, conversations and quotations to passages."""
