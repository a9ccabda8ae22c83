"""What the bot could not see, what is hidden, and one vote a person."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Add the columns and the table; who gave earlier votes, and when messages were edited, is not known."""
    op.add_column("sources", sa.Column("withheld", sa.String(32)))
    op.add_column("messages", sa.Column("edited", sa.String(32)))
    op.add_column("feedback", sa.Column("channel", sa.BigInteger))
    op.add_column("feedback", sa.Column("voter", sa.String(32)))
    op.create_index("ix_feedback_voter", "feedback", ["voter"])
    op.create_table(
        "hidden_passages",
        sa.Column("guild", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("passage", sa.String(12), nullable=False),
        sa.Column("since", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("guild", "passage", name="pk_hidden_passages"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("hidden_passages")
    op.drop_index("ix_feedback_voter", "feedback")
    op.drop_column("feedback", "voter")
    op.drop_column("feedback", "channel")
    op.drop_column("messages", "edited")
    op.drop_column("sources", "withheld")
