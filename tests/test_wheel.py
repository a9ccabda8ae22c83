"""kotae as `pipx install` and `uv tool install` put it: a wheel in an environment of its own, away from this folder."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from importlib.metadata import version
from pathlib import Path
from venv import EnvBuilder
from zipfile import ZipFile

import pytest

from tests.conftest import ROOT, Program


class Installed(Program):
    """The `kotae` of a wheel. What it depends on is that of the tests, since nothing is fetched."""

    def __init__(self, folder: Path, wheel: Path) -> None:
        super().__init__(folder)
        builder = EnvBuilder(symlinks=sys.platform != "win32")
        builder.create(folder / "environment")
        context = builder.ensure_directories(folder / "environment")
        self.commands = Path(context.bin_path)
        packages = subprocess.check_output(
            [context.env_exe, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], encoding="utf-8"
        )
        # A path in a .pth file is looked at last, and .pth files there, as that of this folder, are not read.
        (Path(packages.strip()) / "tests.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
        subprocess.check_call([context.env_exe, "-m", "installer", wheel])

    def command(self, *arguments: str | bytes) -> list[str | bytes]:
        """The command that the installation made."""
        return [str(self.commands / "kotae"), *arguments]

    def environment(self, **changes: str) -> dict[str, str]:
        """As that of the program, without a way to this folder."""
        environment = super().environment(**changes)
        del environment["PYTHONPATH"]
        return environment


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this folder."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.check_call([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT)
    return next(folder.iterdir())


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory, wheel: Path) -> Installed:
    """The wheel, installed."""
    return Installed(tmp_path_factory.mktemp("installed"), wheel)


def _files(folder: str) -> Iterator[str]:
    for path in (ROOT / folder).rglob("*"):
        if path.is_file() and "__pycache__" not in path.parts:
            yield path.relative_to(ROOT).as_posix()


def test_the_wheel_has_every_file_of_the_program_and_nothing_else(wheel: Path) -> None:
    """Migrations, templates, lists of words and the article, too; no tests, and nobody's settings."""
    with ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if ".dist-info/" not in name}
    assert packed == {name for folder in ("bot", "content", "index") for name in _files(folder)}


def test_the_command_is_that_of_the_wheel(installed: Installed) -> None:
    """It says its version, and answers from the article that the wheel has."""
    told = installed.run("--version")
    assert (told.returncode, told.stdout, told.stderr) == (0, f"kotae {version('kotae')}\n", "")
    answered = installed.run("ask", "--json", "ロビン・スローンはこの投資をどう思っている？")
    assert (answered.returncode, answered.stderr) == (0, "")
    assert json.loads(answered.stdout)["answered"] is True


def test_it_serves(installed: Installed) -> None:
    """With the packages of the extra `serve`, `kotae serve` listens, and answers from the article."""
    with installed.running("serve", "--port", "0", KOTAE_SERVE_PUBLIC="on") as process:
        assert process.stdout
        address = re.search(r"127\.0\.0\.1:\d+", process.stdout.readline())
        assert address
        with closing(HTTPConnection(address[0])) as connection:
            question = json.dumps({"question": "ロビン・スローンはこの投資をどう思っている？"})
            connection.request("POST", "/api/v1/ask", question, {"Content-Type": "application/json"})
            assert json.load(connection.getresponse())["answered"] is True
