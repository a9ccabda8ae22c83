from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.cli.chat import COMMANDS, Session
from bot.wording import Wording
from index.search.library import Library
from tests.bot.terminals import Terminal, needs_terminal, terminal
from tests.conftest import Program
from tests.knowledge import FixedKnowledge

SAY = Wording("ja")
ROBIN, SAM = "ロビン・スローンはこの投資をどう思っている？", "では、サム・ナザリウスは？"
ROBIN_SAID, SAM_SAID = "すべては資本の勝利のように見える。", "いつでも誰もが利用できるものです。"
PROMPT = "質問>"


def chat(program: Program, *lines: str, **environment: str) -> dict[str, str]:
    """What a piped chat shows after each line, which must all differ."""
    result = program.call("chat", typed="".join(f"{line}\n" for line in lines), **environment)
    assert (result.returncode, result.stderr) == (0, "")
    parts = re.split(r"^(?:質問|ask)> (.*)\n", result.stdout, flags=re.MULTILINE)
    assert parts[0] == ""
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def ranks(shown: str) -> list[int]:
    """The numbers of the passages shown."""
    return [int(rank) for rank in re.findall(r"^(\d+)\. ", shown, re.MULTILINE)]


def test_follow_up(program: Program) -> None:
    """A question in a chat takes words from the one before it, says which, and the speaker asked for is quoted."""
    shown = chat(program, ROBIN, SAM)
    assert ROBIN_SAID in shown[ROBIN].partition("1. ")[0]
    assert "補った言葉" not in shown[ROBIN]
    assert "前の質問から補った言葉：投資" in shown[SAM]
    assert SAM_SAID in shown[SAM].partition("1. ")[0]


def test_more(program: Program) -> None:
    """:more goes on where the answer stopped, with new passages, numbered on."""
    shown = chat(program, "OpenAIへの投資", ":more")
    assert ranks(shown["OpenAIへの投資"]) == [1, 2, 3]
    assert ranks(shown[":more"]) == [4, 5, 6]
    quoted = [set(re.findall(r"^│ (.*)$", part, re.MULTILINE)) for part in shown.values()]
    assert not quoted[0] & quoted[1]


def test_more_until_there_are_none(handbook: Library, capsys: pytest.CaptureFixture[str]) -> None:
    """:more again and again shows every passage with a word of the question once, then says that there are no more."""
    session = Session(SAY, FixedKnowledge(handbook), 3)
    session.handle("会社の在宅勤務と研修")
    total = ranks(capsys.readouterr().out)
    for _ in range(9):
        session.handle(":more")
        shown = capsys.readouterr().out
        total += ranks(shown)
        if not ranks(shown):
            assert shown == "ほかに関係する箇所はありません。\n"
            break
    assert total == list(range(1, len(total) + 1))
    assert len(total) > 3


def test_more_of_a_follow_up(program: Program) -> None:
    """:more after a follow-up goes on with its answer, earlier words and all."""
    shown = chat(program, ROBIN, SAM, ":more")
    assert ranks(shown[":more"]) == [4, 5, 6]
    assert SAM_SAID not in shown[":more"]


def test_more_of_others(handbook: Library, capsys: pytest.CaptureFixture[str]) -> None:
    """:more after 他には？ goes on from there: no passage about the subject is shown twice or passed over."""
    session = Session(SAY, FixedKnowledge(handbook), 1)
    for line in ("在宅勤務について教えて", "他には？", ":more", ":more"):
        session.handle(line)
    shown = capsys.readouterr().out
    about = [passage.text for passage in list(handbook.collection.all()) if "在宅勤務" in passage.text]
    assert len(about) == 4
    assert [shown.replace("*", "").count(text) for text in about] == [1, 1, 1, 1]


def test_explain(program: Program) -> None:
    """:explain shows the terms of the answer's passages as a table."""
    shown = chat(program, "Azureの価値", ":explain")
    assert re.search(r"│ 価値 +│ 価値 +│ 単語 +│", shown[":explain"])
    assert shown[":explain"].count("番目の箇所の点数") == 3


def test_sources(program: Program, handbook_file: Path) -> None:
    """:sources lists the documents that answers come from."""
    shown = chat(program, ":sources", KOTAE_CONTENT=str(handbook_file))
    assert shown[":sources"] == "就業の手引き（10箇所、総務部）\n"


def test_help_names_every_command(program: Program) -> None:
    """:help explains every command, in the user's language."""
    japanese, english = (chat(program, ":help", KOTAE_LANGUAGE=language)[":help"] for language in ("ja", "en"))
    for command in COMMANDS:
        assert re.search(rf"^  {command} +[ぁ-龠]", japanese, re.MULTILINE)
        assert re.search(rf"^  {command} +[a-z]", english, re.MULTILINE)


def test_clear_forgets(program: Program) -> None:
    """After :clear a follow-up has nothing to follow, and there is no answer to tell more of."""
    shown = chat(program, "在宅勤務の話ではなくAzureの価値は？", ":clear", ":more", "なぜ？")
    assert shown[":clear"] == "これまでの質問を忘れました。\n"
    assert shown[":more"] == "先に質問を入力してください。\n"
    assert shown["なぜ？"].startswith("何についての質問か分かりませんでした。")


@pytest.mark.parametrize("command", [":more", ":explain"])
def test_commands_about_an_answer_need_one(program: Program, command: str) -> None:
    """A command about an answer asks for a question first."""
    assert chat(program, command)[command] == "先に質問を入力してください。\n"


@pytest.mark.parametrize("typed", ["終了", "quit", "Exit", "ｑｕｉｔ", ":q", "：ｑ", "終わり。"])
def test_leaving_in_other_words(handbook: Library, typed: str) -> None:
    """What people type to leave is understood."""
    assert not Session(SAY, FixedKnowledge(handbook), 3).handle(typed)


@pytest.mark.parametrize("typed", ["ヘルプ", "help", "HELP", "ヘルプ！", ":help"])
def test_asking_for_help_in_other_words(handbook: Library, capsys: pytest.CaptureFixture[str], typed: str) -> None:
    """What people type for help shows it, and is no question."""
    assert Session(SAY, FixedKnowledge(handbook), 3).handle(typed)
    assert capsys.readouterr().out.splitlines()[1].startswith("  :more")


@pytest.mark.parametrize("typed", ["終了時刻は？", "quit smoking", "ヘルプデスクの番号は？"])
def test_a_question_is_no_command(handbook: Library, capsys: pytest.CaptureFixture[str], typed: str) -> None:
    """Words of commands in a question do not run them."""
    assert Session(SAY, FixedKnowledge(handbook), 3).handle(typed)
    assert ":more" not in capsys.readouterr().out


def test_no_others_are_left(handbook: Library, capsys: pytest.CaptureFixture[str]) -> None:
    """他には？ again and again ends with the sentence that there is no more."""
    session = Session(SAY, FixedKnowledge(handbook), 3)
    session.handle("在宅勤務について教えて")
    for _ in range(9):
        capsys.readouterr()
        session.handle("他には？")
    assert capsys.readouterr().out.startswith("ほかに関係する箇所はありません。\n")


@pytest.mark.parametrize("command", [":frobnicate", ":", ":MORE", ":{0}", ":quit now"])
def test_unknown_command(program: Program, command: str) -> None:
    """A command that there is not is named, and the chat goes on."""
    shown = chat(program, command, "Azureの価値")
    assert shown[command] == f"{command} というコマンドはありません。:help で一覧を見られます。\n"
    assert ranks(shown["Azureの価値"]) == [1, 2, 3]


def test_quit_ends(program: Program) -> None:
    """Lines after :quit are not read."""
    assert list(chat(program, ":help", ":quit", ":sources")) == [":help", ":quit"]


def test_limit_and_language(program: Program) -> None:
    """A chat shows as many passages as the settings say, in the language that they say."""
    shown = chat(program, "Azureの価値", KOTAE_LIMIT="1", KOTAE_LANGUAGE="en")["Azureの価値"]
    assert ranks(shown) == [1]
    assert shown.startswith("Answer  Confidence: high\n")


@contextmanager
def typed_chat(program: Program, cache: Path | str) -> Iterator[Terminal]:
    """A chat in a terminal, at its first prompt."""
    with terminal(program.command("chat"), program.environment(KOTAE_CACHE_DIR=str(cache)), program.folder) as chat:
        assert "1件の文書から答えます。" in chat.wait_for(PROMPT)
        yield chat


@needs_terminal
def test_typed_chat(program: Program, tmp_path: Path) -> None:
    """In a terminal there is a prompt, a question is answered, a follow-up too, and Ctrl-D leaves with status 0."""
    with typed_chat(program, tmp_path) as chat:
        chat.press(f"{ROBIN}\r")
        chat.wait_for(ROBIN_SAID)
        chat.wait_for(PROMPT)
        chat.press(f"{SAM}\r")
        chat.wait_for("前の質問から補った言葉")
        chat.wait_for("—サム・ナザリウス")
        chat.wait_for(PROMPT)
        chat.press("\x04")
        chat.wait_for("またどうぞ。")
        assert chat.wait_for_end() == 0


@needs_terminal
def test_ctrl_c_cancels_the_line_only(program: Program, tmp_path: Path) -> None:
    """Ctrl-C throws away the line that is being typed, and the chat goes on at a new prompt; once it says how to leave."""
    with typed_chat(program, tmp_path) as chat:
        chat.press("Azureの価値")
        chat.wait_for("Azureの価値")
        chat.press("\x03")
        chat.wait_for(":quit か Ctrl-D")
        chat.wait_for(PROMPT)
        chat.press("\x03")
        chat.wait_for(PROMPT)
        chat.press(f"{ROBIN}\r")
        shown = chat.wait_for(ROBIN_SAID)
        assert "Azure の価値" not in shown
        assert ":quit" not in shown
        chat.wait_for(PROMPT)
        chat.press(":quit\r")
        chat.wait_for("またどうぞ。")
        assert chat.wait_for_end() == 0


@needs_terminal
def test_history_is_kept_between_chats(program: Program, tmp_path: Path) -> None:
    """The up arrow brings back the question of an earlier chat."""
    with typed_chat(program, tmp_path) as chat:
        chat.press("GPT-2について\r:quit\r")
        assert chat.wait_for_end() == 0
    with typed_chat(program, tmp_path) as chat:
        chat.press("\x1b[A\x1b[A\r")
        chat.wait_for("書き込みのパフォーマンスに優れていました。")


@needs_terminal
@pytest.mark.parametrize("cache", ["off", "file"])
def test_chat_without_history(program: Program, tmp_path: Path, cache: str) -> None:
    """Where nothing is to be kept, or nothing can be, the chat works all the same."""
    (tmp_path / "file").write_text("", encoding="utf-8")
    with typed_chat(program, cache if cache == "off" else tmp_path / "file") as chat:
        chat.press(f"{ROBIN}\r")
        chat.wait_for(ROBIN_SAID)
        chat.wait_for(PROMPT)
        chat.press("\x04")
        assert chat.wait_for_end() == 0
    assert [path.name for path in tmp_path.iterdir()] == ["file"]
