from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Program

not_on_windows = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such arguments or signals")


def test_answered(program: Program) -> None:
    """A question with an answer ends with status 0 and the quotation, its sentence marked, on standard output."""
    result = program.run("ask", "ロビン・スローンはこの投資をどう思っている？")
    assert (result.returncode, result.stderr) == (0, "")
    assert "│ **LP化してマイクロソフトから巨額の投資を受け入れるというのは本当に理解できません。**" in result.stdout
    assert "│ —ロビン・スローン、作家" in result.stdout


def test_not_answered(program: Program) -> None:
    """A question without an answer ends with status 1 and says so."""
    result = program.run("ask", "富士山の高さは何メートル？")
    assert (result.returncode, result.stderr) == (1, "")
    assert result.stdout.startswith("それについての記述は見つかりませんでした。\n")
    assert "**" not in result.stdout


def test_several_words_are_one_question(program: Program) -> None:
    """Words that the shell parted are one question."""
    parted, whole = (program.call("ask", *words) for words in (["Azure", "の価値"], ["Azure の価値"]))
    assert parted.stdout == whole.stdout


def test_limit(program: Program) -> None:
    """--limit says how many passages are shown."""
    for limit in (1, 5):
        shown = program.call("ask", "OpenAI", "--limit", str(limit)).stdout
        assert re.findall(r"^(\d+)\. ", shown, re.MULTILINE) == [str(rank + 1) for rank in range(limit)]


def test_each_line_is_answered_as_it_comes(program: Program) -> None:
    """`ask -` answers a line before the next one is written."""
    with program.running("ask", "--json", "-") as process:
        assert process.stdin
        assert process.stdout
        for question, answered in (("Azureの価値は？", True), ("OpenAIの従業員は何人？", False), ("GPT-2は？", True)):
            process.stdin.write(question + "\n")
            process.stdin.flush()
            content = json.loads(process.stdout.readline())
            assert (content["question"], content["answered"]) == (question, answered)
        process.stdin.close()
        assert process.stdout.read() == ""
        assert process.wait() == 0


def test_each_line_is_for_itself(program: Program) -> None:
    """`ask -` repeats each question before its answer, passes over empty lines, and answers none with earlier ones."""
    questions = ["ロビン・スローンの意見は？", "なぜ？"]
    result = program.run("ask", "-", typed=f"\ufeff{questions[0]}\r\n\n  \n {questions[1]}")
    assert (result.returncode, result.stderr) == (0, "")
    assert re.findall(r"^> (.*)$", result.stdout, re.MULTILINE) == questions
    assert "補った" not in result.stdout
    assert result.stdout.partition("> なぜ？\n")[2].startswith("何についての質問か分かりませんでした。")


def test_limit_of_each_line(program: Program) -> None:
    """--limit holds for every line of `ask -`."""
    shown = program.call("ask", "--limit", "2", "-", typed="OpenAI\nAzure\n").stdout
    assert re.findall(r"^(\d+)\. ", shown, re.MULTILINE) == ["1", "2", "1", "2"]


def test_no_lines_no_answers(program: Program) -> None:
    """`ask -` with nothing on standard input prints nothing and ends with status 0."""
    result = program.call("ask", "-")
    assert (result.returncode, result.stdout, result.stderr) == (0, "", "")


def test_bytes_that_are_no_text_do_not_stop_the_others(program: Program) -> None:
    """`ask -` answers the lines around one that is no UTF-8 and one with a NUL."""
    lines = b"\xff\xfe\n\xed\xa0\x80\nAzure\0\nGPT-2\n"
    result = subprocess.run(
        program.command("ask", "--json", "-"), input=lines, capture_output=True, env=program.environment(), check=True
    )
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["answered"] for answer in answers] == [False, False, True, True]
    assert result.stderr == b""


ODD_QUESTIONS: list[str | bytes] = [
    "OpenAIはなぜ？" * 600 + "！" * 600,
    "あ" * 6000,
    "1" * 6000,
    "Azure\x01\x1b[31m",
    "\u202eAzure\u200b",
    "🎉👩‍👩‍👧",
    "𠮟る𩸽",
    "@everyone",
    "？",
    "教えてください",
    "について教えて",
    "%s {0} \\n ../..",
    os.fsencode("Azure") + b"\xff",
    b"\xff",
    b"\xed\xa0\x80",
]


@not_on_windows
@pytest.mark.parametrize("question", ODD_QUESTIONS, ids=[str(number) for number in range(len(ODD_QUESTIONS))])
@pytest.mark.parametrize("option", ["--json", "--explain"])
def test_odd_question_is_answered_or_refused(program: Program, question: str | bytes, option: str) -> None:
    """Whatever the question has in it, it is answered or refused, without a complaint."""
    # Of bytes it is what a process makes of them.
    ask = ("ask", option)
    result = program.run(*ask, question) if isinstance(question, bytes) else program.call(*ask, question)
    assert result.returncode in (0, 1)
    assert result.stderr == ""
    assert result.stdout


@pytest.mark.parametrize("option", ["--json", "--explain", "--limit=20"])
def test_reader_that_has_had_enough(program: Program, option: str) -> None:
    """Output that nobody reads on, as after `head -1`, is no error to complain about."""
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "wb") as closed:
        result = subprocess.run(
            program.command("ask", option, "Azure"),
            stdout=closed,
            stderr=subprocess.PIPE,
            env=program.environment(),
            check=False,
        )
    assert result.stderr == b""
    assert result.returncode == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no full disk to write to")
def test_full_disk_is_no_traceback(program: Program) -> None:
    """Output that cannot be written gives one sentence, not a traceback."""
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            program.command("ask", "Azure"),
            stdout=full,
            stderr=subprocess.PIPE,
            env=program.environment(),
            check=False,
        )
    assert result.returncode != 0
    assert b"Traceback" not in result.stderr


def test_output_without_japanese(program: Program) -> None:
    """Where standard output cannot show Japanese, the answer is printed with question marks, not given up."""
    result = program.run("ask", "Azure", PYTHONIOENCODING="ascii")
    assert (result.returncode, result.stderr) == (0, "")
    assert "OpenAI ? Azure ?" in result.stdout


@not_on_windows
@pytest.mark.parametrize(
    ("arguments", "closed"), [(["ask", "Azure"], ">&-"), (["ask", "-"], "<&-"), (["chat"], "<&-"), (["chat"], ">&-")]
)
def test_closed_stream_is_no_traceback(program: Program, arguments: list[str], closed: str) -> None:
    """Started without standard input or output, the program ends without a traceback."""
    shell = ["/bin/sh", "-c", f'exec "$@" {closed}', "sh", *program.command(*arguments)]
    result = subprocess.run(shell, input=b"Azure\n", capture_output=True, env=program.environment(), check=False)
    assert b"Traceback" not in result.stderr


@not_on_windows
@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("command", [["ask", "--json", "-"], ["chat"]])
def test_interrupted(program: Program, command: list[str]) -> None:
    """Ctrl-C ends the program with status 130 and without a complaint."""
    with program.running(*command) as process:
        assert process.stdin
        assert process.stdout
        assert process.stderr
        process.stdin.write("Azureの価値は？\n")
        process.stdin.flush()
        assert "Azureの価値は？" in process.stdout.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait() == 130
        assert process.stderr.read() == ""


def test_interrupted_while_it_starts(program: Program) -> None:
    """Ctrl-C before the command has begun ends it as quietly."""
    code = """
import runpy, sys, types
class Interrupted(types.ModuleType):
    def __getattr__(self, name):
        raise KeyboardInterrupt
sys.modules["bot.cli.commands"] = Interrupted("bot.cli.commands")
sys.argv = ["kotae", "sources"]
runpy.run_module("bot", run_name="__main__")
"""
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, check=False, env=program.environment())
    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"", b"")


def test_cache_that_cannot_be_written_costs_nothing(program: Program, tmp_path: Path) -> None:
    """Where the folder for the cache is a file, or there is none, the answer is the same."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    usual = program.call("ask", "Azure")
    for cache in (str(tmp_path / "file"), "off"):
        result = program.call("ask", "Azure", KOTAE_CACHE_DIR=cache)
        assert (result.returncode, result.stdout, result.stderr) == (0, usual.stdout, "")
