"""Which questions are asked alike, so that a passage that was pinned for one answers the other."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answerer import Answer, Answerer
from index.audience import Audience
from index.meaning.encoder import shared_encoder
from index.query.question import Question
from index.search import pinned
from index.search.knowledge import Knowledge
from index.search.pinned import pinned_passages
from index.store.discord.pins import Pin
from index.store.discord.unanswered_questions import terms_of
from tests.stores import document, new_store, put

PASSAGE = "a" * 12


def answers(pinned: str, asked: str, *, with_encoder: bool = False) -> bool:
    """Whether what was pinned for one question answers another."""
    pin = Pin(1, 1, 2, Audience(), terms_of(pinned), pinned, PASSAGE, "")
    encoder = shared_encoder("use", None) if with_encoder else None
    return pinned_passages(Question(asked), [pin], encoder) == [PASSAGE]


@pytest.mark.parametrize(
    ("pinned", "asked"),
    [
        ("会議室の予約方法は？", "予約方法は、会議室の？"),
        ("経費の上限はいくらですか", "経費の上限はいくらでしょうか？"),
    ],
)
def test_the_same_words_ask_alike(pinned: str, asked: str) -> None:
    """In any order, without an encoder."""
    assert answers(pinned, asked)


@pytest.mark.parametrize(
    ("pinned", "asked"),
    [
        ("会議室の予約方法は？", "会議室はどうやって予約する？"),
        ("有給休暇は何日もらえますか", "有給休暇の日数は？"),
        ("経費の上限はいくらですか", "経費の上限額を教えてください"),
    ],
)
def test_what_means_the_same_asks_alike_with_an_encoder(pinned: str, asked: str) -> None:
    """Words that say little may differ."""
    assert answers(pinned, asked, with_encoder=True)
    assert not answers(pinned, asked)


@pytest.mark.parametrize(
    ("pinned", "asked"),
    [
        ("大阪支社の始業時刻は？", "東京支社の始業時刻は？"),
        ("出張の申請は何日前まで？", "海外出張の申請は何日前まで？"),
        ("契約社員の有給は何日？", "正社員の有給は何日？"),
        ("入社の手続きを教えて", "退社の手続きを教えて"),
        ("会議はいつ？", "会議はどこ？"),
        ("2025年度の会費は？", "2026年度の会費は？"),
        ("窓を開けるには", "窓を閉めるには"),
    ],
)
def test_one_word_may_ask_for_something_else(pinned: str, asked: str) -> None:
    """However near an encoder finds them."""
    assert not answers(pinned, asked, with_encoder=True)


def test_the_last_pin_comes_first_and_the_same_words_before_others() -> None:
    """Pins are given in their order; a passage that is pinned twice once."""
    texts = ["会議室はどうやって予約する？", "会議室の予約方法は？", "会議室の、予約の方法は？"]
    ids = ["a" * 12, "b" * 12, "b" * 12]
    pins = [
        Pin(number, 1, 2, Audience(), terms_of(text), text, passage, "")
        for number, (text, passage) in enumerate(zip(texts, ids, strict=True))
    ]
    found = pinned_passages(Question("会議室の予約方法は？"), pins, shared_encoder("use", None))
    assert found == ["b" * 12, "a" * 12]


TEXTS = ("経費の上限は一日五千円です", "在宅勤務は週に三日です", "有給休暇は十日です", "昼休みは正午からです")
QUESTIONS = ("経費の上限は？", "在宅勤務は何日？", "駐車場はどこ？")


@pytest.fixture(scope="module")
def knowledge(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Knowledge]:
    """A passage for each of four channels."""
    store = new_store(tmp_path_factory.mktemp("pinned"))
    for channel, text in enumerate(TEXTS):
        put(store, f"/{channel}", document(str(channel), text), audience=Audience("channel", 1, channel))
    opened = Knowledge.open(store)
    yield opened
    opened.close()


@settings(max_examples=60, deadline=None)
@given(
    pins=st.lists(st.tuples(st.sampled_from(QUESTIONS), st.integers(0, 3)), max_size=6),
    readable=st.sets(st.integers(0, 3)),
    question=st.sampled_from(QUESTIONS),
)
def test_pins_of_what_may_not_be_read_change_nothing(
    knowledge: Knowledge, pins: list[tuple[str, int]], readable: set[int], question: str
) -> None:
    """An answer is the same as if passages of other audiences were not pinned; those that are come first, and are sure."""
    ids = [kept.passage.id for _, _, kept in knowledge.store.all()]

    def answer(given: list[tuple[str, int]]) -> Answer:
        library = knowledge.library(lambda audience: audience.channel in readable)
        library.pins = [
            Pin(number, 1, channel, Audience("channel", 1, channel), terms_of(text), text, ids[channel], "")
            for number, (text, channel) in enumerate(given)
        ]
        return Answerer(library).ask(question, 5)

    found = answer(pins)
    assert found == answer([one for one in pins if one[1] in readable])
    first = list(dict.fromkeys(channel for text, channel in pins if text == question and channel in readable))
    assert [hit.passage.id for hit in found.result.hits][: len(first)] == [ids[channel] for channel in first]
    assert not first or (found.result.answered and found.pinned == tuple(ids[channel] for channel in first))


def test_a_follow_up_takes_no_pin_of_its_words(knowledge: Knowledge) -> None:
    """A question that goes on from another is another question than the same words alone."""
    library = knowledge.library()
    ids = [kept.passage.id for _, _, kept in knowledge.store.all()]
    asked = Answerer(library).ask("経費の上限は？", 5)
    library.pins = [Pin(1, 1, 2, Audience(), terms_of("なぜ？"), "なぜ？", ids[1], "")]
    assert Answerer(library).ask("なぜ？", 5, asked.conversation).pinned == ()


def test_what_is_kept_may_be_cleared_by_another_thread_at_any_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many questions of other servers may be asked at once."""

    class Cleared(dict[object, object]):
        """What is put into it is gone at once."""

        def __setitem__(self, _key: object, _value: object) -> None:
            pass

    monkeypatch.setattr(pinned, "_vectors", Cleared())
    assert answers("有給休暇は何日もらえますか", "有給休暇の日数は？", with_encoder=True)
