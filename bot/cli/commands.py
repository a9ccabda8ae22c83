"""The command line: which commands there are, and what they take. What they do is in the files they call."""

from __future__ import annotations

import argparse
import gc
from collections.abc import Sequence
from pathlib import Path

from bot.cli.documents.commands import DOCUMENT_COMMANDS
from bot.cli.parser import Command, Parser
from bot.settings import MOST_HITS, Settings, whole_number
from bot.wording import Wording
from bot.wording.command_line import usage
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
        raise parser.wrong(say(usage.MISSING_COMMAND))
    raise parser.wrong(say(usage.UNKNOWN_COMMAND, command=values.command))


def program_parser(say: Wording) -> Parser:
    """The arguments of `kotae` itself."""
    lines = [say(usage.COMMANDS_HEADING) + ":", *(f"  {name:<10}{say(usage.COMMANDS[name])}" for name in COMMANDS)]
    parser = Parser(say, "kotae", say(usage.PROGRAM), epilog="\n".join(lines))
    parser.options.add_argument("--version", action="store_true", help=say(usage.VERSION))
    parser.options.add_argument("command", metavar="COMMAND", nargs="?", help=say(usage.COMMAND))
    return parser


def ask_parser(say: Wording, settings: Settings) -> Parser:
    """The arguments of `kotae ask`."""
    parser = Parser(say, "kotae ask", say(usage.COMMANDS["ask"]))
    parser.options.add_argument("question", metavar="QUESTION", nargs="*", help=say(usage.QUESTION))
    _add_limit_and_content(parser, say, settings)
    parser.options.add_argument("--explain", action="store_true", help=say(usage.EXPLAIN))
    parser.options.add_argument("--json", action="store_true", help=say(usage.JSON))
    return parser


def ask(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae ask`."""
    if not values.question:
        raise parser.wrong(say(usage.MISSING_QUESTION))
    limit = _limit(parser, say, values.limit)
    # Bytes of the command line that are no text arrive as halves of characters, which nothing can print.
    question = " ".join(values.question).encode(errors="replace").decode()
    if question == FROM_STANDARD_INPUT:
        gc.enable()
        from bot.cli.ask import ask_each_line

        return ask_each_line(say, settings, limit, values.content, values.explain, values.json)
    from bot.cli.ask import ask_once

    status = ask_once(say, settings, question, limit, values.content, values.explain, values.json)
    gc.freeze()  # nor is there anything worth collecting at the end
    return status


def chat_parser(say: Wording, settings: Settings) -> Parser:
    """The arguments of `kotae chat`."""
    parser = Parser(say, "kotae chat", say(usage.COMMANDS["chat"]))
    _add_limit_and_content(parser, say, settings)
    return parser


def chat(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae chat`."""
    limit = _limit(parser, say, values.limit)
    gc.enable()
    from bot.cli.chat import chat

    return chat(say, settings, limit, values.content)


def discord_parser(say: Wording, _settings: Settings) -> Parser:
    """The arguments of `kotae discord`."""
    parser = Parser(say, "kotae discord", say(usage.COMMANDS["discord"]))
    _add_content(parser, say)
    return parser


def discord(say: Wording, settings: Settings, _parser: Parser, values: argparse.Namespace) -> int:
    """`kotae discord`."""
    gc.enable()
    from bot.discord.run import run

    return run(say, settings, values.content)


def evaluate_parser(say: Wording, _settings: Settings) -> Parser:
    """The arguments of `kotae evaluate`."""
    parser = Parser(say, "kotae evaluate", say(usage.COMMANDS["evaluate"]))
    from index.evaluation.configurations import CONFIGURATIONS, DEFAULT

    names = ", ".join(CONFIGURATIONS)
    add = parser.options.add_argument
    add("paths", metavar="FILE_OR_FOLDER", nargs="*", type=Path, help=say(usage.QUESTION_SETS))
    add("--configuration", metavar="NAME", default=DEFAULT, help=say(usage.CONFIGURATION, configurations=names))
    add("--against", metavar="FILE_OR_NAME", help=say(usage.AGAINST))
    add("--save", metavar="FILE", type=Path, help=say(usage.SAVE))
    add("--misses", metavar="FILE", type=Path, help=say(usage.MISSES))
    add("--plot", metavar="FILE", type=Path, help=say(usage.PLOT))
    add("--json", action="store_true", help=say(usage.JSON))
    return parser


def evaluate(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae evaluate`."""
    if not values.paths:
        raise parser.wrong(say(usage.MISSING_QUESTION_SETS))
    if values.plot and values.plot.suffix not in PLOT_SUFFIXES:
        raise parser.wrong(say(usage.BAD_PLOT_FILE, known=" / ".join(PLOT_SUFFIXES)))
    gc.enable()
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
        "--limit", metavar="N", default=str(settings.limit), help=say(usage.LIMIT, default=settings.limit)
    )
    _add_content(parser, say)


def _add_content(parser: Parser, say: Wording) -> None:
    known = " ".join(LOADERS)
    parser.options.add_argument(
        "--content", metavar="PATH", action="append", type=Path, default=[], help=say(usage.CONTENT, known=known)
    )


def _limit(parser: Parser, say: Wording, value: str) -> int:
    limit = whole_number(value)
    if limit is None or not 1 <= limit <= MOST_HITS:
        raise parser.wrong(say(usage.BAD_LIMIT, highest=MOST_HITS))
    return limit
