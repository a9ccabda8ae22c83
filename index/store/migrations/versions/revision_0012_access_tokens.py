"""Access tokens."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the tables, empty."""
    op.create_table(
        "access_tokens",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("guild", sa.BigInteger, nullable=False),
        sa.Column("is_operator", sa.Boolean, nullable=False),
        sa.Column("created", sa.String(32), nullable=False),
        sa.Column("used", sa.String(32)),
        sa.Column("revoked", sa.String(32)),
        sa.PrimaryKeyConstraint("number", name="pk_access_tokens"),
        sa.UniqueConstraint("hash", name="uq_access_tokens_hash"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "access_token_sources",
        sa.Column("token", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("source", _NUMBER, autoincrement=False, nullable=False),
        sa.ForeignKeyConstraint(
            ["token"], ["access_tokens.number"], name="fk_access_token_sources_token", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["source"], ["sources.number"], name="fk_access_token_sources_source", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("token", "source", name="pk_access_token_sources"),
    )
    op.create_index("ix_access_token_sources_source", "access_token_sources", ["source"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("access_token_sources")
    op.drop_table("access_tokens")
