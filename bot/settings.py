"""Settings: from the environment and .env, read once, at start."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from index.errors import ContentNotUtf8, ContentUnreadable, SettingInvalid
from index.loaders.limits import Limits
from index.meaning.encoder import ENCODERS
from index.ranking.choice import ENGINES, SHARED_ENGINE

DEFAULT_HITS = 3
MOST_HITS = 20
DEFAULT_ENCODER = "use"
DEFAULT_QUESTIONS_A_MINUTE = 20
DEFAULT_QUESTIONS_A_MINUTE_IN_GUILD = 600
MOST_QUESTIONS_A_MINUTE = 100_000
DEFAULT_REQUESTS_A_MINUTE = 300
# Each takes some 100 MB of its own.
DEFAULT_PROCESSES = min(2, os.cpu_count() or 1)
MOST_PROCESSES = 256
DEFAULT_HOST = "127.0.0.1"
DEFAULT_PORT = 8420
HIGHEST_PORT = 65_535
HIGHEST_NUMBER = 999_999_999
DEFAULT_DAYS_BEFORE_FORGETTING = 30
MOST_DAYS_BEFORE_FORGETTING = 3_650
MOST_MEGABYTES = 100_000
# Python and the parsers of all kinds take this much before they have read anything.
LEAST_MEMORY = 300
MOST_SECONDS = 86_400
MOST_PAGES = 1_000_000
MOST_PARAGRAPHS = 100_000_000
MOST_SHARDS = 10_000
DEFAULT_METRICS_HOST = "127.0.0.1"


class Secret:
    """A value that is not shown by accident: only `reveal` gives it."""

    def __init__(self, value: str) -> None:
        self._value = value

    def __repr__(self) -> str:
        return "Secret(…)"

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def reveal(self) -> str:
        """The value itself."""
        return self._value


class Shards(NamedTuple):
    """Which of a bot's shards a process serves, and how many there are: each has its share of the guilds."""

    ids: range
    of: int

    def shard_of(self, guild: int | None) -> int:
        """The shard that a guild's events come to; those of direct messages (None) come to the first."""
        return (guild >> 22) % self.of if guild else 0

    @classmethod
    def parse(cls, ids: str, of: str) -> "Shards | None":
        """The shards that `0-3` and `16` mean; None where they mean none."""
        first, dash, last = ids.partition("-")
        begin, end, total = whole_number(first), whole_number(last if dash else first), whole_number(of)
        if begin is None or end is None or not total or not begin <= end < total <= MOST_SHARDS:
            return None
        return cls(range(begin, end + 1), total)


class Settings(NamedTuple):
    """What can be set; .env.example says what each is for."""

    content: tuple[Path, ...] = ()
    language: str | None = None
    limit: int = DEFAULT_HITS
    cache_folder: Path | None = None
    discord_token: Secret = Secret("")
    discord_api_url: str = ""
    discord_gateway_url: str = ""
    message_content: bool = False
    built_in_always: bool = False
    encoder: str | None = DEFAULT_ENCODER
    contact: str = ""
    database_url: str = ""
    database_read_url: str = ""
    engine: str | None = None
    opensearch_url: Secret = Secret("")
    questions_a_minute: int = DEFAULT_QUESTIONS_A_MINUTE
    questions_a_minute_in_guild: int = DEFAULT_QUESTIONS_A_MINUTE_IN_GUILD
    forget_guild_after_days: int = DEFAULT_DAYS_BEFORE_FORGETTING
    limits: Limits = Limits()
    queued_intake: bool = False
    metrics_port: int | None = None
    metrics_host: str = DEFAULT_METRICS_HOST
    otlp_endpoint: str = ""
    serve_host: str = DEFAULT_HOST
    serve_port: int = DEFAULT_PORT
    serve_public: bool = False
    serve_remember: bool = False
    serve_processes: int = DEFAULT_PROCESSES
    serve_requests_a_minute: int = DEFAULT_REQUESTS_A_MINUTE
    serve_hosts: tuple[str, ...] = ()
    serve_origins: tuple[str, ...] = ()
    token: Secret = Secret("")
    # Not from the environment: each process has its own.
    shards: Shards | None = None

    @property
    def local_engine(self) -> str | None:
        """The engine for what this process alone asks, and for a while only: no cluster gets an index of it."""
        return None if self.engine == SHARED_ENGINE else self.engine

    @classmethod
    def from_environment(cls, environment: Mapping[str, str]) -> "Settings":
        """Settings from the variables in .env.example; raises SettingInvalid. An empty variable counts as not set."""

        def value(name: str) -> str:
            return environment.get(name, "").strip()

        def number(name: str, default: int, highest: int, lowest: int = 1) -> int:
            return _number(name, value(name) or str(default), lowest, highest)

        cache = value("KOTAE_CACHE_DIR")
        encoder = _one_of("KOTAE_ENCODER", value("KOTAE_ENCODER"), (*ENCODERS, "off"))
        return cls(
            content=tuple(Path(part) for part in value("KOTAE_CONTENT").split(os.pathsep) if part),
            language=_one_of("KOTAE_LANGUAGE", value("KOTAE_LANGUAGE"), ("ja", "en")),
            limit=number("KOTAE_LIMIT", DEFAULT_HITS, MOST_HITS),
            cache_folder=None if cache == "off" else Path(cache) if cache else _users_cache_folder(),
            discord_token=Secret(value("DISCORD_TOKEN")),
            discord_api_url=value("DISCORD_API_URL").rstrip("/"),
            discord_gateway_url=value("DISCORD_GATEWAY_URL"),
            message_content=_one_of("KOTAE_MESSAGE_CONTENT", value("KOTAE_MESSAGE_CONTENT"), ("on", "off")) == "on",
            built_in_always=_one_of("KOTAE_BUILT_IN", value("KOTAE_BUILT_IN"), ("auto", "always")) == "always",
            encoder=None if encoder == "off" else encoder or DEFAULT_ENCODER,
            contact=value("KOTAE_CONTACT"),
            database_read_url=_replica(value("KOTAE_DATABASE_READ_URL"), value("KOTAE_DATABASE_URL")),
            database_url=value("KOTAE_DATABASE_URL") or f"sqlite:///{_users_data_folder() / 'kotae.db'}",
            engine=_one_of("KOTAE_ENGINE", value("KOTAE_ENGINE"), (*ENGINES, SHARED_ENGINE)),
            opensearch_url=Secret(value("KOTAE_OPENSEARCH_URL")),
            questions_a_minute=number("KOTAE_QUESTIONS_A_MINUTE", cls().questions_a_minute, MOST_QUESTIONS_A_MINUTE),
            questions_a_minute_in_guild=number(
                "KOTAE_QUESTIONS_A_MINUTE_IN_GUILD", cls().questions_a_minute_in_guild, MOST_QUESTIONS_A_MINUTE
            ),
            forget_guild_after_days=number(
                "KOTAE_FORGET_GUILD_AFTER_DAYS", cls().forget_guild_after_days, MOST_DAYS_BEFORE_FORGETTING, 0
            ),
            limits=Limits(
                largest_file=number("KOTAE_LARGEST_FILE", Limits().largest_file, MOST_MEGABYTES),
                longest_loading=number("KOTAE_LONGEST_LOADING", Limits().longest_loading, MOST_SECONDS),
                most_pages=number("KOTAE_MOST_PAGES", Limits().most_pages, MOST_PAGES),
                memory=number("KOTAE_LOADING_MEMORY", Limits().memory, MOST_MEGABYTES, LEAST_MEMORY),
                most_paragraphs=number("KOTAE_MOST_PARAGRAPHS", Limits().most_paragraphs, MOST_PARAGRAPHS),
            ),
            queued_intake=_one_of("KOTAE_INTAKE", value("KOTAE_INTAKE"), ("direct", "queue")) == "queue",
            metrics_port=number("KOTAE_METRICS_PORT", 0, HIGHEST_PORT) if value("KOTAE_METRICS_PORT") else None,
            metrics_host=value("KOTAE_METRICS_HOST") or DEFAULT_METRICS_HOST,
            otlp_endpoint=value("OTEL_EXPORTER_OTLP_ENDPOINT").rstrip("/"),
            serve_host=value("KOTAE_SERVE_HOST") or DEFAULT_HOST,
            serve_port=number("KOTAE_SERVE_PORT", DEFAULT_PORT, HIGHEST_PORT, 0),
            serve_public=_one_of("KOTAE_SERVE_PUBLIC", value("KOTAE_SERVE_PUBLIC"), ("on", "off")) == "on",
            serve_remember=_one_of("KOTAE_SERVE_REMEMBER", value("KOTAE_SERVE_REMEMBER"), ("on", "off")) == "on",
            serve_processes=number("KOTAE_SERVE_PROCESSES", DEFAULT_PROCESSES, MOST_PROCESSES),
            serve_requests_a_minute=number(
                "KOTAE_SERVE_REQUESTS_A_MINUTE", cls().serve_requests_a_minute, MOST_QUESTIONS_A_MINUTE
            ),
            serve_hosts=_listed(value("KOTAE_SERVE_HOSTS").lower()),
            serve_origins=_listed(value("KOTAE_SERVE_ORIGINS")),
            token=Secret(value("KOTAE_TOKEN")),
        )


def read_environment() -> dict[str, str]:
    """The environment, over what .env in the working folder says; raises ContentError where that cannot be read."""
    if not Path(".env").is_file():
        return dict(os.environ)
    from dotenv import dotenv_values

    try:
        written = dotenv_values(".env", encoding="utf-8")
    except UnicodeDecodeError as error:
        raise ContentNotUtf8(path=".env") from error
    except OSError as error:
        raise ContentUnreadable(path=".env", reason=error.strerror or str(error)) from error
    return {name: value for name, value in written.items() if value is not None} | dict(os.environ)


def _users_cache_folder() -> Path:
    """Where the platform keeps what can be made again."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "kotae" / "Cache"
    if sys.platform == "darwin":
        return Path.home() / "Library/Caches/kotae"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "kotae"


def _users_data_folder() -> Path:
    """Where the platform keeps what a user would miss."""
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or Path.home() / "AppData/Local") / "kotae"
    if sys.platform == "darwin":
        return Path.home() / "Library/Application Support/kotae"
    return Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local/share") / "kotae"


def is_loopback(host: str) -> bool:
    """Whether only this machine reaches an address."""
    return host in ("localhost", "::1") or host.startswith("127.")


def whole_number(text: str) -> int | None:
    """The number that a text writes in digits, of at most nine; else None."""
    return int(text) if text.isdecimal() and len(text) <= len(str(HIGHEST_NUMBER)) else None


def _listed(value: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in value.split(",") if part.strip())


def _one_of(name: str, value: str, allowed: tuple[str, ...]) -> str | None:
    if value and value not in allowed:
        raise SettingInvalid(name=name, value=value, allowed=" / ".join(allowed))
    return value or None


def _replica(replica: str, database: str) -> str:
    """The URL of a replica, which only PostgreSQL has."""
    if replica and not (replica.startswith("postgres") and database.startswith("postgres")):
        # Without user and password.
        shown = replica.rpartition("@")[2].partition("?")[0]
        raise SettingInvalid(name="KOTAE_DATABASE_READ_URL", value=shown, allowed="postgresql+psycopg://…")
    return replica


def _number(name: str, value: str, lowest: int, highest: int) -> int:
    number = whole_number(value)
    if number is None or not lowest <= number <= highest:
        raise SettingInvalid(name=name, value=value, allowed=f"{lowest}–{highest}")
    return number
