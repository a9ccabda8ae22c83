"""The command line: which commands there are, and what they take. What they do is in the files they call."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from bot.cli.documents.commands import DOCUMENT_COMMANDS
from bot.cli.parser import Command, Parser
from bot.settings import MOST_HITS, Settings, whole_number
from bot.wording import Wording
from index.loaders import LOADERS

FROM_STANDARD_INPUT = "-"
PLOT_SUFFIXES = (".png", ".svg")


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
    from bot.cli.ask import ask_each_line, ask_once

    if question == FROM_STANDARD_INPUT:
        return ask_each_line(say, settings, limit, values.content, values.explain, values.json)
    return ask_once(say, settings, question, limit, values.content, values.explain, values.json)


def chat_parser(say: Wording, settings: Settings) -> Parser:
    """The arguments of `kotae chat`."""
    parser = Parser(say, "kotae chat", say("help.chat"))
    _add_limit_and_content(parser, say, settings)
    return parser


def chat(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae chat`."""
    limit = _limit(parser, say, values.limit)
    from bot.cli.chat import chat

    return chat(say, settings, limit, values.content)


def discord_parser(say: Wording, _settings: Settings) -> Parser:
    """The arguments of `kotae discord`."""
    parser = Parser(say, "kotae discord", say("help.discord"))
    _add_content(parser, say)
    return parser


def discord(say: Wording, settings: Settings, _parser: Parser, values: argparse.Namespace) -> int:
    """`kotae discord`."""
    from bot.discord.run import run

    return run(say, settings, values.content)


def evaluate_parser(say: Wording, _settings: Settings) -> Parser:
    """The arguments of `kotae evaluate`."""
    parser = Parser(say, "kotae evaluate", say("help.evaluate"))
    from index.evaluation.configurations import CONFIGURATIONS, DEFAULT

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
    from bot.cli.evaluation.evaluate import evaluate

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


# Each command's arguments, and what runs it.
COMMANDS: dict[str, Command] = {
    "ask": (ask_parser, ask),
    "chat": (chat_parser, chat),
    "discord": (discord_parser, discord),
    **DOCUMENT_COMMANDS,
    "evaluate": (evaluate_parser, evaluate),
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
