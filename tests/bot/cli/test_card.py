from __future__ import annotations

import re
import time
from collections.abc import Iterator
from io import StringIO
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.console import Console

from bot.answerer import Answer
from bot.cli.card import answer_card, line_breaks, passage_cards, plain, print_wrapped
from bot.wording import Language, Wording
from index.types import CERTAINTIES, Certainty
from tests.bot.examples import HIT, PASSAGE, answer

SAY = Wording("ja")
TEXTS = st.text("あ漢、。」っ AIazure.\n", min_size=1, max_size=60)


def card(*lines: str) -> str:
    """A card of these lines."""
    return "\n".join(lines)


def test_answered() -> None:
    """A card has the confidence, the quotation with its sentence marked, the speaker with the role, place and url."""
    assert plain(answer_card(SAY, answer(HIT))) == card(
        "答え  確からしさ：高い",
        "",
        "│ 会場は大阪です。**費用は会社が負担します。**",
        "│ —鈴木さん、開発部",
        "1. 就業の手引き › 研修 › 第7段落",
        "   https://example.com/handbook",
        "",
    )


def test_answered_in_english() -> None:
    """In English the program's own words are English, and the quotation is what it is."""
    assert plain(answer_card(Wording("en"), answer(HIT))) == card(
        "Answer  Confidence: high",
        "",
        "│ 会場は大阪です。**費用は会社が負担します。**",
        "│ —鈴木さん, 開発部",
        "1. 就業の手引き › 研修 › paragraph 7",
        "   https://example.com/handbook",
        "",
    )


@pytest.mark.parametrize(
    ("nothing", "said"),
    [
        (answer(certainty="none"), "それについての記述は見つかりませんでした。"),
        (
            answer(certainty="none")._replace(needs_words=True),
            "何についての質問か分かりませんでした。言葉を足して、もう一度聞いてください。",
        ),
        (answer(certainty="none")._replace(ends=True), "ほかに関係する箇所はありません。"),
        (
            answer(certainty="none")._replace(courtesy="thanks"),
            "どういたしまして。ほかにも知りたいことがあれば、聞いてください。",
        ),
    ],
)
def test_why_there_is_nothing(nothing: Answer, said: str) -> None:
    """Where nothing is shown the card says why."""
    assert plain(answer_card(SAY, nothing)) == card(said, "")


def test_what_is_unknown_is_left_out() -> None:
    """Without speaker, role, heading and url there is no trace of them."""
    bare = HIT._replace(rank=2, passage=PASSAGE._replace(speaker=None, role=None, heading="", url=None))
    assert plain(passage_cards(SAY, (bare,), "sure")) == card(
        "│ 会場は大阪です。**費用は会社が負担します。**", "2. 就業の手引き › 第7段落", ""
    )


@pytest.mark.parametrize(("language", "place"), [("ja", "料金 › 7行目"), ("en", "料金 › row 7")])
@pytest.mark.parametrize("date", [None, "2026-04-01"])
@pytest.mark.parametrize("source", ["料金.csv", "総務/料金.XLSX"])
def test_a_spreadsheet_has_rows(language: Language, place: str, source: str, date: str | None) -> None:
    """Nobody counts its paragraphs; also where a row has a date."""
    row = PASSAGE._replace(title="料金", heading="", source=source, date=date)
    assert f"1. {place}" in plain(passage_cards(Wording(language), (HIT._replace(passage=row),), "sure"))


@pytest.fixture
def japanese_time(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine in Japan."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("language", "page", "date", "place"),
    [
        ("ja", 12, None, "1. 就業の手引き › 研修 › 12ページ › 第7段落"),
        ("en", 12, None, "1. 就業の手引き › 研修 › p. 12 › paragraph 7"),
        ("ja", None, "2026-11-20T00:12:34.5+00:00", "1. 就業の手引き › 研修 · 2026-11-20 09:12"),
        ("ja", None, "2026-11-20T09:12:34.5", "1. 就業の手引き › 研修 · 2026-11-20 09:12"),
        ("en", 3, "2026-11-20", "1. 就業の手引き › 研修 › p. 3 › paragraph 7 · dated 2026-11-20"),
        ("en", None, "0001-01-01T00:00:00+14:00", "1. 就業の手引き › 研修 · 0001-01-01 00:00"),
        ("en", None, "yesterday", "1. 就業の手引き › 研修 › paragraph 7 · dated yesterday"),
    ],
)
@pytest.mark.skipif(not hasattr(time, "tzset"), reason="Windows takes its zone from nowhere else")
@pytest.mark.usefixtures("japanese_time")
def test_page_and_date_are_shown_where_they_are_known(
    language: Language, page: int | None, date: str | None, place: str
) -> None:
    """A page as one says it in the reader's language; a date to the minute, in the zone of the machine."""
    hit = HIT._replace(passage=PASSAGE._replace(page=page, date=date))
    assert place in plain(passage_cards(Wording(language), (hit,), "sure")).split("\n")


@pytest.mark.parametrize(
    ("known", "shown"),
    [
        ({"changed": "2026-10-31T15:00:00+00:00"}, "第7段落 · 登録・更新 2026-11-01"),
        ({"changed": "2026-10-31T15:00:00+00:00", "dated": "2026-04-01"}, "第7段落 · 2026-04-01付"),
        ({"changed": "2026-10-31T15:00:00+00:00", "date": "2026-11-20"}, "第7段落 · 2026-11-20付"),
        ({"needs_review_since": "2026-10-31T15:00:00+00:00"}, "第7段落\n   ⚠️ 確認が必要（2026-11-01から）"),
    ],
)
@pytest.mark.skipif(not hasattr(time, "tzset"), reason="Windows takes its zone from nowhere else")
@pytest.mark.usefixtures("japanese_time")
def test_how_fresh_a_quotation_is_stands_below_it(known: dict[str, Any], shown: str) -> None:
    """Its own date, else its document's, else when it came or changed here; and whether it has to be reviewed."""
    hit = HIT._replace(passage=PASSAGE._replace(url=None, **known))
    assert plain(passage_cards(SAY, (hit,), "sure")).endswith(f"{shown}\n")


@pytest.mark.parametrize(
    ("second", "first_place", "second_place"),
    [
        ({"source": "旧版.md"}, "就業の手引き › 総務部 › 研修", "就業の手引き › 旧版.md › 研修"),
        ({"source": "旧版.md", "title": "就業の手引き 第2版"}, "就業の手引き › 研修", "就業の手引き 第2版 › 研修"),
        ({"paragraph": 8}, "就業の手引き › 研修", "就業の手引き › 研修"),
    ],
)
def test_documents_with_one_title_are_told_apart(second: dict[str, Any], first_place: str, second_place: str) -> None:
    """By the names of their files; where titles differ, or there is one document, they are not shown."""
    other = HIT._replace(rank=2, passage=PASSAGE._replace(**second))
    shown = plain(passage_cards(SAY, (HIT, other), "sure"))
    assert f"1. {first_place} › 第" in shown
    assert f"2. {second_place} › 第" in shown


@pytest.mark.parametrize(
    ("language", "count", "line"),
    [
        ("ja", 1, "   ほかに1か所：案内0 › 研修 › 第7段落"),
        ("en", 1, "   also in 1 other place: 案内0 › 研修 › paragraph 7"),
        ("ja", 4, "   ほかに4か所：案内0 › 研修 › 第7段落、案内1 › 研修 › 第7段落、案内2 › 研修 › 第7段落…"),
        ("en", 2, "   also in 2 other places: 案内0 › 研修 › paragraph 7, 案内1 › 研修 › paragraph 7"),
    ],
)
def test_a_text_in_several_places_names_the_others(language: Language, count: int, line: str) -> None:
    """A card says in how many, and names three."""
    hit = HIT._replace(duplicates=tuple(PASSAGE._replace(title=f"案内{number}") for number in range(count)))
    assert line in plain(passage_cards(Wording(language), (hit,), "sure")).split("\n")


def test_a_text_in_two_documents_with_one_title_names_both_files() -> None:
    """The place that is shown is told apart from the other, too."""
    hit = HIT._replace(duplicates=(PASSAGE._replace(source="旧版.md"),))
    shown = plain(passage_cards(SAY, (hit,), "sure"))
    assert "1. 就業の手引き › 総務部 › 研修" in shown
    assert "ほかに1か所：就業の手引き › 旧版.md › 研修" in shown


def test_speaker_without_role() -> None:
    """A speaker whose role is unknown stands alone."""
    hit = HIT._replace(passage=PASSAGE._replace(role=None))
    assert "│ —鈴木さん\n" in plain(passage_cards(SAY, (hit,), "sure"))


def test_refused_marks_nothing() -> None:
    """A refused question says so, offers the nearest passages and marks no sentence in them."""
    shown = plain(answer_card(SAY, answer(HIT, certainty="none")))
    assert shown.startswith("それについての記述は見つかりませんでした。\nいちばん近い箇所は次のとおりです。\n\n│ ")
    assert PASSAGE.text in shown
    assert "*" not in shown
    assert "確からしさ" not in shown


def test_refused_without_passages_offers_none() -> None:
    """Where no passage shares a word with the question, none is announced."""
    shown = plain(answer_card(SAY, answer(certainty="none")))
    assert shown == "それについての記述は見つかりませんでした。\n"


def test_possible_marks_and_says_what_it_is() -> None:
    """What is not certain says so, shows no confidence, and marks the sentences that come near."""
    shown = plain(answer_card(SAY, answer(HIT, certainty="possible")))
    assert shown.startswith("答えになるかは分かりませんが、近い箇所です。\n\n│ ")
    assert "**費用は会社が負担します。**" in shown
    assert "確からしさ" not in shown


@pytest.mark.parametrize("certainty", CERTAINTIES)
def test_earlier_words(certainty: Certainty) -> None:
    """The words taken from earlier questions are told, answered or not."""
    shown = plain(answer_card(SAY, answer(HIT, certainty=certainty, earlier=("在宅勤務", "思う"))))
    assert "\n前の質問から補った言葉：在宅勤務、思う\n" in shown
    assert "補った" not in plain(answer_card(SAY, answer(HIT, certainty=certainty)))


def test_every_hit_has_its_card() -> None:
    """Several passages follow each other, each with its number."""
    hits = (HIT, HIT._replace(rank=2), HIT._replace(rank=3))
    shown = plain(answer_card(SAY, answer(*hits)))
    assert re.findall(r"^(\d)\. ", shown, re.MULTILINE) == ["1", "2", "3"]
    assert shown.count("**費用は会社が負担します。**") == 3


def test_bars_tell_the_answer_from_the_rest() -> None:
    """The bar of the first passage of an answer is green, those of the others and of the nearest ones are not."""
    hits = (HIT, HIT._replace(rank=2))
    bars = {
        certainty: [line.bar for line in passage_cards(SAY, hits, certainty) if line.bar] for certainty in CERTAINTIES
    }
    assert bars["sure"] == ["green", "green", "blue", "blue"]
    assert bars["possible"] == bars["none"] == ["blue", "blue", "blue", "blue"]


def test_sentence_of_several_lines() -> None:
    """A marked sentence that goes over several lines is marked in each, and each line has its bar."""
    hit = HIT._replace(
        passage=PASSAGE._replace(text="持ち物：\n・鍵\n・印鑑\n以上。", speaker=None), sentence="・鍵\n・印鑑"
    )
    shown = plain(passage_cards(SAY, (hit,), "sure"))
    assert shown.startswith("│ 持ち物：\n│ **・鍵**\n│ **・印鑑**\n│ 以上。\n1. ")


@given(TEXTS, st.data())
def test_quotation_is_verbatim(text: str, data: st.DataObject) -> None:
    """Whichever part of a passage is marked, without bars and stars the card has the passage as it is."""
    start = data.draw(st.integers(0, len(text) - 1))
    sentence = text[start : data.draw(st.integers(start + 1, len(text)))]
    hit = HIT._replace(passage=PASSAGE._replace(text=text, speaker=None, url=None), sentence=sentence)
    for certainty in CERTAINTIES:
        *lines, _place, _empty = plain(passage_cards(SAY, (hit,), certainty)).split("\n")
        assert "\n".join(line.removeprefix("│ ").replace("**", "") for line in lines) == text


@given(TEXTS.map(lambda text: text.replace("\n", "")), st.integers(4, 30))
def test_breaking_loses_nothing_and_keeps_to_the_width(text: str, width: int) -> None:
    """The parts of a broken line make up the line, and each fits but for one character that may hang over."""
    places = [0, *line_breaks(text, width), len(text)]
    assert places == sorted(places)
    for begin, end in pairwise(places):
        assert cell_len(text[begin:end]) <= width + 2


@pytest.mark.parametrize(
    ("text", "width", "parts"),
    [
        ("新人研修は四月です", 10, ["新人研修は", "四月です"]),
        ("新人研修。四月です", 8, ["新人研修。", "四月です"]),
        ("行くことになった", 12, ["行くことになっ", "た"]),
        ("研修はOpenAIの", 10, ["研修は", "OpenAIの"]),
        ("abcdefghijkl", 5, ["abcde", "fghij", "kl"]),
        ("", 5, [""]),
    ],
)
def test_line_breaks(text: str, width: int, parts: list[str]) -> None:
    """Japanese breaks anywhere but before closing punctuation and small kana; a Latin word stays whole if it fits."""
    places = [0, *line_breaks(text, width), len(text)]
    assert [text[begin:end] for begin, end in pairwise(places)] == parts


def shown_in_terminal(colours: bool, width: int, text: str = PASSAGE.text * 5) -> str:
    """The card of an answer as printed in a terminal."""
    output = StringIO()
    console = Console(
        file=output, force_terminal=True, width=width, color_system="standard" if colours else None, highlight=False
    )
    hit = HIT._replace(passage=PASSAGE._replace(text=text))
    print_wrapped(answer_card(SAY, answer(hit)), console)
    return output.getvalue()


def test_terminal_marks_with_style() -> None:
    """In a terminal with colours the sentence is bold and underlined, and has no stars."""
    shown = shown_in_terminal(colours=True, width=80)
    assert "\x1b[1;4m費用は会社が負担します。\x1b[0m" in shown
    assert "*" not in shown


def test_terminal_without_colours_marks_with_stars() -> None:
    """In a terminal without colours there are no escape codes, and the sentence stands between stars."""
    shown = shown_in_terminal(colours=False, width=80)
    assert "\x1b" not in shown
    assert "**費用は会社が負担します。**" in shown


@pytest.mark.parametrize(
    "text", [PASSAGE.text * 5, "田中さんは「費用は会社が負担します。」と言いました（四月です。）。" * 5]
)
@pytest.mark.parametrize("width", [20, 32, 80, 200])
def test_terminal_wraps_to_its_width(width: int, text: str) -> None:
    """No line is wider than the terminal, nor than can be read with ease, and each quoted one has its bar."""
    lines = shown_in_terminal(colours=False, width=width, text=text).split("\n")
    quoted = [line for line in lines if line.startswith("│ ")]
    assert "".join(line.removeprefix("│ ") for line in quoted).replace("**", "") == text + "—鈴木さん、開発部"
    assert max(cell_len(line) for line in lines) <= min(width, 92)
