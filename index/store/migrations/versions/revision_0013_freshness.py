"""Which sources a channel is answered from, and how fresh they are."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the tables and the column, empty: documents say their dates once they are read anew."""
    op.create_table(
        "channel_sources",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("guild", sa.BigInteger, nullable=False),
        sa.Column("channel", sa.BigInteger, nullable=False),
        sa.Column("source", _NUMBER),
        sa.ForeignKeyConstraint(["source"], ["sources.number"], name="fk_channel_sources_source", ondelete="SET NULL"),
        sa.PrimaryKeyConstraint("number", name="pk_channel_sources"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_channel_sources_channel", "channel_sources", ["channel"])
    op.create_index("ix_channel_sources_source", "channel_sources", ["source"])
    op.create_table(
        "expiries",
        sa.Column("source", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("due", sa.String(32), nullable=False),
        sa.Column("days", sa.Integer, nullable=False),
        sa.Column("owner", sa.BigInteger),
        sa.Column("channel", sa.BigInteger),
        sa.Column("told", sa.String(32)),
        sa.ForeignKeyConstraint(["source"], ["sources.number"], name="fk_expiries_source", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("source", name="pk_expiries"),
    )
    op.add_column("documents", sa.Column("dated", sa.String(10)))


def downgrade() -> None:
    """Drop them."""
    op.drop_column("documents", "dated")
    op.drop_table("expiries")
    op.drop_index("ix_channel_sources_source", "channel_sources")
    op.drop_index("ix_channel_sources_channel", "channel_sources")
    op.drop_table("channel_sources")
