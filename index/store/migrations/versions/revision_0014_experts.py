"""How many questions were asked, answers that moderators pinned, and questions that people were asked to help with."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the tables, and the column; who saw the answers that were voted on before is not known."""
    op.add_column("feedback", sa.Column("seen", sa.Boolean, nullable=False, server_default=sa.false()))
    op.create_table(
        "question_counts",
        sa.Column("front_end", sa.String(16), nullable=False),
        sa.Column("guild", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("channel", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("certainty", sa.String(8), nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.PrimaryKeyConstraint("front_end", "guild", "channel", "day", "certainty", name="pk_question_counts"),
    )
    op.create_index("ix_question_counts_day", "question_counts", ["day"])
    op.create_table(
        "pins",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("guild", sa.BigInteger, nullable=False),
        sa.Column("channel", sa.BigInteger, nullable=False),
        sa.Column("audience", _NUMBER, nullable=False),
        sa.Column("terms", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("passage", sa.String(12), nullable=False),
        sa.Column("worded_by", sa.BigInteger, nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.ForeignKeyConstraint(["audience"], ["audiences.number"], name="fk_pins_audience"),
        sa.UniqueConstraint("guild", "terms", "passage", name="uq_pins_guild"),
        sa.PrimaryKeyConstraint("number", name="pk_pins"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "help_requests",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("guild", sa.BigInteger, nullable=False),
        sa.Column("channel", sa.BigInteger, nullable=False),
        sa.Column("card", sa.BigInteger, nullable=False),
        sa.Column("person", sa.BigInteger, nullable=False),
        sa.Column("asked", sa.String(32), nullable=False),
        sa.Column("place", sa.BigInteger),
        sa.Column("message", sa.BigInteger),
        sa.Column("accepted", sa.BigInteger),
        sa.Column("resolved", sa.String(32)),
        sa.UniqueConstraint("card", name="uq_help_requests_card"),
        sa.PrimaryKeyConstraint("number", name="pk_help_requests"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_help_requests_place", "help_requests", ["place"])


def downgrade() -> None:
    """Drop them."""
    op.drop_table("help_requests")
    op.drop_table("pins")
    op.drop_table("question_counts")
    op.drop_column("feedback", "seen")
