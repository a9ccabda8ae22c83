"""A PostgreSQL server for tests: Debian's programs, in a temporary folder."""

from __future__ import annotations

import getpass
import itertools
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg
import pytest

from index.store.store import Store
from tests.processes import PATIENCE

_PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
_OWNER = "kotae"
# A role that needs a password.
CAREFUL = "careful"


class Server:
    """A server, and the databases created on it; with `primary`, a replica of that server.

    One that is `durable` keeps what it committed when it is killed; the others save the time for that. With `small_disk`
    it has a tablespace `small` of so many megabytes.
    """

    def __init__(self, primary: Server | None = None, *, durable: bool = False, small_disk: int = 0) -> None:
        if not _PROGRAMS:
            pytest.skip("PostgreSQL is not installed (Debian: apt-get install postgresql)")
        self._programs = _PROGRAMS[-1].parent
        # Not pytest's folder, which other users cannot enter, and whose path is too long for a socket.
        self.folder = Path(tempfile.mkdtemp(prefix="kotae-"))
        # PostgreSQL refuses to run as root.
        self._user = "nobody" if os.geteuid() == 0 else getpass.getuser()
        shutil.chown(self.folder, self._user)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        self._names = itertools.count()
        self._made: list[str] = []
        self._durable = durable
        self._small_disk = small_disk
        if primary:
            self._copy(primary)
            self.start()
            return
        self._make()
        self.start()
        self.run(f"CREATE ROLE {CAREFUL} LOGIN PASSWORD 'secret'")
        if small_disk:
            self.run(f"CREATE TABLESPACE small LOCATION '{self.folder / 'small'}'")
        self.run("CREATE DATABASE empty_store")
        Store.open(self.url("empty_store")).close()

    def url(self, database: str, *, user: str = _OWNER) -> str:
        """The URL of a database."""
        return f"postgresql+psycopg://{user}@127.0.0.1:{self.port}/{database}"

    def new_store(self) -> str:
        """The URL of a new empty store."""
        return self.new_database("TEMPLATE empty_store STRATEGY file_copy")

    def new_database(self, options: str = "") -> str:
        """The URL of a new empty database."""
        self._made.append(f"kotae{next(self._names)}")
        self.run(f"CREATE DATABASE {self._made[-1]} {options}")
        return self.url(self._made[-1])

    def drop_databases(self) -> None:
        """Drop the databases that were created, whoever is connected to them."""
        while self._made:
            self.run(f"DROP DATABASE {self._made.pop()} WITH (FORCE)")

    def run(self, statement: str, database: str = "postgres") -> None:
        """Run a statement."""
        with self.connection(database) as connection:
            connection.execute(statement.encode())

    def connection(self, database: str) -> psycopg.Connection[Any]:
        """A connection that is not the store's."""
        address = f"postgresql://{_OWNER}@127.0.0.1:{self.port}/{database}"
        # A test may set a role's own timeout.
        return psycopg.connect(address, autocommit=True, options="-c statement_timeout=0")

    def start(self) -> None:
        """Start it, and wait until it accepts connections; after a kill, also until nothing is left of the one before."""
        until = time.monotonic() + PATIENCE
        while not self._started(until):
            assert time.monotonic() < until, (self.folder / "log").read_text(encoding="utf-8")
            time.sleep(0.1)

    def _started(self, until: float) -> bool:
        options = {"port": str(self.port), "listen_addresses": "127.0.0.1", "unix_socket_directories": str(self.folder)}
        # No machine loses its power in a test.
        options |= {"fsync": "off", "full_page_writes": "off"}
        if not self._durable:
            options |= {"synchronous_commit": "off"}
        # Dropping a database looks through all of these.
        options |= {"shared_buffers": "16MB"}
        settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
        # It ends with this thread, however that ends.
        ending = ["setpriv", "--pdeathsig", "QUIT"] if sys.platform == "linux" else []
        as_user = self._as_user()
        if self._small_disk:
            # Which nobody else sees, and which goes with the server.
            (self.folder / "small").mkdir()
            disk = f"mount -t tmpfs -o size={self._small_disk}m,mode=700,uid={self.folder.stat().st_uid} tmpfs {self.folder / 'small'}"
            user = ["--reuid", self._user, "--regid", as_user.pop("group"), "--clear-groups"]
            as_user = {name: as_user[name] for name in ("cwd", "env")}
            ending = ["unshare", "--mount", "sh", "-c", f'{disk} && exec "$@"', "sh", *ending, *user]
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                [*ending, str(self._programs / "postgres"), "-D", str(self.folder / "data"), *settings],
                stdout=log,
                stderr=log,
                **as_user,
            )
        while self._process.poll() is None:
            try:
                self.run("SELECT 1")
            except psycopg.OperationalError:
                assert time.monotonic() < until
                time.sleep(0.02)
            else:
                return True
        return False

    def stop(self) -> None:
        """Stop it at once, which closes all connections."""
        self._process.send_signal(signal.SIGINT)
        self._process.wait(PATIENCE)

    def kill(self) -> None:
        """Kill it as a machine that fails does, with all of its processes."""
        for process in self._processes():
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        self._process.wait(PATIENCE)

    @contextmanager
    def suspended(self) -> Iterator[None]:
        """Let it do nothing for a while: connections stay open, and nobody answers."""
        processes = self._processes()
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            for process in processes:
                os.kill(process, signal.SIGCONT)

    def _processes(self) -> list[int]:
        server = self._process.pid
        children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="ascii")
        return [server, *map(int, children.split())]

    def remove(self) -> None:
        """Stop it for good, without a checkpoint, and delete its files."""
        self._process.send_signal(signal.SIGQUIT)
        self._process.wait(PATIENCE)
        shutil.rmtree(self.folder)

    def _make(self) -> None:
        data = self.folder / "data"
        # Most users' databases collate by language, not by bytes.
        options = ["-U", _OWNER, "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        options += ["--locale-provider=icu", "--icu-locale=und"]
        command = [str(self._programs / "initdb"), "-D", str(data), *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **self._as_user())
        rules = data / "pg_hba.conf"
        careful = f"host all {CAREFUL} 127.0.0.1/32 scram-sha-256\n"
        rules.write_text(careful + rules.read_text(encoding="utf-8"), encoding="utf-8")

    def _copy(self, primary: Server) -> None:
        """Copy a server, which it then follows."""
        address = f"host=127.0.0.1 port={primary.port} user={_OWNER}"
        options = ["-d", address, "-R", "-X", "stream", "-c", "fast", "--no-sync"]
        command = [str(self._programs / "pg_basebackup"), "-D", str(self.folder / "data"), *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL, **self._as_user())

    def _as_user(self) -> dict[str, Any]:
        environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(self.folder)}
        common: dict[str, Any] = {"cwd": self.folder, "env": environment}
        return common | ({"user": self._user, "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {})
