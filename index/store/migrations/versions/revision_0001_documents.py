"""Sources, their documents and passages, and who may read them."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    collection = op.create_table(
        "collection",
        sa.Column("identity", sa.String(32), nullable=False),
        sa.Column("generation", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("identity", name="pk_collection"),
    )
    op.bulk_insert(collection, [{"identity": uuid.uuid4().hex, "generation": 0}])
    op.create_table(
        "audiences",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("guild", sa.BigInteger, nullable=False),
        sa.Column("channel", sa.BigInteger, nullable=False),
        sa.Column("roles", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_audiences"),
        sa.UniqueConstraint("kind", "guild", "channel", "roles", name="uq_audiences_kind"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sources",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("location", sa.Text, nullable=False),
        sa.Column("audience", _NUMBER, nullable=False),
        sa.Column("added", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_sources"),
        sa.UniqueConstraint("location", name="uq_sources_location"),
        sa.ForeignKeyConstraint(["audience"], ["audiences.number"], name="fk_sources_audience"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "documents",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("source", _NUMBER, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("attribution", sa.Text, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("changed", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_documents"),
        sa.UniqueConstraint("source", "name", name="uq_documents_source"),
        sa.ForeignKeyConstraint(["source"], ["sources.number"], name="fk_documents_source", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_documents_title", "documents", ["title"])
    op.create_table(
        "passages",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("document", _NUMBER, nullable=False),
        sa.Column("place", sa.Integer, nullable=False),
        sa.Column("id", sa.String(12), nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("heading", sa.Text, nullable=False),
        sa.Column("paragraph", sa.Integer, nullable=False),
        sa.Column("speaker", sa.Text),
        sa.Column("role", sa.Text),
        sa.Column("url", sa.Text),
        sa.Column("page", sa.Integer),
        sa.Column("date", sa.Text),
        sa.Column("generation", sa.BigInteger, nullable=False),
        sa.Column("analysis", sa.Integer, nullable=False),
        sa.Column("terms", sa.LargeBinary, nullable=False),
        sa.Column("outline", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_passages"),
        sa.ForeignKeyConstraint(["document"], ["documents.number"], name="fk_passages_document", ondelete="CASCADE"),
        sqlite_autoincrement=True,
    )
    for column in ("document", "id", "generation", "analysis"):
        op.create_index(f"ix_passages_{column}", "passages", [column])
    op.create_table(
        "removals",
        sa.Column("number", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("generation", sa.BigInteger, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_removals"),
    )
    op.create_index("ix_removals_generation", "removals", ["generation"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("removals", "passages", "documents", "sources", "audiences", "collection"):
        op.drop_table(table)
