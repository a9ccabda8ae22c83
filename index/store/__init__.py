"""The store: documents, their passages and what Discord needs, in a database by SQLAlchemy."""
