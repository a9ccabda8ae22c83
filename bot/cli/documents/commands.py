"""The commands for what is answered from: what they take. What they do is in the files they call."""

from __future__ import annotations

import argparse
from pathlib import Path

from bot.cli.parser import Command, Parser
from bot.settings import Settings, whole_number
from bot.wording import Wording
from index.loaders import LOADERS

# How many questions without an answer are listed.
MOST_GAPS = 50


def add_parser(say: Wording, _settings: Settings) -> Parser:
    """The arguments of `kotae add`."""
    parser = Parser(say, "kotae add", say("help.add"))
    add = parser.options.add_argument
    add("paths", metavar="PATH", nargs="*", type=Path, help=say("help.add_paths", known=" ".join(LOADERS)))
    add("--built-in", action="store_true", help=say("help.built_in"))
    return parser


def add(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae add`."""
    if not values.paths and not values.built_in:
        raise parser.wrong(say("usage.missing_add_paths"))
    from bot.cli.documents.sources import add_paths

    return add_paths(say, settings, values.paths, values.built_in)


def sync_parser(say: Wording, _settings: Settings) -> Parser:
    """The arguments of `kotae sync`."""
    parser = Parser(say, "kotae sync", say("help.sync"))
    parser.options.add_argument("paths", metavar="PATH", nargs="*", type=Path, help=say("help.sync_paths"))
    parser.options.add_argument("--allow-empty", action="store_true", help=say("help.allow_empty"))
    return parser


def sync(say: Wording, settings: Settings, _parser: Parser, values: argparse.Namespace) -> int:
    """`kotae sync`."""
    from bot.cli.documents.sources import sync_paths

    return sync_paths(say, settings, values.paths, values.allow_empty)


def watch_parser(say: Wording, _settings: Settings) -> Parser:
    """The arguments of `kotae watch`."""
    parser = Parser(say, "kotae watch", say("help.watch"))
    parser.options.add_argument("paths", metavar="PATH", nargs="*", type=Path, help=say("help.sync_paths"))
    parser.options.add_argument("--allow-empty", action="store_true", help=say("help.allow_empty"))
    return parser


def watch(say: Wording, settings: Settings, _parser: Parser, values: argparse.Namespace) -> int:
    """`kotae watch`."""
    from bot.cli.documents.watch import watch_paths

    return watch_paths(say, settings, values.paths, values.allow_empty)


def sources_parser(say: Wording, _settings: Settings) -> Parser:
    """The arguments of `kotae sources`."""
    parser = Parser(say, "kotae sources", say("help.sources"))
    parser.options.add_argument("--json", action="store_true", help=say("help.json"))
    return parser


def sources(say: Wording, settings: Settings, _parser: Parser, values: argparse.Namespace) -> int:
    """`kotae sources`."""
    from bot.cli.documents.sources import list_sources

    return list_sources(say, settings, values.json)


def gaps_parser(say: Wording, _settings: Settings) -> Parser:
    """The arguments of `kotae gaps`."""
    parser = Parser(say, "kotae gaps", say("help.gaps"))
    add = parser.options.add_argument
    add("--limit", metavar="N", default=str(MOST_GAPS), help=say("help.gaps_limit", most=MOST_GAPS))
    add("--forget", metavar="NUMBER", nargs="+", action="extend", default=[], help=say("help.forget"))
    add("--json", action="store_true", help=say("help.json"))
    return parser


def gaps(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae gaps`."""
    forgotten, limit = [whole_number(one) for one in values.forget], whole_number(values.limit)
    if None in forgotten:
        raise parser.wrong(say("usage.bad_value", parameter="--forget"))
    if not limit:
        raise parser.wrong(say("usage.bad_value", parameter="--limit"))
    from bot.cli.unanswered import forget_gaps, list_gaps

    if forgotten:
        return forget_gaps(say, settings, [one for one in dict.fromkeys(forgotten) if one is not None])
    return list_gaps(say, settings, limit, values.json)


def remove_parser(say: Wording, _settings: Settings) -> Parser:
    """The arguments of `kotae remove`."""
    parser = Parser(say, "kotae remove", say("help.remove"))
    parser.options.add_argument("names", metavar="SOURCE", nargs="*", help=say("help.remove_names"))
    return parser


def remove(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae remove`."""
    if not values.names:
        raise parser.wrong(say("usage.missing_sources"))
    from bot.cli.documents.sources import remove

    return remove(say, settings, values.names)


def backup_parser(say: Wording, _settings: Settings) -> Parser:
    """The arguments of `kotae backup`."""
    parser = Parser(say, "kotae backup", say("help.backup"))
    parser.options.add_argument("file", metavar="FILE", nargs="?", type=Path, help=say("help.backup_file"))
    parser.options.add_argument("--force", action="store_true", help=say("help.force"))
    return parser


def backup(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae backup`."""
    if values.file is None:
        raise parser.wrong(say("usage.missing_file"))
    from bot.cli.documents.backup import back_up

    return back_up(say, settings, values.file, force=values.force)


def restore_parser(say: Wording, _settings: Settings) -> Parser:
    """The arguments of `kotae restore`."""
    parser = Parser(say, "kotae restore", say("help.restore"))
    parser.options.add_argument("file", metavar="FILE", nargs="?", type=Path, help=say("help.restore_file"))
    parser.options.add_argument("--yes", action="store_true", help=say("help.yes"))
    return parser


def restore(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae restore`."""
    if values.file is None:
        raise parser.wrong(say("usage.missing_file"))
    from bot.cli.documents.restore import restore

    return restore(say, settings, values.file, yes=values.yes)


def export_parser(say: Wording, _settings: Settings) -> Parser:
    """The arguments of `kotae export`."""
    parser = Parser(say, "kotae export", say("help.export"))
    parser.options.add_argument("file", metavar="FILE", nargs="?", type=Path, help=say("help.export_file"))
    parser.options.add_argument("--force", action="store_true", help=say("help.force"))
    return parser


def export(say: Wording, settings: Settings, _parser: Parser, values: argparse.Namespace) -> int:
    """`kotae export`."""
    from bot.cli.documents.export import export

    return export(say, settings, values.file, force=values.force)


def doctor_parser(say: Wording, _settings: Settings) -> Parser:
    """The arguments of `kotae doctor`."""
    parser = Parser(say, "kotae doctor", say("help.doctor"))
    parser.options.add_argument("--json", action="store_true", help=say("help.json"))
    return parser


def doctor(say: Wording, settings: Settings, _parser: Parser, values: argparse.Namespace) -> int:
    """`kotae doctor`."""
    from bot.cli.doctor.report import examine

    return examine(say, settings, values.json)


DOCUMENT_COMMANDS: dict[str, Command] = {
    "add": (add_parser, add),
    "sync": (sync_parser, sync),
    "watch": (watch_parser, watch),
    "sources": (sources_parser, sources),
    "remove": (remove_parser, remove),
    "gaps": (gaps_parser, gaps),
    "export": (export_parser, export),
    "backup": (backup_parser, backup),
    "restore": (restore_parser, restore),
    "doctor": (doctor_parser, doctor),
}
