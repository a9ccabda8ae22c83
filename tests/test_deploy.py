"""The files in deploy/: what they name has to be there, and what they run has to be understood."""

from __future__ import annotations

import configparser
import json
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.cli import work
from bot.cli.commands import COMMANDS, command_parser
from bot.metrics.opened import opened_metrics
from bot.settings import Settings
from bot.wording import Wording
from tests.opensearch_servers import free_ports

ROOT = Path(__file__).parent.parent
DEPLOY = ROOT / "deploy"
COMPOSE = DEPLOY / "compose.cluster.yaml"
SERVICES: Mapping[str, Mapping[str, Any]] = yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))["services"]
OF_KOTAE = [name for name, service in SERVICES.items() if service["image"] == "kotae"]
SMALL: Mapping[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
CONTAINERFILE = (DEPLOY / "Containerfile").read_text(encoding="utf-8")
IN_IMAGE = Settings.from_environment(dict(re.findall(r"(KOTAE_\w+)=(\S+)", CONTAINERFILE)))
UNITS = sorted(DEPLOY.glob("*.service"))
SYSTEMD_ANALYZE = shutil.which("systemd-analyze")


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
    # uvicorn's own.
    theirs = {"FORWARDED_ALLOW_IPS"}
    assert [name for name in SERVICES[service]["environment"].keys() - theirs if f"{name}=" not in known] == []


def test_the_services_share_a_database_a_cluster_and_a_queue() -> None:
    """Two bots whose shards are all that there are, two servers of the API, and two workers."""
    own = {"discord_token", "serve_hosts"}
    shared = [
        {name: value for name, value in settings_of(one)._asdict().items() if name not in own} for one in OF_KOTAE
    ]
    assert all(one == shared[0] for one in shared)
    bots = [SERVICES[name]["command"] for name in OF_KOTAE if SERVICES[name]["command"][0] == "discord"]
    assert bots == [["discord", "--shards", "0-1", "--of", "4"], ["discord", "--shards", "2-3", "--of", "4"]]
    commands = [SERVICES[name]["command"] for name in OF_KOTAE]
    assert commands.count(["work"]) == commands.count(["serve"]) == 2


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
        assert service["networks"] == (["inside", "outside"] if name.startswith(("bot", "serve")) else ["inside"])
        assert ("ports" in service) is name.startswith("serve")


@pytest.mark.parametrize("services", [SERVICES, SMALL["services"]])
def test_the_api_is_published_to_this_machine_alone(services: Mapping[str, Mapping[str, Any]]) -> None:
    """At ports of their own, and by no name of a stranger's; what speaks HTTPS is put in front."""
    serving = [service for service in services.values() if service.get("command") == ["serve"]]
    ports = [port for service in serving for port in service["ports"]]
    assert len(ports) == len({*ports}) == len(serving)
    assert all(re.fullmatch(rf"127\.0\.0\.1:\d+:{Settings().serve_port}", port) for port in ports)
    assert IN_IMAGE.serve_host == "0.0.0.0"  # noqa: S104 - of the container
    assert IN_IMAGE.serve_hosts == ("localhost",)


def test_the_small_one_has_the_settings_of_everybody() -> None:
    """A bot and an API on one volume, with the .env of this folder; only the bot has its token."""
    bot, serve = SMALL["services"]["bot"], SMALL["services"]["serve"]
    assert (bot["command"], serve["command"]) == (["discord"], ["serve"])
    for service in (bot, serve):
        assert service["volumes"] == ["data:/data"]
        assert (DEPLOY / service["env_file"]).resolve() == ROOT / ".env"
        assert int(service["stop_grace_period"].removesuffix("s")) > work.GRACE
    assert serve["environment"]["DISCORD_TOKEN"] == ""
    assert "environment" not in bot


@pytest.mark.parametrize("services", [SERVICES, SMALL["services"]])
def test_a_container_can_write_to_its_data_alone(services: Mapping[str, Mapping[str, Any]]) -> None:
    """Its root is read-only, and it can get no rights."""
    for service in services.values():
        if service["image"] == "kotae":
            assert service["read_only"] is True
            assert service["tmpfs"] == ["/tmp"]  # noqa: S108 - of the container
            assert service["cap_drop"] == ["ALL"]
            assert service["security_opt"] == ["no-new-privileges:true"]
            assert [volume.partition(":")[2] for volume in service["volumes"]] == ["/data"]
    assert re.search(r"^USER kotae$", CONTAINERFILE, re.MULTILINE)
    assert (IN_IMAGE.database_url, IN_IMAGE.cache_folder) == ("sqlite:////data/kotae.db", Path("/data/cache"))


def test_the_image_is_healthy_once_what_runs_in_it_is_ready(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its check asks the port of the metrics, which is switched on, and fails until then."""
    found = re.search(r"^HEALTHCHECK .*\\\n\tCMD (.+)$", CONTAINERFILE, re.MULTILINE)
    assert found
    python, *arguments = json.loads(found[1])
    assert python == "python"
    assert IN_IMAGE.metrics_port
    (port,) = free_ports(1)
    monkeypatch.setenv("KOTAE_METRICS_PORT", str(port))

    def is_healthy() -> bool:
        return subprocess.run([sys.executable, *arguments], stderr=subprocess.DEVNULL, check=False).returncode == 0

    assert not is_healthy()
    with opened_metrics(Settings(metrics_port=port)) as metrics:
        assert not is_healthy()
        metrics.health.watch({}, lambda: True)
        assert is_healthy()


def _unit(path: Path) -> configparser.SectionProxy:
    """What a unit says of its service."""
    parser = configparser.ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path, encoding="utf-8")
    return parser["Service"]


def test_the_units_differ_in_their_command_alone() -> None:
    """So that both are confined alike; each has time to end, and starts again after an error."""
    assert [path.name for path in UNITS] == ["kotae-discord.service", "kotae-serve.service"]
    discord, serve = ({**_unit(path)} for path in UNITS)
    assert (discord.pop("ExecStart"), serve.pop("ExecStart")) == (
        "/opt/kotae/bin/kotae discord",
        "/opt/kotae/bin/kotae serve",
    )
    assert discord == serve
    assert int(serve["TimeoutStopSec"]) > work.GRACE
    assert serve["Restart"] == "on-failure"


@pytest.mark.skipif(SYSTEMD_ANALYZE is None, reason="there is no systemd")
def test_the_units_are_right_and_confine_what_they_run(tmp_path: Path) -> None:
    """By systemd's own judgement, whose exposure is from 0 to 100; a service without any of it has 96."""
    for path in UNITS:
        unit = tmp_path / path.name
        unit.write_text(path.read_text(encoding="utf-8").replace("/opt/kotae/bin/kotae", sys.executable), "utf-8")
        for arguments in (["verify"], ["security", "--offline=true", "--threshold=20", "--no-pager"]):
            judged = subprocess.run(
                [str(SYSTEMD_ANALYZE), *arguments, unit], capture_output=True, encoding="utf-8", check=False
            )
            assert (judged.returncode, path.name in judged.stderr) == (0, False)


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
    copied = [
        words
        for line in re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINERFILE, re.MULTILINE)
        for words in line.split()
    ]
    assert copied
    assert [name for name in copied if not (ROOT / name).exists()] == []
    assert "--require-hashes -r /src/requirements/server.txt" in CONTAINERFILE
    packaged = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert {*packaged["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]} <= {*copied}
    assert {packaged["project"]["readme"], *packaged["project"]["license-files"]} <= {*copied}


def test_a_server_has_the_packages_of_all_that_it_may_run() -> None:
    """The extras that `make lock` takes for it, each of whose packages is there with its hashes."""
    target = re.search(
        r"uv pip compile (?:[^\n]|\\\n)*requirements/server\.txt", (ROOT / "Makefile").read_text("utf-8")
    )
    assert target
    extras = {*re.findall(r"--extra (\w+)", target[0].rpartition("uv pip compile")[2])}
    assert extras == {"serve", "postgresql", "opensearch", "telemetry"}
    locked = (ROOT / "requirements" / "server.txt").read_text(encoding="utf-8")
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]
    wanted = [re.split(r"[\[>]", package)[0] for extra in extras for package in packages[extra]]
    assert [package for package in wanted if not re.search(rf"^{package}==.* \\$", locked, re.MULTILINE)] == []
