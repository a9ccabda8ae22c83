"""A token for each generation, by which a database that went back in time is known."""

import uuid

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Make the table; the generation that it begins with gets a token."""
    generations = op.create_table(
        "generations",
        sa.Column("generation", sa.BigInteger, autoincrement=False, nullable=False),
        sa.Column("token", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("generation", name="pk_generations"),
    )
    now = op.get_bind().execute(sa.text("SELECT generation FROM collection")).scalar()
    op.bulk_insert(generations, [{"generation": now, "token": uuid.uuid4().hex}])


def downgrade() -> None:
    """Drop the table."""
    op.drop_table("generations")
