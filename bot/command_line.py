"""The command line: which commands there are, and what they take. What they do is in the files they call.

argparse, because a question asked from the shell should not wait: importing any other library for
command lines takes as long as answering.
"""

from __future__ import annotations

import argparse
import gc
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NoReturn

from bot.settings import MOST_HITS, Settings, whole_number
from bot.wording import Wording
from index.errors import KotaeError
from index.loaders import LOADERS

FROM_STANDARD_INPUT = "-"
PLOT_SUFFIXES = (".png", ".svg")


class UsageWrong(KotaeError):
    """The arguments are not valid; `values` has the `problem` and the `command` whose help tells more."""


class Parser(argparse.ArgumentParser):
    """The arguments of one command, with help and errors in the user's language."""

    def __init__(self, say: Wording, name: str, description: str, epilog: str = "") -> None:
        super().__init__(
            prog=name,
            description=description,
            epilog=epilog,
            add_help=False,
            exit_on_error=False,
            allow_abbrev=False,
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )
        self._say = say
        self.options = self.add_argument_group(say("help.options"))
        self.options.add_argument("-h", "--help", action="help", help=say("help.help"))

    def format_help(self) -> str:
        """The help, with the word for usage in the user's language."""
        return self._say("help.usage") + super().format_help().removeprefix("usage: ")

    def error(self, message: str) -> NoReturn:
        """Raise UsageWrong; argparse would print its English message and leave the program."""
        raise self.wrong(self._say("usage.wrong", reason=message))

    def wrong(self, problem: str) -> UsageWrong:
        """The error for a problem with this command's arguments."""
        return UsageWrong(problem=problem, command=self.prog)

    def parse(self, arguments: Sequence[str]) -> argparse.Namespace:
        """The values of the arguments; raises UsageWrong."""
        try:
            values, unknown = self.parse_known_args(list(arguments))
            if any(not argument.startswith("-") for argument in unknown) and "--" not in arguments:
                # Options stand among the words of a question. Slower, and so not tried first.
                values, unknown = self.parse_known_intermixed_args(list(arguments))
        except argparse.ArgumentError as error:
            raise self.wrong(self._say("usage.bad_value", parameter=error.argument_name)) from error
        if unknown:
            raise self.wrong(self._say("usage.unknown", argument=unknown[0]))
        return values


def run(say: Wording, settings: Settings, arguments: Sequence[str]) -> int:
    """Run the command that the arguments name, and give its exit status; raises KotaeError."""
    if arguments and arguments[0] in COMMANDS:
        make_parser, command = COMMANDS[arguments[0]]
        parser = make_parser(say, settings)
        return command(say, settings, parser, parser.parse(arguments[1:]))
    parser = program_parser(say)
    values = parser.parse(arguments)
    if values.version:
        from importlib.metadata import version

        print(f"kotae {version('kotae')}")
        return 0
    if not values.command:
        raise parser.wrong(say("usage.missing_command"))
    raise parser.wrong(say("usage.no_such_command", command=values.command))


def program_parser(say: Wording) -> Parser:
    """The arguments of `kotae` itself."""
    lines = [say("help.commands") + ":", *(f"  {name:<10}{say(f'help.{name}')}" for name in COMMANDS)]
    parser = Parser(say, "kotae", say("help.kotae"), epilog="\n".join(lines))
    parser.options.add_argument("--version", action="store_true", help=say("help.version"))
    parser.options.add_argument("command", metavar="COMMAND", nargs="?", help=say("help.command"))
    return parser


def ask_parser(say: Wording, settings: Settings) -> Parser:
    """The arguments of `kotae ask`."""
    parser = Parser(say, "kotae ask", say("help.ask"))
    parser.options.add_argument("question", metavar="QUESTION", nargs="*", help=say("help.question"))
    _add_limit_and_content(parser, say, settings)
    parser.options.add_argument("--explain", action="store_true", help=say("help.explain"))
    parser.options.add_argument("--json", action="store_true", help=say("help.json"))
    return parser


def ask(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae ask`."""
    if not values.question:
        raise parser.wrong(say("usage.missing_question"))
    limit = _limit(parser, say, values.limit)
    # Bytes of the command line that are no text arrive as halves of characters, which nothing can print.
    question = " ".join(values.question).encode(errors="replace").decode()
    if question == FROM_STANDARD_INPUT:
        gc.enable()
        from bot.ask import ask_each_line

        return ask_each_line(say, settings, limit, values.content, values.explain, values.json)
    from bot.ask import ask_once

    status = ask_once(say, settings, question, limit, values.content, values.explain, values.json)
    gc.freeze()  # nor is there anything worth collecting at the end
    return status


def chat_parser(say: Wording, settings: Settings) -> Parser:
    """The arguments of `kotae chat`."""
    parser = Parser(say, "kotae chat", say("help.chat"))
    _add_limit_and_content(parser, say, settings)
    return parser


def chat(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae chat`."""
    limit = _limit(parser, say, values.limit)
    gc.enable()
    from bot.repl import chat

    return chat(say, settings, limit, values.content)


def discord_parser(say: Wording, _settings: Settings) -> Parser:
    """The arguments of `kotae discord`."""
    parser = Parser(say, "kotae discord", say("help.discord"))
    _add_content(parser, say)
    return parser


def discord(say: Wording, settings: Settings, _parser: Parser, values: argparse.Namespace) -> int:
    """`kotae discord`."""
    gc.enable()
    from bot.discord.run import run

    return run(say, settings, values.content)


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
    gc.enable()
    from bot.sources import add_paths

    return add_paths(say, settings, values.paths, values.built_in)


def sync_parser(say: Wording, _settings: Settings) -> Parser:
    """The arguments of `kotae sync`."""
    parser = Parser(say, "kotae sync", say("help.sync"))
    parser.options.add_argument("paths", metavar="PATH", nargs="*", type=Path, help=say("help.sync_paths"))
    return parser


def sync(say: Wording, settings: Settings, _parser: Parser, values: argparse.Namespace) -> int:
    """`kotae sync`."""
    gc.enable()
    from bot.sources import sync_paths

    return sync_paths(say, settings, values.paths)


def watch_parser(say: Wording, _settings: Settings) -> Parser:
    """The arguments of `kotae watch`."""
    parser = Parser(say, "kotae watch", say("help.watch"))
    parser.options.add_argument("paths", metavar="PATH", nargs="*", type=Path, help=say("help.sync_paths"))
    return parser


def watch(say: Wording, settings: Settings, _parser: Parser, values: argparse.Namespace) -> int:
    """`kotae watch`."""
    gc.enable()
    from bot.watch import watch_paths

    return watch_paths(say, settings, values.paths)


def sources_parser(say: Wording, _settings: Settings) -> Parser:
    """The arguments of `kotae sources`."""
    parser = Parser(say, "kotae sources", say("help.sources"))
    parser.options.add_argument("--json", action="store_true", help=say("help.json"))
    return parser


def sources(say: Wording, settings: Settings, _parser: Parser, values: argparse.Namespace) -> int:
    """`kotae sources`."""
    from bot.sources import list_sources

    return list_sources(say, settings, values.json)


def remove_parser(say: Wording, _settings: Settings) -> Parser:
    """The arguments of `kotae remove`."""
    parser = Parser(say, "kotae remove", say("help.remove"))
    parser.options.add_argument("names", metavar="SOURCE", nargs="*", help=say("help.remove_names"))
    return parser


def remove(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae remove`."""
    if not values.names:
        raise parser.wrong(say("usage.missing_sources"))
    gc.enable()
    from bot.sources import remove

    return remove(say, settings, values.names)


def evaluate_parser(say: Wording, _settings: Settings) -> Parser:
    """The arguments of `kotae evaluate`."""
    parser = Parser(say, "kotae evaluate", say("help.evaluate"))
    from index.configurations import CONFIGURATIONS, DEFAULT

    names = ", ".join(CONFIGURATIONS)
    add = parser.options.add_argument
    add("paths", metavar="FILE_OR_FOLDER", nargs="*", type=Path, help=say("help.paths"))
    add("--configuration", metavar="NAME", default=DEFAULT, help=say("help.configuration", configurations=names))
    add("--against", metavar="FILE_OR_NAME", help=say("help.against"))
    add("--save", metavar="FILE", type=Path, help=say("help.save"))
    add("--misses", metavar="FILE", type=Path, help=say("help.misses"))
    add("--plot", metavar="FILE", type=Path, help=say("help.plot"))
    add("--json", action="store_true", help=say("help.json"))
    return parser


def evaluate(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae evaluate`."""
    if not values.paths:
        raise parser.wrong(say("usage.missing_paths"))
    if values.plot and values.plot.suffix not in PLOT_SUFFIXES:
        raise parser.wrong(say("usage.plot", known=" / ".join(PLOT_SUFFIXES)))
    gc.enable()
    from bot.evaluate import evaluate

    return evaluate(
        say,
        values.paths,
        values.configuration,
        values.against,
        save=values.save,
        misses=values.misses,
        plot=values.plot,
        as_json=values.json,
        engine=settings.engine,
    )


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
    gc.enable()
    from bot.backup import back_up

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
    gc.enable()
    from bot.restore import restore

    return restore(say, settings, values.file, yes=values.yes)


def export_parser(say: Wording, _settings: Settings) -> Parser:
    """The arguments of `kotae export`."""
    parser = Parser(say, "kotae export", say("help.export"))
    parser.options.add_argument("file", metavar="FILE", nargs="?", type=Path, help=say("help.export_file"))
    parser.options.add_argument("--force", action="store_true", help=say("help.force"))
    return parser


def export(say: Wording, settings: Settings, _parser: Parser, values: argparse.Namespace) -> int:
    """`kotae export`."""
    gc.enable()
    from bot.export import export

    return export(say, settings, values.file, force=values.force)


def doctor_parser(say: Wording, _settings: Settings) -> Parser:
    """The arguments of `kotae doctor`."""
    parser = Parser(say, "kotae doctor", say("help.doctor"))
    parser.options.add_argument("--json", action="store_true", help=say("help.json"))
    return parser


def doctor(say: Wording, settings: Settings, _parser: Parser, values: argparse.Namespace) -> int:
    """`kotae doctor`."""
    gc.enable()
    from bot.doctor import examine

    return examine(say, settings, values.json)


# Each command's arguments, and what runs it.
COMMANDS: dict[
    str,
    tuple[Callable[[Wording, Settings], Parser], Callable[[Wording, Settings, Parser, argparse.Namespace], int]],
] = {
    "ask": (ask_parser, ask),
    "chat": (chat_parser, chat),
    "discord": (discord_parser, discord),
    "add": (add_parser, add),
    "sync": (sync_parser, sync),
    "watch": (watch_parser, watch),
    "sources": (sources_parser, sources),
    "remove": (remove_parser, remove),
    "evaluate": (evaluate_parser, evaluate),
    "backup": (backup_parser, backup),
    "restore": (restore_parser, restore),
    "export": (export_parser, export),
    "doctor": (doctor_parser, doctor),
}


def _add_limit_and_content(parser: Parser, say: Wording, settings: Settings) -> None:
    parser.options.add_argument(
        "--limit", metavar="N", default=str(settings.limit), help=say("help.limit", default=settings.limit)
    )
    _add_content(parser, say)


def _add_content(parser: Parser, say: Wording) -> None:
    known = " ".join(LOADERS)
    parser.options.add_argument(
        "--content", metavar="PATH", action="append", type=Path, default=[], help=say("help.content", known=known)
    )


def _limit(parser: Parser, say: Wording, value: str) -> int:
    limit = whole_number(value)
    if limit is None or not 1 <= limit <= MOST_HITS:
        raise parser.wrong(say("usage.limit", highest=MOST_HITS))
    return limit
