"""Arguments of the commands about answering over HTTP."""

from __future__ import annotations

import argparse
from importlib.util import find_spec
from urllib.parse import urlsplit

from bot.cli.parser import Parser
from bot.settings import HIGHEST_PORT, MOST_PROCESSES, Settings, is_loopback
from bot.wording import Wording
from bot.wording.command_line import serving, usage
from index.errors import KotaeError

# Ids of Discord's are below.
_END_OF_IDS = 2**63


class ServeExtraMissing(KotaeError):
    """The packages of the extra `serve` are not installed."""


def serve_is_installed() -> bool:
    """Whether the packages that answering over HTTP takes are there."""
    return all(find_spec(name) for name in ("fastapi", "mcp", "uvicorn"))


def serve_arguments(parser: Parser, say: Wording, settings: Settings) -> None:
    """The arguments of `kotae serve`."""
    add = parser.options.add_argument
    host, port = settings.serve_host, str(settings.serve_port)
    add("--host", metavar="ADDRESS", default=host, help=say(serving.HOST, host=host))
    add("--port", metavar="N", default=port, help=say(serving.PORT, port=port))
    processes = str(settings.serve_processes)
    add("--processes", metavar="N", default=processes, help=say(serving.PROCESSES, processes=processes))


def serve(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae serve`."""
    port = parser.whole_number("--port", values.port, HIGHEST_PORT, lowest=0)
    processes = parser.whole_number("--processes", values.processes, MOST_PROCESSES)
    # A variable of a shell that is not set would mean every address of this machine.
    if not values.host.strip():
        raise parser.wrong(say(serving.MISSING_HOST))
    from bot.cli.terminal import knowledge_with_progress

    try:
        from bot.web.run import run
    except ImportError as error:
        raise ServeExtraMissing from error
    # Files that are not in the store have no tokens, no readers and no votes.
    settings = settings._replace(content=(), serve_processes=processes)
    opened = knowledge_with_progress(say, settings, (), complete=False)

    def listening(address: str) -> None:
        lines = [say(serving.LISTENING, address=address)]
        if not is_loopback(urlsplit(address).hostname or ""):
            lines.append(say(serving.UNENCRYPTED))
        print("\n".join(lines), flush=True)

    return run(settings, opened, say.language, values.host, port, listening)


def token_arguments(parser: Parser, say: Wording, _settings: Settings) -> None:
    """The arguments of `kotae token`."""
    add = parser.options.add_argument
    add("action", metavar="create|list|revoke", nargs="?", default="", help=say(serving.ACTION))
    add("name", metavar="NAME", nargs="?", default="", help=say(serving.NAME))
    add("--guild", metavar="ID", help=say(serving.GUILD_ID))
    add("--source", metavar="SOURCE", action="append", default=[], help=say(serving.SOURCE))
    add("--operator", action="store_true", help=say(serving.OPERATOR))
    add("--json", action="store_true", help=say(usage.JSON))


def token(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae token`."""
    from bot.cli.serving.tokens import create_token, list_tokens, revoke_token

    match values.action:
        case "create":
            if not values.name.strip():
                raise parser.wrong(say(serving.MISSING_NAME))
            if values.source and (values.guild is not None or values.operator):
                raise parser.wrong(say(serving.ONE_AUDIENCE))
            guild = 0 if values.guild is None else _id(values.guild)
            if guild is None:
                raise parser.wrong(say(serving.BAD_GUILD))
            return create_token(say, settings, values.name, guild, values.source, values.operator, values.json)
        case "list":
            return list_tokens(say, settings, values.json)
        case "revoke":
            return revoke_token(say, settings, parser.whole_number("revoke", values.name))
    raise parser.wrong(say(serving.MISSING_ACTION))


def _id(text: str) -> int | None:
    """The id of Discord's that a text is; None where it is none."""
    found = int(text) if text.isdecimal() and len(text) < 20 else 0
    return found if 0 < found < _END_OF_IDS else None
