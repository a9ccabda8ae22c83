"""A queue of what is still to be taken into the store."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")


def upgrade() -> None:
    """Create the tables, empty."""
    op.create_table(
        "jobs",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("source", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("path", sa.Text, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("channel", _NUMBER),
        sa.Column("size", sa.BigInteger, nullable=False),
        sa.Column("created", sa.String(32), nullable=False),
        sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
        sa.Column("not_before", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("holder", sa.String(64)),
        sa.Column("leased_until", sa.BigInteger, nullable=False, server_default="0"),
        sa.Column("dead", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("error", sa.Text),
        sa.ForeignKeyConstraint(["source"], ["sources.number"], name="fk_jobs_source", ondelete="CASCADE"),
        sa.ForeignKeyConstraint(["channel"], ["channels.number"], name="fk_jobs_channel", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name="pk_jobs"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_jobs_channel", "jobs", ["channel"])
    op.create_index("ix_jobs_source_name", "jobs", ["source", "name"])
    op.create_table(
        "job_contents",
        sa.Column("job", _NUMBER, autoincrement=False, nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["job"], ["jobs.number"], name="fk_job_contents_job", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("job", name="pk_job_contents"),
    )


def downgrade() -> None:
    """Drop them."""
    op.drop_table("job_contents")
    op.drop_table("jobs")
