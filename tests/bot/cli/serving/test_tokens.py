from __future__ import annotations

import json
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.cli.parser import UsageWrong
from bot.cli.serving.commands import ServeExtraMissing
from bot.knowledge import SourceUnknown
from index.audience import CHANNEL, Audience
from index.errors import DatabaseMissing
from index.store.access_tokens import PREFIX, AccessTokens
from index.store.discord.guilds import Guilds
from tests.bot.commands import kotae
from tests.stores import document, new_store, put

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def database(tmp_path: Path) -> Path:
    """A database with a source that only a channel's readers may read."""
    with closing(new_store(tmp_path)) as store:
        put(store, "/notes", document("a.md", "犬は遊ぶ"), audience=Audience(CHANNEL, 11, 22))
    return tmp_path / "kotae.db"


def test_a_token_is_shown_once_and_alone_on_standard_output(database: Path, capsys: Capture) -> None:
    """A script can take it; what else there is to say, also whose the named source is, is on standard error."""
    assert kotae(database, "token", "create", "受付", "--source", "1") == 0
    shown = capsys.readouterr()
    secret = shown.out.strip()
    assert secret.startswith(PREFIX)
    assert "1番の文書だけ" in shown.err
    assert "サーバー 11 のチャンネル 22 を読める人だけのもの" in shown.err
    assert kotae(database, "token", "list") == 0
    listed = capsys.readouterr().out
    assert "1  受付  1番の文書だけ" in listed
    assert secret not in listed


@pytest.mark.parametrize(("sources", "opens"), [("1", "source 1 alone"), ("12", "sources 1, 2 alone")])
def test_one_source_is_no_plural(database: Path, capsys: Capture, sources: str, opens: str) -> None:
    """A token opens a source, or sources."""
    with closing(new_store(database.parent)) as store:
        put(store, "/rules", document("b.md", "猫は眠る"))
    kotae(database, "token", "create", "a", *(part for one in sources for part in ("--source", one)))
    kotae(database, "token", "list", KOTAE_LANGUAGE="en")
    assert f"1  a  {opens}  made" in capsys.readouterr().out


def test_tokens_for_programs(database: Path, capsys: Capture) -> None:
    """As JSON, with the token where it is made, and nowhere else."""
    assert kotae(database, "token", "create", "team", "--guild", "11", "--operator", "--json") == 0
    made = json.loads(capsys.readouterr().out)
    secret = made.pop("token")
    assert (made["kind"], made["guild"], made["is_operator"], made["sources"]) == ("guild", 11, True, [])
    assert kotae(database, "token", "list", "--json") == 0
    assert json.loads(capsys.readouterr().out) == [made]
    with closing(new_store(database.parent)) as store:
        assert AccessTokens(store).find(secret)


def test_a_token_is_revoked_by_its_number(database: Path, capsys: Capture) -> None:
    """Once; then it is not in the list any more."""
    kotae(database, "token", "create", "a", "--guild", "11", KOTAE_LANGUAGE="en")
    kotae(database, "token", "list", KOTAE_LANGUAGE="en")
    assert "what is for everybody or for all members of server 11  made 20" in capsys.readouterr().out
    assert kotae(database, "token", "revoke", "1") == 0
    assert kotae(database, "token", "revoke", "1") == 1
    capsys.readouterr()
    kotae(database, "token", "list")
    assert "トークンはありません" in capsys.readouterr().out


def test_the_list_says_which_tokens_open_nothing_since_their_server_removed_the_bot(
    database: Path, capsys: Capture
) -> None:
    """Those of others stay as they are."""
    kotae(database, "token", "create", "team", "--guild", "11")
    kotae(database, "token", "create", "anybody")
    with closing(new_store(database.parent)) as store:
        Guilds(store).note_present([])
    capsys.readouterr()
    kotae(database, "token", "list")
    team, anybody = capsys.readouterr().out.splitlines()
    assert "なし（サーバー 11 が 20" in team
    assert "誰でも読めるもの" in anybody


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["make"],
        ["create"],
        ["create", " "],
        ["create", "a", "--guild", "0"],
        ["create", "a", "--guild", "一"],
        ["create", "a", "--guild", str(2**63)],
        ["create", "a", "--guild", "1", "--source", "1"],
        ["create", "a", "--operator", "--source", "1"],
        ["revoke"],
        ["revoke", "a"],
    ],
)
def test_wrong_arguments_are_told(database: Path, arguments: list[str]) -> None:
    """Nothing is made of them."""
    with pytest.raises(UsageWrong):
        kotae(database, "token", *arguments)
    with closing(new_store(database.parent)) as store:
        assert AccessTokens(store).all() == []


def test_what_is_not_there_is_told(database: Path, tmp_path: Path) -> None:
    """A source that there is not, and a database that there is not."""
    with pytest.raises(SourceUnknown):
        kotae(database, "token", "create", "a", "--source", "/nowhere")
    with pytest.raises(DatabaseMissing):
        kotae(tmp_path / "no.db", "token", "list")


def test_packages_that_are_missing_are_told(database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """By the line that installs them; tokens need none of them."""
    monkeypatch.setitem(sys.modules, "bot.web.run", None)
    with pytest.raises(ServeExtraMissing):
        kotae(database, "serve")
    assert kotae(database, "token", "create", "a") == 0
