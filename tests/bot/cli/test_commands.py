from __future__ import annotations

import re

import pytest

from bot.cli.commands import COMMANDS, MOST_GAPS, command_parser, program_parser
from bot.cli.documents.commands import NEVER
from bot.settings import Settings
from bot.wording import Language, Wording
from bot.wording.command_line import serving, usage
from index.evaluation.configurations import CONFIGURATIONS
from index.loaders import LOADERS
from tests.conftest import Program

JAPANESE = re.compile(r"[ぁ-んァ-ヶ一-龠]")
LANGUAGES: tuple[Language, ...] = ("ja", "en")
# What each command takes, and the key of the sentence that explains it.
OPTIONS = {
    "ask": {
        "QUESTION": usage.QUESTION,
        "--limit N": usage.LIMIT,
        "--content PATH": usage.CONTENT,
        "--explain": usage.EXPLAIN,
        "--json": usage.JSON,
    },
    "chat": {"--limit N": usage.LIMIT, "--content PATH": usage.CONTENT},
    "discord": {"--content PATH": usage.CONTENT, "--shards 0-3": usage.SHARDS, "--of 16": usage.SHARD_COUNT},
    "mcp": {"--content PATH": usage.CONTENT, "--everything": serving.EVERYTHING},
    "serve": {"--host ADDRESS": serving.HOST, "--port N": serving.PORT, "--processes N": serving.PROCESSES},
    "token": {
        "create|list|revoke": serving.ACTION,
        "NAME": serving.NAME,
        "--guild ID": serving.GUILD_ID,
        "--source SOURCE": serving.SOURCE,
        "--operator": serving.OPERATOR,
        "--json": usage.JSON,
    },
    "add": {"PATH": usage.PATHS_TO_ADD, "--built-in": usage.BUILT_IN, "--wait": usage.WAIT},
    "sync": {"PATH": usage.PATHS_TO_SYNC, "--allow-empty": usage.ALLOW_EMPTY, "--wait": usage.WAIT},
    "watch": {"PATH": usage.PATHS_TO_SYNC, "--allow-empty": usage.ALLOW_EMPTY},
    "sources": {"--expiry SOURCE DAYS|DATE|never": usage.EXPIRY, "--json": usage.JSON},
    "remove": {"SOURCE": usage.SOURCES_TO_REMOVE},
    "gaps": {"--limit N": usage.UNANSWERED_LIMIT, "--forget NUMBER [NUMBER ...]": usage.FORGET, "--json": usage.JSON},
    "work": {
        "--processes N": usage.PROCESSES,
        "--until-empty": usage.UNTIL_EMPTY,
        "--retry": usage.RETRY,
        "--discard": usage.DISCARD,
    },
    "evaluate": {
        "FILE_OR_FOLDER": usage.QUESTION_SETS,
        "--configuration NAME": usage.CONFIGURATION,
        "--against FILE_OR_NAME": usage.AGAINST,
        "--in-article": usage.IN_ARTICLE,
        "--every N": usage.EVERY,
        "--save FILE": usage.SAVE,
        "--misses FILE": usage.MISSES,
        "--plot FILE": usage.PLOT,
        "--json": usage.JSON,
    },
    "backup": {"FILE": usage.BACKUP_TO_WRITE, "--force": usage.FORCE},
    "restore": {"FILE": usage.BACKUP_TO_RESTORE, "--yes": usage.YES},
    "export": {"FILE": usage.EXPORT_FILE, "--force": usage.FORCE},
    "doctor": {"--json": usage.JSON},
}
WRONG_USAGE: list[tuple[list[str], str]] = [
    ([], "kotae --help"),
    (["frobnicate"], "frobnicate"),
    (["質問する"], "質問する"),
    (["--frobnicate"], "--frobnicate"),
    (["--json", "ask", "Azure"], "--json"),
    (["--version=3"], "--version"),
    (["ask"], "kotae ask --help"),
    (["ask", "--"], "kotae ask --help"),
    (["ask", ""], ""),
    (["ask", " "], ""),
    (["ask", "　\t"], ""),
    (["ask", "Azure", "--frobnicate"], "--frobnicate"),
    (["ask", "Azure", "--{0}"], "--{0}"),
    (["ask", "Azure", "--a\nb"], "--help"),
    (["ask", "Azure", "--lim", "3"], "--lim"),
    (["ask", "Azure", "--json=3"], "--json"),
    (["ask", "Azure", "--limit"], "--limit N"),
    (["ask", "Azure", "--limit", "0"], "--limit"),
    (["ask", "Azure", "--limit", "21"], "--limit"),
    (["ask", "Azure", "--limit", "x"], "--limit"),
    (["ask", "Azure", "--limit", ""], "--limit"),
    (["ask", "Azure", "--limit=-1"], "--limit"),
    (["ask", "Azure", "--limit", "9" * 5000], "--limit"),
    (["ask", "Azure", "--content"], "--content"),
    (["chat", "Azure"], "Azure"),
    (["chat", "--limit", "0"], "--limit"),
    (["discord", "--limit", "3"], "--limit"),
    (["discord", "--shards", "0-3"], "--of"),
    (["discord", "--of", "16"], "--shards"),
    (["discord", "--shards", "3-0", "--of", "16"], "--shards"),
    (["discord", "--shards", "0-16", "--of", "16"], "--shards"),
    (["discord", "--shards", "-1", "--of", "16"], "--shards"),
    (["discord", "--shards", "a", "--of", "16"], "--shards"),
    (["discord", "--shards", "0", "--of", "0"], "--of"),
    (["discord", "--shards", "0", "--of", "10001"], "--of"),
    (["add"], "kotae add --help"),
    (["remove"], "kotae remove --help"),
    (["sources", "all"], "all"),
    (["sources", "--expiry", "1", "soon"], "--expiry"),
    (["sources", "--expiry"], "--expiry SOURCE DAYS|DATE|never"),
    (["sources", "--expiry", "1"], "--expiry SOURCE DAYS|DATE|never"),
    (["gaps", "--forget"], "--forget NUMBER"),
    (["gaps", "--forget", "x"], "--forget"),
    (["gaps", "--forget", "9" * 5000], "--forget"),
    (["gaps", "--limit", "0"], "--limit"),
    (["gaps", "--limit", "x"], "--limit"),
    (["evaluate"], "kotae evaluate --help"),
    (["evaluate", "a.json", "--plot", "a.pdf"], "--plot"),
    (["evaluate", "a.json", "--every", "0"], "--every"),
    (["backup"], "kotae backup --help"),
    (["restore"], "kotae restore --help"),
    (["export", "a.jsonl", "b.jsonl"], "b.jsonl"),
    (["doctor", "--yes"], "--yes"),
    (["work", "--processes", "0"], "256"),
    (["work", "--retry", "--discard"], "--discard"),
    (["serve", "--host", ""], "--host"),
    (["serve", "--port", "65536"], "65535"),
    (["serve", "--processes", "0"], "256"),
    (["token", "create", "a", "--guild", "kotae"], "1234567890"),
    (["token", "revoke", "everything"], "999999999"),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("arguments", "named"), WRONG_USAGE, ids=[str(number) for number in range(len(WRONG_USAGE))])
def test_wrong_usage_is_one_sentence(program: Program, arguments: list[str], named: str, language: Language) -> None:
    """Wrong usage ends with status 2 and one line on standard error that names what is wrong, in the user's language."""
    result = program.call(*arguments, KOTAE_LANGUAGE=language)
    assert result.returncode == 2
    assert result.stdout == ""
    assert "Traceback" not in result.stderr
    assert result.stderr.endswith("\n")
    assert result.stderr.count("\n") == 1
    assert named in result.stderr
    said = result.stderr.replace(named, "") if named else result.stderr
    assert bool(JAPANESE.search(said)) is (language == "ja")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_explains_every_option(command: str, language: Language) -> None:
    """The help of a command says what it does, and names and explains all that it takes, in the user's language."""
    say, settings = Wording(language), Settings()
    parser = command_parser(say, settings, command)
    taken = {name for action in parser._actions for name in action.option_strings or [str(action.metavar)]}
    assert taken == {name.split(" ")[0] for name in OPTIONS[command]} | {"-h", "--help"}
    shown = re.sub(r"\s+", "", parser.format_help())
    explained = {**OPTIONS[command], "-h, --help": usage.HELP}
    for name, explanation in explained.items():
        values = {"default": settings.limit, "known": " ".join(LOADERS), "configurations": ", ".join(CONFIGURATIONS)}
        values |= {"most": MOST_GAPS, "off": NEVER, "host": settings.serve_host, "port": settings.serve_port}
        values |= {"processes": settings.serve_processes}
        assert re.sub(r"\s+", "", name + say(explanation, **values)) in shown
    assert re.sub(r"\s+", "", say(usage.COMMANDS[command])) in shown
    assert parser.format_help().startswith(say(usage.USAGE) + f"kotae {command} ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_help_of_the_program_lists_every_command(language: Language) -> None:
    """The help of the program names every command with what it does, and --version."""
    say = Wording(language)
    shown = program_parser(say).format_help()
    for command in COMMANDS:
        assert re.search(rf"^  {command} +{re.escape(say(usage.COMMANDS[command]))}$", shown, re.MULTILINE)
    assert re.search(rf"--version +{say(usage.VERSION)}", shown)
    assert set(COMMANDS) == set(OPTIONS)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("arguments", [["--help"], ["-h"], ["ask", "--help"], ["chat", "-h"], ["evaluate", "--help"]])
def test_help_is_printed(program: Program, arguments: list[str], language: Language) -> None:
    """Help goes to standard output, with status 0 and no English around the Japanese."""
    result = program.call(*arguments, KOTAE_LANGUAGE=language)
    assert (result.returncode, result.stderr) == (0, "")
    assert result.stdout.startswith(Wording(language)(usage.USAGE))
    assert bool(JAPANESE.search(result.stdout)) is (language == "ja")
    assert ("options" in result.stdout) is (language == "en")


def test_version(program: Program) -> None:
    """`--version` prints the name and the version, installed or not."""
    result = program.call("--version")
    assert (result.returncode, result.stderr) == (0, "")
    assert re.fullmatch(r"kotae \d+\.\d+\.\d+\S*\n", result.stdout)


def test_values_of_arguments() -> None:
    """Options may stand before and after the question, paths are collected, and what follows -- is the question."""
    say, settings = Wording("en"), Settings(limit=7)
    parser = command_parser(say, settings, "ask")
    values = parser.parse(["--content", "a.md", "What", "now?", "--json", "--content=b"])
    assert values.question == ["What", "now?"]
    assert [str(path) for path in values.content] == ["a.md", "b"]
    assert (values.json, values.explain, values.limit) == (True, False, "7")
    assert parser.parse(["--", "--json"]).question == ["--json"]
