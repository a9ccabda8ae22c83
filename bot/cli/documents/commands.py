"""Arguments of the commands that manage documents; what a command does is in the file that it calls."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.cli.parser import Parser
from bot.expiry import TermWrong, parse_term
from bot.settings import Settings
from bot.wording import Wording
from bot.wording.command_line import usage
from index.loaders import LOADERS

# When a source expires that does not.
NEVER = "never"


def add_arguments(parser: Parser, say: Wording, _settings: Settings) -> None:
    """The arguments of `kotae add`."""
    add = parser.options.add_argument
    add("paths", metavar="PATH", nargs="*", type=Path, help=say(usage.PATHS_TO_ADD, known=" ".join(LOADERS)))
    add("--built-in", action="store_true", help=say(usage.BUILT_IN))
    add("--wait", action="store_true", help=say(usage.WAIT))


def add(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae add`."""
    if not values.paths and not values.built_in:
        raise parser.wrong(say(usage.MISSING_PATHS))
    from bot.cli.documents.sources import add_paths

    return add_paths(say, settings, values.paths, values.built_in, values.wait)


def sync_arguments(parser: Parser, say: Wording, settings: Settings) -> None:
    """The arguments of `kotae sync`."""
    watch_arguments(parser, say, settings)
    parser.options.add_argument("--wait", action="store_true", help=say(usage.WAIT))


def watch_arguments(parser: Parser, say: Wording, _settings: Settings) -> None:
    """The arguments of `kotae watch`."""
    parser.options.add_argument("paths", metavar="PATH", nargs="*", type=Path, help=say(usage.PATHS_TO_SYNC))
    parser.options.add_argument("--allow-empty", action="store_true", help=say(usage.ALLOW_EMPTY))


def sync(say: Wording, settings: Settings, _parser: Parser, values: argparse.Namespace) -> int:
    """`kotae sync`."""
    from bot.cli.documents.sources import sync_paths

    return sync_paths(say, settings, values.paths, values.allow_empty, values.wait)


def watch(say: Wording, settings: Settings, _parser: Parser, values: argparse.Namespace) -> int:
    """`kotae watch`."""
    from bot.cli.documents.watch import watch_paths

    return watch_paths(say, settings, values.paths, values.allow_empty)


def sources_arguments(parser: Parser, say: Wording, _settings: Settings) -> None:
    """The arguments of `kotae sources`."""
    add = parser.options.add_argument
    when = f"DAYS|DATE|{NEVER}"
    add("--expiry", metavar=("SOURCE", when), nargs=2, action="append", default=[], help=say(usage.EXPIRY, off=NEVER))
    add("--json", action="store_true", help=say(usage.JSON))


def sources(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae sources`."""
    from bot.cli.documents.sources import list_sources, set_expiries

    try:
        terms = [(source, None if when == NEVER else parse_term(when)) for source, when in values.expiry]
    except TermWrong as error:
        raise parser.wrong(say(usage.BAD_EXPIRY, problem=say.of_error(error))) from error
    if terms:
        set_expiries(settings, terms)
    return list_sources(say, settings, values.json)


def remove_arguments(parser: Parser, say: Wording, _settings: Settings) -> None:
    """The arguments of `kotae remove`."""
    parser.options.add_argument("names", metavar="SOURCE", nargs="*", help=say(usage.SOURCES_TO_REMOVE))


def remove(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae remove`."""
    if not values.names:
        raise parser.wrong(say(usage.MISSING_SOURCES))
    from bot.cli.documents.sources import remove

    return remove(say, settings, values.names)


def backup_arguments(parser: Parser, say: Wording, _settings: Settings) -> None:
    """The arguments of `kotae backup`."""
    parser.options.add_argument("file", metavar="FILE", nargs="?", type=Path, help=say(usage.BACKUP_TO_WRITE))
    parser.options.add_argument("--force", action="store_true", help=say(usage.FORCE))


def backup(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae backup`."""
    if values.file is None:
        raise parser.wrong(say(usage.MISSING_FILE))
    from bot.cli.documents.backup import back_up

    return back_up(say, settings, values.file, force=values.force)


def restore_arguments(parser: Parser, say: Wording, _settings: Settings) -> None:
    """The arguments of `kotae restore`."""
    parser.options.add_argument("file", metavar="FILE", nargs="?", type=Path, help=say(usage.BACKUP_TO_RESTORE))
    parser.options.add_argument("--yes", action="store_true", help=say(usage.YES))


def restore(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae restore`."""
    if values.file is None:
        raise parser.wrong(say(usage.MISSING_FILE))
    from bot.cli.documents.backup import restore

    return restore(say, settings, values.file, yes=values.yes)


def export_arguments(parser: Parser, say: Wording, _settings: Settings) -> None:
    """The arguments of `kotae export`."""
    parser.options.add_argument("file", metavar="FILE", nargs="?", type=Path, help=say(usage.EXPORT_FILE))
    parser.options.add_argument("--force", action="store_true", help=say(usage.FORCE))


def export(say: Wording, settings: Settings, _parser: Parser, values: argparse.Namespace) -> int:
    """`kotae export`."""
    from bot.cli.documents.export import export

    return export(say, settings, values.file, force=values.force)
