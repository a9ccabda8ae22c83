from __future__ import annotations

import threading

import pytest

from index.audience import Audience
from index.store.discord import unanswered_questions as module
from index.store.discord.channels import Channels
from index.store.discord.guilds import Guilds
from index.store.discord.message_rows import SAVED, Message
from index.store.discord.unanswered_questions import NO_GUILD, Asking, UnansweredQuestions, terms_of
from index.store.store import Store


@pytest.fixture
def gaps(store: Store) -> UnansweredQuestions:
    """The unanswered questions of an empty store."""
    return UnansweredQuestions(store)


def test_questions_of_the_same_words_are_one(gaps: UnansweredQuestions) -> None:
    """They are counted together under their first wording, with the times of the first and the last."""
    for question in ("富士山の高さは？", "高さは、富士山の", "富士山の高さを教えてください", "富士山の深さは？"):
        gaps.record(1, question)
    first, second = gaps.all(1)
    assert (first.question, first.times) == ("富士山の高さは？", 3)
    assert (second.question, second.times) == ("富士山の深さは？", 1)
    assert first.first_asked <= first.last_asked


def test_questions_without_content_words_are_distinguished_by_their_text(gaps: UnansweredQuestions) -> None:
    """Without content words the normalised text counts."""
    for question in ("？", "?", "なに！", ""):
        gaps.record(NO_GUILD, question)
    assert [(one.question, one.times) for one in gaps.all()] == [("？", 2), ("なに！", 1), ("", 1)]


def test_questions_are_sorted_by_how_often_they_were_asked(gaps: UnansweredQuestions) -> None:
    """Those of a guild or of all, most frequent first, of equals the older first, up to a limit."""
    for guild, question, times in ((1, "犬は？", 1), (2, "猫は？", 3), (1, "鳥は？", 2), (2, "犬は？", 1)):
        for _ in range(times):
            gaps.record(guild, question)
    assert [(one.guild, one.question) for one in gaps.all()] == [
        (2, "猫は？"),
        (1, "鳥は？"),
        (1, "犬は？"),
        (2, "犬は？"),
    ]
    assert [one.question for one in gaps.all(1)] == ["鳥は？", "犬は？"]
    assert [one.question for one in gaps.all(limit=1)] == ["猫は？"]
    assert gaps.all(3) == []


def test_a_question_is_closed(gaps: UnansweredQuestions) -> None:
    """A closed question is gone, and counts from one when it is asked again."""
    gaps.record(1, "犬は？")
    gaps.record(1, "犬は？")
    (only,) = gaps.all()
    assert gaps.close(only.number)
    assert not gaps.close(only.number)
    assert gaps.all() == []
    gaps.record(1, "犬は？")
    assert [one.times for one in gaps.all()] == [1]


def test_long_questions_are_distinguished_by_a_digest() -> None:
    """The text that the database indexes is short, and differs where the words do."""
    long = [" ".join(f"word{number}" for number in range(start, start + 1_000)) for start in (0, 1)]
    assert max(len(terms_of(question)) for question in long) <= 500
    assert terms_of(long[0]) != terms_of(long[1])


def test_questions_asked_at_once_are_all_counted(store: Store) -> None:
    """No asking is lost when several threads record the same question."""

    def ask() -> None:
        for _ in range(5):
            UnansweredQuestions(store).record(1, "犬は？")

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.times for one in UnansweredQuestions(store).all()] == [20]


def test_only_askings_in_some_channels_are_counted(gaps: UnansweredQuestions) -> None:
    """A question has the number of times it was asked in these channels, and its first wording there."""
    for guild, question, channel in (
        (1, "犬は？", 7),
        (1, "犬は？", 8),
        (1, "犬は？", 7),
        (1, "猫は？", 8),
        (2, "鳥は？", 9),
    ):
        gaps.record(guild, question, Asking(channel))
    assert [(one.question, one.times) for one in gaps.asked_in(1, {7})] == [("犬は？", 2)]
    assert [(one.question, one.times) for one in gaps.asked_in(1, {7, 8})] == [("犬は？", 3), ("猫は？", 1)]
    assert gaps.asked_in(1, {9}) == gaps.asked_in(1, ()) == []


def test_times_of_askings_elsewhere_are_not_shown(gaps: UnansweredQuestions, monkeypatch: pytest.MonkeyPatch) -> None:
    """First and last are the times of askings in these channels."""
    for day, channel in ((1, 8), (2, 7), (3, 7), (4, 8)):
        monkeypatch.setattr(module, "now", lambda day=day: f"2026-11-0{day}")
        gaps.record(1, "犬は？", Asking(channel))
    (only,) = gaps.asked_in(1, {7})
    assert (only.first_asked, only.last_asked) == ("2026-11-02", "2026-11-03")


def test_askings_are_kept_until_the_question_is_closed(gaps: UnansweredQuestions) -> None:
    """Askings are in order, and removed with the question."""
    first, second = Asking(7, 7, 70, 1, "ja", "犬は？"), Asking(8, 9, None, 2, "en", "犬は…")
    number = gaps.record(1, "犬は？", first)
    assert gaps.record(1, "犬は…", second) == number
    assert gaps.askings(number) == [first, second]
    (found,) = gaps.all()
    assert (found.number, found.question, found.times) == (number, "犬は？", 2)
    assert gaps.close(number)
    assert gaps.all() == []
    assert gaps.askings(number) == []


def test_a_person_counts_once(gaps: UnansweredQuestions) -> None:
    """However often and in how many channels they ask; questions are sorted by people."""
    for _ in range(100):
        for channel in (7, 8):
            gaps.record(1, "犬は？", Asking(channel, person=1))
    for person in (1, 2):
        gaps.record(1, "猫は？", Asking(7, person=person))
    assert [(one.question, one.times) for one in gaps.asked_in(1, {7, 8})] == [("猫は？", 2), ("犬は？", 1)]
    assert [(one.question, one.times) for one in gaps.all()] == [("猫は？", 2), ("犬は？", 1)]
    assert len(gaps.askings(gaps.all()[1].number)) == 2


def test_a_question_is_closed_in_some_channels(gaps: UnansweredQuestions, monkeypatch: pytest.MonkeyPatch) -> None:
    """Elsewhere it stays open as it was asked there; closed everywhere it is gone."""
    for day, channel, wording in ((1, 7, "犬は？"), (2, 8, "犬とは？"), (3, 8, "犬って？"), (4, 7, "犬は。")):
        monkeypatch.setattr(module, "now", lambda day=day: f"2026-11-0{day}")
        number = gaps.record(1, wording, Asking(channel, person=day))
    assert [one.person for one in gaps.close_in(number, {7, 9})] == [1, 4]
    assert gaps.close_in(number, {7, 9}) == []
    (left,) = gaps.all()
    assert left == (number, 1, "犬とは？", 2, "2026-11-02", "2026-11-03")
    assert [one.person for one in gaps.close_in(number, {8})] == [2, 3]
    assert gaps.all() == []


def test_opting_out_removes_a_persons_questions_and_wordings(store: Store, gaps: UnansweredQuestions) -> None:
    """Questions of others stay in their own words; later nothing of theirs is recorded."""
    kept = gaps.record(1, "犬は何歳？", Asking(7, 7, 70, person=1))
    gaps.record(1, "何歳、犬は？", Asking(8, 8, 80, person=2))
    gaps.record(1, "猫の名前は？", Asking(7, 7, 71, person=1))
    gaps.record(1, "鳥の色は？", Asking(7, 7, 72, person=3, worded_by=1))
    Guilds(store).record_feedback(1, "魚の値段は？", "0" * 12, helpful=True, asker=1)
    Channels(store).opt_out(1)
    (found,) = gaps.all()
    assert (found.number, found.question, found.times) == (kept, "何歳、犬は？", 1)
    assert [one.person for one in gaps.askings(kept)] == [2]
    assert gaps.record(1, "亀の年は？", Asking(7, person=1)) == gaps.record(1, "亀は？", Asking(7, worded_by=1)) == 0
    Guilds(store).record_feedback(1, "魚は？", "0" * 12, helpful=True, asker=1)
    assert [one.question for one in gaps.all()] == ["何歳、犬は？"]
    assert Guilds(store).feedback() == []


def test_opting_out_removes_a_persons_question_from_its_answer(store: Store) -> None:
    """The saved answer of a moderator stays, without its heading."""
    channels = Channels(store)
    channel = channels.add(store.put_source(SAVED, "discord:1/2/saved", Audience()), 2, "#質問", "会社")
    sent = "2026-11-24T00:00:00+00:00"
    channels.take(channel.number, [Message(4, 5, "部長", "三歳です。", sent, heading="犬は何歳？", asked_by=1)])
    channels.opt_out(1)
    assert [(kept.passage.heading, kept.passage.text) for _, _, kept in store.all()] == [("", "三歳です。")]
    assert channels.messages(channel.number) == [Message(4, 5, "部長", "三歳です。", sent)]
