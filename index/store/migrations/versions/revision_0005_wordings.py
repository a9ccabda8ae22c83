"""How a question was worded each time: who may read one of the places where it was asked may not read the others."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the wording; that of earlier questions is not known."""
    op.add_column("askings", sa.Column("wording", sa.Text))


def downgrade() -> None:
    """Drop the wording."""
    op.drop_column("askings", "wording")
