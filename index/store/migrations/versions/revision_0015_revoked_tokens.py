"""Access tokens that were revoked are deleted."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    """Delete them, and the day on which they were revoked."""
    op.execute("DELETE FROM access_tokens WHERE revoked IS NOT NULL")
    op.drop_column("access_tokens", "revoked")


def downgrade() -> None:
    """Add the column."""
    op.add_column("access_tokens", sa.Column("revoked", sa.String(32)))
