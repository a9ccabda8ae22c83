"""`kotae gaps`, and what Discord's sources are called."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path

import pytest

from index.audience import Audience
from index.store.discord.channels import Channels
from index.store.discord.message_rows import SAVED
from index.store.discord.unanswered_questions import UnansweredQuestions
from index.store.store import CHANNEL
from tests.bot.commands import kotae
from tests.conftest import Program
from tests.processes import PATIENCE, started
from tests.stores import new_store


def test_gaps_are_listed_by_how_often_they_were_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those of all guilds, with what to forget them by; without any that is said."""
    database = tmp_path / "kotae.db"
    assert kotae(database, "gaps") == 0
    shown = capsys.readouterr().out
    assert "ありません" in shown
    assert "KOTAE_SERVE_REMEMBER=on" in shown
    store = new_store(tmp_path)
    for guild, question in ((0, "犬は\n[red]いつ？"), (7, "猫は？"), (7, "猫は")):
        UnansweredQuestions(store).record(guild, question)
    assert kotae(database, "gaps") == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("2: 2回 猫は？")
    assert "7）" in first
    assert "犬は [red]いつ？" in second
    assert "ダイレクトメッセージ" in second
    assert kotae(database, "gaps", "--json") == 0
    assert [one["times"] for one in json.loads(capsys.readouterr().out)] == [2, 1]
    assert kotae(database, "gaps", "--json", "--limit", "1") == 0
    assert [one["question"] for one in json.loads(capsys.readouterr().out)] == ["猫は？"]
    assert kotae(database, "gaps", "--forget", "2", "9") == 1
    assert capsys.readouterr().out.splitlines() == ["2: 一覧から消しました。", "9: そのような質問はありません。"]
    assert [gap.number for gap in UnansweredQuestions(store).all()] == [1]
    assert kotae(database, "gaps", "--forget", "1", "--forget", "1") == 0
    assert UnansweredQuestions(store).all() == []


def test_a_long_question_is_shortened_for_people_and_whole_for_programs(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A line has its beginning, JSON all of it."""
    question = "社員食堂はどこにありますか" * 100
    UnansweredQuestions(new_store(tmp_path)).record(7, question)
    assert kotae(tmp_path / "kotae.db", "gaps") == 0
    assert f" {question[:99]}…（" in capsys.readouterr().out
    assert kotae(tmp_path / "kotae.db", "gaps", "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["question"] == question


def test_questions_cannot_command_a_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What moves the cursor, colours, or turns text around is not printed; the words are."""
    UnansweredQuestions(new_store(tmp_path)).record(7, "犬\x1b[2Jは\x9b31m\u202eいつ\r\a？")
    assert kotae(tmp_path / "kotae.db", "gaps") == 0
    shown = capsys.readouterr().out
    assert "犬[2Jは31mいつ？" in shown
    assert shown.removesuffix("\n").isprintable()


def test_a_reader_who_has_had_enough_is_no_error(program: Program, tmp_path: Path) -> None:
    """`kotae gaps | head -1` ends without a complaint."""
    gaps = UnansweredQuestions(new_store(tmp_path))
    for number in range(2_000):
        gaps.record(7, f"犬{number}は？")
    read, write = os.pipe()
    with (
        os.fdopen(read, "rb") as output,
        started(
            program.command("gaps", "--limit", "2000"),
            program.environment(KOTAE_DATABASE_URL=f"sqlite:///{tmp_path}/kotae.db"),
            stdout=write,
            stderr=subprocess.PIPE,
        ) as process,
    ):
        os.close(write)
        assert output.readline()
        output.close()
        _, error = process.communicate(timeout=PATIENCE)
    assert (process.returncode, error) == (0, "")


def test_sources_of_discord_have_names(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A channel is called by its name, and what was saved of it or attached likewise; sync leaves them alone."""
    store = new_store(tmp_path)
    for kind in (CHANNEL, SAVED):
        source = store.put_source(kind, f"discord:1/2/{kind}", Audience("channel", 1, 2))
        Channels(store).add(source, 2, "#質問", "会社")
    store.put_source("attachment", "discord:1/files/channel-2/規程.pdf", Audience("channel", 1, 2))
    assert kotae(tmp_path / "kotae.db", "sources") == 0
    shown = capsys.readouterr().out
    assert "discord:" not in shown
    assert all(name in shown for name in ("#質問", "#質問 の保存したメッセージ", "規程.pdf"))
    assert kotae(tmp_path / "kotae.db", "sources", "--json") == 0
    assert json.loads(capsys.readouterr().out)[0]["name"] == "#質問（会社）"
    assert kotae(tmp_path / "kotae.db", "sync") == 0
    assert sum(source.location.startswith("discord:") for source in store.sources()) == 3
