"""Where documents are kept: a database, by SQLAlchemy."""
