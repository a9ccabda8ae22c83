"""Channels that are learnt from, who does not want that, and who waits for an answer."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "askings",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("question", _NUMBER, nullable=False),
        sa.Column("channel", sa.BigInteger, nullable=False),
        sa.Column("place", sa.BigInteger, nullable=False),
        sa.Column("message", sa.BigInteger),
        sa.Column("person", sa.BigInteger),
        sa.Column("language", sa.String(2), nullable=False),
        sa.Column("asked", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(
            ["question"], ["unanswered_questions.number"], name="fk_askings_question", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("number", name="pk_askings"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_askings_question", "askings", ["question"])
    op.create_index("ix_askings_person", "askings", ["person"])
    op.create_table(
        "channels",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("source", _NUMBER, nullable=False),
        sa.Column("channel", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("attribution", sa.Text, nullable=False),
        sa.Column("learnt_to", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["source"], ["sources.number"], name="fk_channels_source", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name="pk_channels"),
        sa.UniqueConstraint("source", "channel", name="uq_channels_source"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_channels_channel", "channels", ["channel"])
    op.create_table(
        "messages",
        sa.Column("channel", _NUMBER, nullable=False),
        sa.Column("id", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("author", sa.BigInteger, nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("heading", sa.Text, nullable=False),
        sa.Column("url", sa.Text),
        sa.Column("sent", sa.String(32), nullable=False),
        sa.Column("replies_to", sa.BigInteger),
        sa.Column("conversation", sa.BigInteger, nullable=False),
        sa.ForeignKeyConstraint(["channel"], ["channels.number"], name="fk_messages_channel", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("channel", "id", name="pk_messages"),
    )
    op.create_index("ix_messages_id", "messages", ["id"])
    op.create_index("ix_messages_author", "messages", ["author"])
    op.create_index("ix_messages_channel_conversation", "messages", ["channel", "conversation"])
    op.create_table(
        "opted_out",
        sa.Column("person", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("person", name="pk_opted_out"),
    )


def downgrade() -> None:
    """Drop the tables."""
    for name in ("opted_out", "messages", "channels", "askings"):
        op.drop_table(name)
