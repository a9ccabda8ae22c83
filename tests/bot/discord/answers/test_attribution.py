from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from bot.answerer import Answerer
from bot.cli.card import answer_card, plain
from bot.discord.answers.embeds import answer_embed, context_embed
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
# In each what is asked for stands between others.
NEIGHBOURS = {
    "料金.csv": f"{FILES['料金.csv']}鍵の料金は？,千円です。,2026-04-02\n",
    "よくある質問.csv": "質問,回答\n医務室は何時から？,平日は朝の八時から開いていますが、土日と祝日は休みです。\n"
    "図書室は何時から？,平日は朝の九時から開いていますが、土日と祝日は休みです。\n"
    "窓口は何時から？,平日は朝の十時から開いていますが、土日と祝日は休みです。\n",
    "手引き.md": "# 手引き\n\n## 館内\n\n### 二階\n\n食堂は広いです。\n\n### 三階\n\n会議室は三つあります。\n\n売店は昼だけ開きます。\n",
    "雑談.txt": FILES["雑談.txt"],
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


@pytest.mark.parametrize(
    ("question", "above"),
    [
        ("駐輪場の料金は？", [("", "2026-04-01付"), ("", ""), ("", "")]),
        ("図書室は何時から？", [("医務室は何時から？", ""), ("図書室は何時から？", ""), ("窓口は何時から？", "")]),
        ("会議室はいくつある？", [("館内 › 二階", ""), ("館内 › 三階", ""), ("", "")]),
        ("名札はどこで作れる？", [("", "2026-06-03 09:12"), ("", ""), ("", "2026-06-03 21:05")]),
    ],
)
def test_neighbours_have_the_heading_and_date_in_which_they_differ(
    tmp_path: Path, question: str, above: list[tuple[str, str]]
) -> None:
    """A heading where it is another than above it and the text does not begin with it, a date of their own where it is not that of what is quoted."""
    write(tmp_path / "docs", NEIGHBOURS)
    with closing(new_store(tmp_path)) as store:
        take(store, tmp_path / "docs")
        with closing(Knowledge.open(store)) as knowledge:
            library = knowledge.library()
            answer = Answerer(library).ask(question, 1)
            card = cards_of(SAY, library, answer)[0]
            quoted = answer.result.hits[0].passage
            parts = str(context_embed(SAY, library.around(quoted), quoted).description).split("\n\n")
    on_page = [one.above for one in (*card.earlier, card.quotation, *card.later)]
    in_discord = ["" if (first := part.split("\n")[0]).startswith(">") else first for part in parts]
    assert on_page == [" · ".join(filter(None, one)) for one in above]
    assert in_discord == [
        " · ".join(filter(None, (f"**{heading}**" if heading else "", when))) for heading, when in above
    ]
