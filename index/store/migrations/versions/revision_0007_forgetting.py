"""What it takes to forget somebody, or a guild, wholly: whose words are kept, who left, and what is still on the disk."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns and the table. Whose words are kept is not known of what was kept before."""
    op.add_column("collection", sa.Column("forgotten", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("collection", sa.Column("erased", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("feedback", sa.Column("asker", sa.BigInteger))
    op.add_column("askings", sa.Column("worded_by", sa.BigInteger))
    op.add_column("messages", sa.Column("asked_by", sa.BigInteger))
    op.create_table(
        "removed_guilds",
        sa.Column("guild", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("removed", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("guild", name="pk_removed_guilds"),
    )


def downgrade() -> None:
    """Drop the table and the columns."""
    op.drop_table("removed_guilds")
    dropped = ("messages", "asked_by"), ("askings", "worded_by"), ("feedback", "asker")
    for table, column in (*dropped, ("collection", "erased"), ("collection", "forgotten")):
        op.drop_column(table, column)
