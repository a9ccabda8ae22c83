"""Migrates a database to the schema of this version."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, column, inspect, select, table, text

from index.errors import DatabaseNewer, DatabaseNotOurs
from index.store.connection import migrating, shown
from index.store.schema import REVISION, collection

SCRIPTS = Path(__file__).parent / "migrations"
_REVISION_TABLE = "alembic_version"
# The revision that the database is at, as a part of another query.
REVISION_OF_DATABASE = select(column("version_num")).select_from(table(_REVISION_TABLE)).scalar_subquery()
# How long another process may take to migrate the database, which can be millions of passages, in minutes.
_LONGEST_MIGRATION = 10
# The key of an advisory lock: an arbitrary number.
_LOCK = 7_236_913_054_183


def revision_of(connection: Connection) -> str | None:
    """The revision of a database's schema; None if it has none."""
    if not inspect(connection).has_table(_REVISION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {_REVISION_TABLE}")).scalar()  # noqa: S608 (a constant)


def our_revision(connection: Connection) -> str | None:
    """The revision of a database of ours; None if it is empty.

    Raises DatabaseNewer if a newer version made it, and DatabaseNotOurs if it has tables of another program.
    """
    revision = revision_of(connection)
    tables = {*inspect(connection).get_table_names()} - {_REVISION_TABLE}
    if tables and (revision is None or collection.name not in tables):
        raise DatabaseNotOurs(database=shown(connection.engine))
    if revision is not None and revision not in known_revisions():
        raise DatabaseNewer(database=shown(connection.engine))
    return revision


def migrate(engine: Engine, revision: str = REVISION) -> None:
    """Create the tables in an empty database, or migrate an older one to a revision, in one transaction.

    Raises DatabaseNewer, DatabaseNotOurs, DatabaseUnusable or DatabaseDamaged.
    """
    with migrating(engine) as connection:
        if engine.dialect.name == "postgresql":
            # Two processes must not create the same tables. Whoever comes second waits for as long as that takes.
            before = connection.execute(text("SHOW lock_timeout")).scalar_one()
            connection.execute(text(f"SET LOCAL lock_timeout = '{_LONGEST_MIGRATION}min'"))
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
            connection.execute(text(f"SET LOCAL lock_timeout = '{before}'"))
        # Read within the transaction, in which nobody else can change it.
        if our_revision(connection) != revision:
            _upgrade(connection, revision)


def known_revisions() -> set[str]:
    """The revisions that this version can migrate."""
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions()}


def _upgrade(connection: Connection, revision: str) -> None:
    from alembic.command import upgrade
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    upgrade(config, revision)
