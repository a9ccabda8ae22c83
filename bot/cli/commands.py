"""The commands of `kotae` and their arguments; what a command does is in the file that it calls."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from bot.cli.documents import commands as documents
from bot.cli.parser import Command, Parser
from bot.cli.serving import commands as serving
from bot.settings import MOST_HITS, MOST_PROCESSES, Settings, Shards
from bot.wording import Wording
from bot.wording.command_line import serving as sentences
from bot.wording.command_line import usage
from index.loaders import LOADERS

FROM_STANDARD_INPUT = "-"
# How many questions without an answer are listed.
MOST_GAPS = 50
PLOT_SUFFIXES = (".png", ".svg")


def run(say: Wording, settings: Settings, arguments: Sequence[str]) -> int:
    """Run the command that the arguments name, and give its exit status; raises KotaeError."""
    if arguments and arguments[0] in COMMANDS:
        name, *rest = arguments
        parser = command_parser(say, settings, name)
        return COMMANDS[name].run(say, settings, parser, parser.parse(rest))
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


def command_parser(say: Wording, settings: Settings, name: str) -> Parser:
    """The parser of a command's arguments."""
    parser = Parser(say, f"kotae {name}", say(usage.COMMANDS[name]))
    COMMANDS[name].add_arguments(parser, say, settings)
    return parser


def ask_arguments(parser: Parser, say: Wording, settings: Settings) -> None:
    """The arguments of `kotae ask`."""
    parser.options.add_argument("question", metavar="QUESTION", nargs="*", help=say(usage.QUESTION))
    _add_limit_and_content(parser, say, settings)
    parser.options.add_argument("--explain", action="store_true", help=say(usage.EXPLAIN))
    parser.options.add_argument("--json", action="store_true", help=say(usage.JSON))


def ask(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae ask`."""
    if not values.question:
        raise parser.wrong(say(usage.MISSING_QUESTION))
    limit = parser.whole_number("--limit", values.limit, MOST_HITS)
    # Bytes of the command line that are no text arrive as halves of characters, which nothing can print.
    question = " ".join(values.question).encode(errors="replace").decode()
    from bot.cli.ask import ask_each_line, ask_once

    if question == FROM_STANDARD_INPUT:
        return ask_each_line(say, settings, limit, values.content, values.explain, values.json)
    return ask_once(say, settings, question, limit, values.content, values.explain, values.json)


def chat_arguments(parser: Parser, say: Wording, settings: Settings) -> None:
    """The arguments of `kotae chat`."""
    _add_limit_and_content(parser, say, settings)


def chat(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae chat`."""
    limit = parser.whole_number("--limit", values.limit, MOST_HITS)
    from bot.cli.chat import chat

    return chat(say, settings, limit, values.content)


def discord_arguments(parser: Parser, say: Wording, _settings: Settings) -> None:
    """The arguments of `kotae discord`."""
    _add_content(parser, say)
    parser.options.add_argument("--shards", metavar="0-3", help=say(usage.SHARDS))
    parser.options.add_argument("--of", metavar="16", help=say(usage.SHARD_COUNT))


def discord(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae discord`."""
    if values.shards is not None or values.of is not None:
        shards = Shards.parse(values.shards or "", values.of or "")
        if shards is None:
            raise parser.wrong(say(usage.BAD_SHARDS))
        settings = settings._replace(shards=shards)
    from bot.cli.terminal import knowledge_with_progress
    from bot.discord.run import run

    content = values.content or settings.content
    # After an upgrade all vectors are missing: a team should not wait minutes for its bot.
    opened = knowledge_with_progress(say, settings, content, complete=False)
    return run(settings, opened, with_store=not content)


def mcp_arguments(parser: Parser, say: Wording, _settings: Settings) -> None:
    """The arguments of `kotae mcp`."""
    _add_content(parser, say)
    parser.options.add_argument("--everything", action="store_true", help=say(sentences.EVERYTHING))


def mcp(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae mcp`."""
    content = values.content or settings.content
    if settings.token and (content or values.everything):
        raise parser.wrong(say(sentences.ONE_WAY_TO_READ))
    from bot.cli.terminal import knowledge_with_progress

    try:
        from bot.web.mcp.stdio import run
    except ImportError as error:
        raise serving.ServeExtraMissing from error
    opened = knowledge_with_progress(say, settings, content, complete=False)
    return run(settings, opened, say.language, everything=values.everything)


def evaluate_arguments(parser: Parser, say: Wording, _settings: Settings) -> None:
    """The arguments of `kotae evaluate`."""
    from index.evaluation.configurations import CONFIGURATIONS, DEFAULT

    names = ", ".join(CONFIGURATIONS)
    add = parser.options.add_argument
    add("paths", metavar="FILE_OR_FOLDER", nargs="*", type=Path, help=say(usage.QUESTION_SETS))
    add("--configuration", metavar="NAME", default=DEFAULT, help=say(usage.CONFIGURATION, configurations=names))
    add("--against", metavar="FILE_OR_NAME", help=say(usage.AGAINST))
    add("--in-article", action="store_true", help=say(usage.IN_ARTICLE))
    add("--every", metavar="N", default="1", help=say(usage.EVERY))
    add("--save", metavar="FILE", type=Path, help=say(usage.SAVE))
    add("--misses", metavar="FILE", type=Path, help=say(usage.MISSES))
    add("--plot", metavar="FILE", type=Path, help=say(usage.PLOT))
    add("--json", action="store_true", help=say(usage.JSON))


def evaluate(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae evaluate`."""
    if not values.paths:
        raise parser.wrong(say(usage.MISSING_QUESTION_SETS))
    if values.plot and values.plot.suffix not in PLOT_SUFFIXES:
        raise parser.wrong(say(usage.BAD_PLOT_FILE, known=" / ".join(PLOT_SUFFIXES)))
    every = parser.whole_number("--every", values.every)
    from bot.cli.evaluation.evaluate import evaluate

    # As the program answers where it is set up like this.
    default = settings.encoder or "off"
    return evaluate(
        say,
        values.paths,
        default if values.configuration == "default" else values.configuration,
        default if values.against == "default" else values.against,
        save=values.save,
        misses=values.misses,
        plot=values.plot,
        as_json=values.json,
        engine=settings.local_engine,
        in_article=values.in_article,
        every=every,
        cache_folder=settings.cache_folder,
    )


def gaps_arguments(parser: Parser, say: Wording, _settings: Settings) -> None:
    """The arguments of `kotae gaps`."""
    add = parser.options.add_argument
    add("--limit", metavar="N", default=str(MOST_GAPS), help=say(usage.UNANSWERED_LIMIT, most=MOST_GAPS))
    add("--forget", metavar="NUMBER", nargs="+", action="extend", default=[], help=say(usage.FORGET))
    add("--json", action="store_true", help=say(usage.JSON))


def gaps(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae gaps`."""
    forgotten = [parser.whole_number("--forget", one) for one in values.forget]
    limit = parser.whole_number("--limit", values.limit)
    from bot.cli.unanswered import forget_gaps, list_gaps

    if forgotten:
        return forget_gaps(say, settings, list(dict.fromkeys(forgotten)))
    return list_gaps(say, settings, limit, values.json)


def work_arguments(parser: Parser, say: Wording, _settings: Settings) -> None:
    """The arguments of `kotae work`."""
    add = parser.options.add_argument
    add("--processes", metavar="N", default=str(os.cpu_count() or 1), help=say(usage.PROCESSES))
    add("--until-empty", action="store_true", help=say(usage.UNTIL_EMPTY))
    add("--retry", action="store_true", help=say(usage.RETRY))
    add("--discard", action="store_true", help=say(usage.DISCARD))


def work(say: Wording, settings: Settings, parser: Parser, values: argparse.Namespace) -> int:
    """`kotae work`."""
    processes = parser.whole_number("--processes", values.processes, MOST_PROCESSES)
    if values.retry and values.discard:
        raise parser.wrong(say(usage.RETRY_OR_DISCARD))
    from bot.cli.work import discard_dead, retry_dead, work

    if values.retry:
        return retry_dead(say, settings)
    if values.discard:
        return discard_dead(say, settings)
    return work(say, settings, processes, until_empty=values.until_empty)


def doctor_arguments(parser: Parser, say: Wording, _settings: Settings) -> None:
    """The arguments of `kotae doctor`."""
    parser.options.add_argument("--json", action="store_true", help=say(usage.JSON))


def doctor(say: Wording, settings: Settings, _parser: Parser, values: argparse.Namespace) -> int:
    """`kotae doctor`."""
    from bot.cli.doctor.report import examine

    return examine(say, settings, values.json)


COMMANDS: dict[str, Command] = {
    "ask": Command(ask_arguments, ask),
    "chat": Command(chat_arguments, chat),
    "discord": Command(discord_arguments, discord),
    "mcp": Command(mcp_arguments, mcp),
    "serve": Command(serving.serve_arguments, serving.serve),
    "token": Command(serving.token_arguments, serving.token),
    "add": Command(documents.add_arguments, documents.add),
    "sync": Command(documents.sync_arguments, documents.sync),
    "watch": Command(documents.watch_arguments, documents.watch),
    "sources": Command(documents.sources_arguments, documents.sources),
    "remove": Command(documents.remove_arguments, documents.remove),
    "work": Command(work_arguments, work),
    "gaps": Command(gaps_arguments, gaps),
    "export": Command(documents.export_arguments, documents.export),
    "backup": Command(documents.backup_arguments, documents.backup),
    "restore": Command(documents.restore_arguments, documents.restore),
    "doctor": Command(doctor_arguments, doctor),
    "evaluate": Command(evaluate_arguments, evaluate),
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
