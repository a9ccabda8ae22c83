"""`kotae gaps`, and what Discord's sources are called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index.audience import Audience
from index.store.channels import Channels
from index.store.gaps import Gaps
from index.store.message_rows import SAVED
from index.store.store import CHANNEL
from tests.bot.commands import kotae
from tests.index.stores import new_store


def test_gaps_are_listed_by_how_often_they_were_asked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Those of all guilds, with what to forget them by; without any that is said."""
    database = tmp_path / "kotae.db"
    assert kotae(database, "gaps") == 0
    assert "ありません" in capsys.readouterr().out
    store = new_store(tmp_path)
    for guild, question in ((0, "犬は\n[red]いつ？"), (7, "猫は？"), (7, "猫は")):
        Gaps(store).record(guild, question)
    assert kotae(database, "gaps") == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("2: 2回 猫は？")
    assert "7）" in first
    assert "犬は [red]いつ？" in second
    assert "ダイレクトメッセージ" in second
    assert kotae(database, "gaps", "--json") == 0
    assert [one["times"] for one in json.loads(capsys.readouterr().out)] == [2, 1]
    assert kotae(database, "gaps", "--forget", "2", "--forget", "9") == 1
    assert [gap.number for gap in Gaps(store).all()] == [1]


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
