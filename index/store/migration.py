"""Bringing a database to the schema of this version."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect, text

from index.errors import DatabaseNewer, DatabaseNotOurs
from index.store.connection import migrating, shown
from index.store.schema import REVISION, collection

SCRIPTS = Path(__file__).parent / "migrations"
_REVISION_TABLE = "alembic_version"
# Any number that no other program takes.
_LOCK = 7_236_913_054_183


def revision_of(connection: Connection) -> str | None:
    """The revision that a database is at; None if it is not set up."""
    if not inspect(connection).has_table(_REVISION_TABLE):
        return None
    return connection.execute(text(f"SELECT version_num FROM {_REVISION_TABLE}")).scalar()  # noqa: S608 (a constant)


def our_revision(connection: Connection) -> str | None:
    """The revision that a database of ours is at; None if there is nothing in it yet.

    Raises DatabaseNewer for one of a later version, and DatabaseNotOurs for one with tables of something else.
    """
    revision = revision_of(connection)
    tables = {*inspect(connection).get_table_names()} - {_REVISION_TABLE}
    if tables and (revision is None or collection.name not in tables):
        raise DatabaseNotOurs(database=shown(connection.engine))
    if revision is not None and revision not in known_revisions():
        raise DatabaseNewer(database=shown(connection.engine))
    return revision


def migrate(engine: Engine, revision: str = REVISION) -> None:
    """Set up an empty database, or bring an older one to this version's schema, or another, in one transaction.

    Raises DatabaseNewer, DatabaseNotOurs, DatabaseUnusable or DatabaseDamaged.
    """
    with migrating(engine) as connection:
        if engine.dialect.name == "postgresql":
            # Nothing else keeps two processes from making the same tables.
            connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": _LOCK})
        # Looked up again, now that nobody else can change it.
        if our_revision(connection) != revision:
            _upgrade(connection, revision)


def known_revisions() -> set[str]:
    """The revisions that this version can bring to its own."""
    from alembic.script import ScriptDirectory

    return {script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions()}


def _upgrade(connection: Connection, revision: str) -> None:
    from alembic.command import upgrade
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(SCRIPTS).replace("%", "%%"))
    upgrade(config, revision)
