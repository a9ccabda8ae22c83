from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from index.store.renewal import outdated
from index.store.rows import ANALYSIS_VERSION
from tests.bot.commands import kotae
from tests.stores import document, new_store, put


def test_what_an_older_version_analysed_is_answered_from(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """After an upgrade that analyses otherwise, passages are analysed again before the first answer."""
    database = tmp_path / "kotae.db"
    with closing(new_store(tmp_path)) as store:
        put(store, "/handbook", document("a.md", "有給休暇は半日でも取れる"), document("b.md", "犬は柵の中で遊ぶ"))
        with store.engine.begin() as connection:
            other = "(SELECT terms FROM passages WHERE text LIKE '犬%')"
            connection.exec_driver_sql(f"UPDATE passages SET analysis = {ANALYSIS_VERSION - 1}, terms = {other}")  # noqa: S608
        assert kotae(database, "ask", "有給休暇は半日でも取れる？", "--limit", "1") == 0
        assert "有給休暇は半日でも取れる。" in capsys.readouterr().out
        assert outdated(store) == 0
