"""What tests share: the program, as a process or called, and the article as a library."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import chdir, contextmanager
from io import BytesIO, TextIOWrapper
from pathlib import Path
from unittest.mock import patch

import pytest

from bot.__main__ import main
from index.search.library import Library
from tests.knowledge import library_of_the_article
from tests.processes import PATIENCE, PIPES, started

ROOT = Path(__file__).parent.parent


class _Written(BytesIO):
    """What was written to a stream, which may be a terminal; it stays when the stream goes."""

    def __init__(self, *, terminal: bool = False) -> None:
        super().__init__()
        self._terminal = terminal

    def isatty(self) -> bool:
        """Whether it is a terminal."""
        return self._terminal

    def close(self) -> None:
        """Stay."""

    def text(self) -> str:
        """It as text."""
        return self.getvalue().decode()


class Program:
    """`python -m bot`: in a folder of its own, in Japanese, without the tester's own settings."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "folder"
        self.folder.mkdir()
        self.cache = folder / "cache"

    def command(self, *arguments: str | bytes) -> list[str | bytes]:
        """The program with these arguments."""
        return [sys.executable, "-m", "bot", *arguments]

    def environment(self, **changes: str) -> dict[str, str]:
        """The environment of the process, with some variables changed."""
        left_out = ("KOTAE_", "LC_", "DISCORD_")
        names = {"LANG", "NO_COLOR", "FORCE_COLOR", "COLUMNS", "PYTHONIOENCODING", "PYTHONUTF8", "PYTHONUNBUFFERED"}
        inherited = {
            name: value for name, value in os.environ.items() if not name.startswith(left_out) and name not in names
        }
        own = {
            "PYTHONPATH": os.pathsep.join(filter(None, (str(ROOT), os.environ.get("PYTHONPATH", "")))),
            "PYTHONIOENCODING": "utf-8",
            "KOTAE_CACHE_DIR": str(self.cache),
            "KOTAE_DATABASE_URL": f"sqlite:///{self.folder}/kotae.db",
            # Reading the encoder anew for each empty cache takes two seconds; tests that are about it switch it on.
            "KOTAE_ENCODER": "off",
            "KOTAE_LANGUAGE": "ja",
            "TERM": "xterm-256color",
        }
        return inherited | own | changes

    def run(
        self, *arguments: str | bytes, typed: str = "", folder: Path | str = "", **changes: str
    ) -> subprocess.CompletedProcess[str]:
        """Run it to its end as a process, with `typed` on standard input."""
        return subprocess.run(
            self.command(*arguments),
            input=typed,
            capture_output=True,
            encoding="utf-8",
            cwd=folder or self.folder,
            env=self.environment(**changes),
            timeout=PATIENCE,
            check=False,
        )

    def call(
        self, *arguments: str | bytes, typed: str = "", folder: Path | str = "", **changes: str
    ) -> subprocess.CompletedProcess[str]:
        """What `run` gives, from the process of the tests: starting one takes most of a second."""
        output, error = _Written(), _Written()
        with self._place(folder, changes):
            status = _main(arguments, BytesIO(typed.encode()), output, error)
        return subprocess.CompletedProcess(arguments, status, output.text(), error.text())

    def shown(self, *arguments: str | bytes, folder: Path | str = "", **changes: str) -> str:
        """What it writes to a terminal, called as by `call`."""
        screen = _Written(terminal=True)
        with self._place(folder, changes):
            _main(arguments, BytesIO(), screen, screen)
        return screen.text()

    @contextmanager
    def running(self, *arguments: str, **changes: str) -> Iterator[subprocess.Popen[str]]:
        """Start it, to talk to while it runs."""
        with started(self.command(*arguments), self.environment(**changes), self.folder, **PIPES) as process:
            yield process

    @contextmanager
    def _place(self, folder: Path | str, changes: Mapping[str, str]) -> Iterator[None]:
        """Where and how the program is run."""
        environment = self.environment(**changes)
        with patch.dict(os.environ, environment, clear=True), chdir(folder or self.folder):
            yield


def _main(arguments: Sequence[str | bytes], typed: BytesIO, output: BytesIO, error: BytesIO) -> int:
    """The exit status of the program with these streams."""
    stdin, stdout, stderr = (TextIOWrapper(stream, encoding="utf-8") for stream in (typed, output, error))
    with patch.multiple(sys, stdin=stdin, stdout=stdout, stderr=stderr):
        try:
            return main([os.fsdecode(argument) for argument in arguments])
        except SystemExit as end:  # after help
            return int(end.code or 0)


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The program, with one database and one cache for all tests."""
    return Program(tmp_path_factory.mktemp("program"))


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Lets processes be interrupted also where the tests cannot, as in the background of a shell."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def article() -> Library:
    """The library of the built-in article."""
    return library_of_the_article()
