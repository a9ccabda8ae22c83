"""What passages of a document have in common, once: a long heading made a database thousands of times its file."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_SHARED = "heading, speaker, role, url"
# Documents with longer ones are read anew by the next sync, and have them as passages then.
_LONGEST_HEADING = 300


def upgrade() -> None:
    """Move what passages have in common to a table of its own."""
    op.create_table(
        "contexts",
        sa.Column("number", _NUMBER, autoincrement=True, nullable=False),
        sa.Column("document", _NUMBER, nullable=False),
        sa.Column("heading", sa.Text, nullable=False),
        sa.Column("speaker", sa.Text),
        sa.Column("role", sa.Text),
        sa.Column("url", sa.Text),
        sa.ForeignKeyConstraint(["document"], ["documents.number"], name="fk_contexts_document", ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("number", name="pk_contexts"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_contexts_document", "contexts", ["document"])
    op.create_table(
        "firsts",
        sa.Column("number", _NUMBER, autoincrement=False, primary_key=True),
        sa.Column("first", _NUMBER, nullable=False),
    )
    # A context has the number of its first passage.
    op.execute(
        f"INSERT INTO firsts SELECT number, MIN(number) OVER (PARTITION BY document, {_SHARED}) FROM passages"  # noqa: S608
    )
    op.execute(
        f"INSERT INTO contexts (number, document, {_SHARED}) SELECT passages.number, document, {_SHARED} "  # noqa: S608
        "FROM passages JOIN firsts ON firsts.number = passages.number WHERE firsts.number = firsts.first"
    )
    highest = _highest("passages")
    op.add_column("passages", sa.Column("context", _NUMBER))
    op.execute("UPDATE passages SET context = (SELECT first FROM firsts WHERE firsts.number = passages.number)")
    op.drop_table("firsts")
    with op.batch_alter_table("passages", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.alter_column("context", existing_type=_NUMBER, nullable=False)
        batch.create_foreign_key("fk_passages_context", "contexts", ["context"], ["number"])
        batch.create_index("ix_passages_context", ["context"])
        for column in _SHARED.split(", "):
            batch.drop_column(column)
    _go_on_counting("passages", highest)
    _go_on_counting("contexts", highest)
    op.execute(
        "UPDATE documents SET digest = '' "  # noqa: S608
        f"WHERE number IN (SELECT document FROM contexts WHERE LENGTH(heading) > {_LONGEST_HEADING})"
    )


def downgrade() -> None:
    """Give each passage its own again."""
    highest = _highest("passages")
    op.add_column("passages", sa.Column("heading", sa.Text))
    for column in ("speaker", "role", "url"):
        op.add_column("passages", sa.Column(column, sa.Text))
    for column in _SHARED.split(", "):
        op.execute(
            f"UPDATE passages SET {column} = "  # noqa: S608
            f"(SELECT contexts.{column} FROM contexts WHERE contexts.number = passages.context)"
        )
    with op.batch_alter_table("passages", table_kwargs={"sqlite_autoincrement": True}) as batch:
        batch.alter_column("heading", existing_type=sa.Text, nullable=False)
        batch.drop_constraint("fk_passages_context", type_="foreignkey")
        batch.drop_index("ix_passages_context")
        batch.drop_column("context")
    _go_on_counting("passages", highest)
    op.drop_table("contexts")


def _highest(table: str) -> int:
    """The highest number that a table ever had."""
    if op.get_bind().dialect.name == "sqlite":
        wanted = sa.text(f"SELECT seq FROM sqlite_sequence WHERE name = '{table}'")  # noqa: S608
    else:
        wanted = sa.text(f"SELECT MAX(number) FROM {table}")  # noqa: S608
    return int(op.get_bind().execute(wanted).scalar() or 0)


def _go_on_counting(table: str, highest: int) -> None:
    """Let numbers go on from there: SQLite forgets it with a table that is made anew, PostgreSQL counts only its own."""
    if op.get_bind().dialect.name == "sqlite":
        counted = sa.text("UPDATE sqlite_sequence SET seq = :highest WHERE name = :name")
        op.get_bind().execute(counted.bindparams(highest=highest, name=table))
        return
    sequence = f"pg_get_serial_sequence('{table}', 'number')"
    op.execute(f"SELECT setval({sequence}, GREATEST({highest} + 1, nextval({sequence})))")
