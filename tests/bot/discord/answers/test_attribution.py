from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from bot.answerer import Answerer
from bot.cli.card import answer_card, plain
from bot.discord.answers.embeds import answer_embed
from bot.web.api.results import conversational_answer
from bot.web.mcp.texts import answer_text
from bot.web.page.cards import cards_of
from bot.wording import Wording
from index.search.knowledge import Knowledge
from tests.stores import new_store, take, write

SAY = Wording("ja")
FILES = {
    "料金.csv": "質問,回答,日付\n駐車場の料金は？,月に八千円です。,2026-04-01\n駐輪場の料金は？,月に三百円です。,2026-04-02\n",
    "手引き.md": "---\nupdated: 2026-05-02\n---\n# 手引き\n\n会議室は三つあります。\n",
    "雑談.txt": (
        "[2026-06-03 09:12] 佐藤: 給湯室の鍵は守衛さんが持っています。\n"
        "[2026-06-03 15:40] 田中: 名札は総務で作れます。\n"
        "[2026-06-03 21:05] 佐藤: 電池は倉庫にあります。\n"
    ),
}


@pytest.mark.parametrize(
    ("question", "shown"),
    [
        ("駐輪場の料金は？", "料金 › 駐輪場の料金は？ › 3行目 · 2026-04-02付"),
        ("会議室はいくつある？", "手引き › 第1段落 · 2026-05-02付"),
        ("名札はどこで作れる？", "雑談 · 2026-06-03 15:40"),
    ],
)
def test_every_front_end_writes_a_place_and_its_date_alike(tmp_path: Path, question: str, shown: str) -> None:
    """A row with its number also where it has a date, a document's day, and the time of a message."""
    write(tmp_path / "docs", FILES)
    with closing(new_store(tmp_path)) as store:
        take(store, tmp_path / "docs")
        with closing(Knowledge.open(store)) as knowledge:
            library = knowledge.library()
            answer = Answerer(library).ask(question, 1)
            shown_by = {
                "terminal": plain(answer_card(SAY, answer)),
                "page": cards_of(SAY, library, answer)[0].place,
                "MCP": answer_text(SAY, conversational_answer(answer)),
                "Discord": str(answer_embed(SAY, answer, "").description),
            }
    assert {name: text for name, text in shown_by.items() if shown not in text} == {}
