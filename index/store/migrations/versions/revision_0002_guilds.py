"""What guilds have set, and what became of their questions."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "guild_settings",
        sa.Column("guild", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("guild", "name", name="pk_guild_settings"),
    )
    op.create_table(
        "feedback",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("guild", sa.BigInteger),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("passage", sa.String(12), nullable=False),
        sa.Column("helpful", sa.Boolean, nullable=False),
        sa.Column("given", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_feedback"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "unanswered_questions",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("guild", sa.BigInteger, nullable=False),
        sa.Column("terms", sa.Text, nullable=False),
        sa.Column("question", sa.Text, nullable=False),
        sa.Column("times", sa.Integer, nullable=False),
        sa.Column("first_asked", sa.String(32), nullable=False),
        sa.Column("last_asked", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_unanswered_questions"),
        sa.UniqueConstraint("guild", "terms", name="uq_unanswered_questions_guild"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_unanswered_questions_times", "unanswered_questions", ["times"])


def downgrade() -> None:
    """Drop the tables."""
    for table in ("unanswered_questions", "feedback", "guild_settings"):
        op.drop_table(table)
