"""Vectors of passages, by which those near to a question in meaning are found."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the table; it is filled when the database is used next."""
    op.create_table(
        "passage_vectors",
        sa.Column("passage", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("encoder", sa.String(64), nullable=False),
        sa.Column("vectors", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(
            ["passage"], ["passages.number"], name="fk_passage_vectors_passage", ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("passage", name="pk_passage_vectors"),
    )


def downgrade() -> None:
    """Drop it."""
    op.drop_table("passage_vectors")
