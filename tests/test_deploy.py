"""The files in deploy/: what they name has to be there, and what they run has to be understood."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli import work
from bot.cli.commands import COMMANDS, command_parser
from bot.settings import Settings
from bot.wording import Wording

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
COMPOSE = DEPLOY / "compose.cluster.yaml"
SERVICES: Mapping[str, Mapping[str, Any]] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
OF_KOTAE = [name for name, service in SERVICES.items() if service["image"] == "kotae"]


def settings_of(service: str) -> Settings:
    """The settings of a service, whose secrets are words."""
    environment = {
        name: re.sub(r"\$\{\w+:-(\w+)}", r"\1", re.sub(r"\$\{\w+:\?}", "word", value))
        for name, value in SERVICES[service]["environment"].items()
    }
    return Settings.from_environment(environment)


@pytest.mark.parametrize("service", OF_KOTAE)
def test_a_service_runs_a_command_with_settings_that_there_are(service: str) -> None:
    """A misspelt command, argument or value would end it when it starts, and a misspelt name would change nothing."""
    settings = settings_of(service)
    name, *arguments = SERVICES[service]["command"]
    assert name in COMMANDS
    command_parser(Wording("en"), settings, name).parse(arguments)
    known = (ROOT / ".env.example").read_text(encoding="utf-8")
    assert [name for name in SERVICES[service]["environment"] if f"{name}=" not in known] == []


def test_the_services_share_a_database_a_cluster_and_a_queue() -> None:
    """Two bots whose shards are all that there are, and two workers."""
    assert len({settings_of(name)._replace(discord_token=Settings().discord_token) for name in OF_KOTAE}) == 1
    bots = [SERVICES[name]["command"] for name in OF_KOTAE if SERVICES[name]["command"][0] == "discord"]
    assert bots == [["discord", "--shards", "0-1", "--of", "4"], ["discord", "--shards", "2-3", "--of", "4"]]
    assert [SERVICES[name]["command"] for name in OF_KOTAE].count(["work"]) == 2


def test_what_services_refer_to_is_there() -> None:
    """Networks, volumes, other services, and variables of cluster.env."""
    whole = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    for service in SERVICES.values():
        assert {*service["networks"]} <= whole["networks"].keys()
        assert {volume.partition(":")[0] for volume in service["volumes"]} <= whole["volumes"].keys()
        assert {*service.get("depends_on", ())} <= SERVICES.keys()
    variables = {*re.findall(r"\$\{(\w+)", COMPOSE.read_text(encoding="utf-8"))}
    assert variables == {
        *re.findall(r"^#? ?(\w+)=", (DEPLOY / "cluster.env.example").read_text(encoding="utf-8"), re.MULTILINE)
    }


def test_the_database_and_the_cluster_are_reached_by_nobody_else() -> None:
    """Their network has no way out, and they have no other."""
    whole = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))
    assert whole["networks"]["inside"]["internal"] is True
    for name, service in SERVICES.items():
        assert "ports" not in service
        assert service["networks"] == ["inside", "outside"] or not name.startswith("bot")


def test_nothing_is_killed_that_was_told_to_end() -> None:
    """Workers take up to 30 seconds, and the database's image asks for more than the usual 10."""
    assert {int(SERVICES[name]["stop_grace_period"].removesuffix("s")) > work.GRACE for name in OF_KOTAE} == {True}
    assert SERVICES["postgres"]["stop_grace_period"] == "2m"


def test_the_database_is_waited_for_as_it_is_reached() -> None:
    """The server that the image makes the database with listens on a socket alone, and ends again."""
    assert "127.0.0.1" in SERVICES["postgres"]["healthcheck"]["test"]


def test_secrets_are_not_committed() -> None:
    """The example's copy is beside it."""
    assert "cluster.env" in (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()


def test_the_image_is_made_of_files_that_are_there() -> None:
    """What is copied into it is in the repository, and its packages are those of a file with hashes."""
    containerfile = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
    copied = [
        words
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", containerfile, re.MULTILINE)
        for words in line.split()
    ]
    assert copied
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert "--require-hashes -r /src/requirements/server.txt" in containerfile
    locked = (ROOT / "requirements" / "server.txt").read_text(encoding="utf-8")
    assert all(
        re.search(rf"^{package}==.* \\$", locked, re.MULTILINE) for package in ("psycopg-binary", "opensearch-py")
    )
