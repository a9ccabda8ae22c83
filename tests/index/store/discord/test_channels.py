from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from index.audience import Audience
from index.errors import SourceGone
from index.language import sound
from index.store.discord.channels import Channels
from index.store.discord.message_rows import LATEST, SAVED, ChangeCounts, Channel, Message
from index.store.store import CHANNEL, Store
from tests.index.store.conftest import Files
from tests.index.store.postgresql import Server
from tests.stores import on_sqlite

MORNING = datetime(2026, 11, 24, 9, tzinfo=UTC)


def message(
    identity: int, text: str, author: int = 1, minute: int | None = None, replies_to: int | None = None
) -> Message:
    """A message, sent in the minute that its id says unless another is given."""
    sent = MORNING + timedelta(minutes=identity if minute is None else minute)
    return Message(
        identity, author, f"社員{author}", text, sent.isoformat(), replies_to, url=f"https://x.example/{identity}"
    )


def add_channel(store: Store, kind: str = CHANNEL) -> Channel:
    """A channel that is learnt from."""
    source = store.put_source(kind, f"discord:1/2 {kind}", Audience("channel", 1, 2))
    return Channels(store).add(source, 2, "#質問", "会社")


def texts(store: Store) -> list[str]:
    """The text of every passage, by document."""
    return [kept.passage.text for _, _, kept in sorted(store.all(), key=lambda one: one[1])]


def test_a_conversation_is_a_passage(store: Store) -> None:
    """After a long pause another begins; a reply belongs to the conversation of what it replies to."""
    channel = add_channel(store)
    sent = [
        message(1, "経費の上限は？"),
        message(2, "5,000円です。", author=2),
        message(30, "お昼にしましょう。"),
        message(60, "領収書も要りますか？", author=3, replies_to=2),
    ]
    assert Channels(store).take(channel.number, sent) == ChangeCounts(new=4)
    assert texts(store) == [
        "社員1: 経費の上限は？\n社員2: 5,000円です。\n社員3: 領収書も要りますか？",
        "お昼にしましょう。",
    ]
    (_, _, first), _ = sorted(store.all(), key=lambda one: one[1])
    assert (first.passage.title, first.passage.source, first.passage.url) == ("#質問", "会社", "https://x.example/1")
    assert first.passage.date == sent[0].sent


@pytest.mark.parametrize(
    "question", ["経費の上限は？", "いくらですか。", "上限を教えてください！", "Where is it?\n急ぎですか？"]
)
def test_an_unanswered_question_is_no_passage(store: Store, question: str) -> None:
    """It answers nothing; once it is answered, both are one passage."""
    channels, channel = Channels(store), add_channel(store)
    channels.take(channel.number, [message(1, question)])
    assert texts(store) == []
    channels.take(channel.number, [message(2, "五千円です。", author=2)])
    assert texts(store) == [f"社員1: {question}\n社員2: 五千円です。"]


def test_edits_and_deletions_reach_the_passages(store: Store) -> None:
    """Edits change passages, deletions remove them, and without changes there is no new generation."""
    channels, channel = Channels(store), add_channel(store)
    channels.take(channel.number, [message(1, "上限は五千円です。"), message(2, "秘密です。"), message(40, "終わり。")])
    before = store.state()
    assert channels.take(channel.number, [message(1, "上限は五千円です。")]) == ChangeCounts()
    assert store.state() == before
    assert channels.take(channel.number, [message(1, "上限は六千円です。")]) == ChangeCounts(edited=1)
    channels.forget([2, 99])
    assert texts(store) == ["上限は六千円です。", "終わり。"]
    channels.forget([1, 40])
    assert texts(store) == []


def test_messages_missing_in_a_page_of_history_are_removed(store: Store) -> None:
    """What a page does not have between its ends was deleted; messages outside of it stay."""
    channels, channel = Channels(store), add_channel(store)
    channels.take(
        channel.number, [message(identity, f"{identity}番。", minute=identity * 20) for identity in range(1, 6)]
    )
    page = [message(3, "3番。", minute=60)]
    assert channels.take(channel.number, page, since=2, before=5, learnt_to=2) == ChangeCounts(removed=2)
    assert [one.id for one in channels.messages(channel.number)] == [1, 3, 5]
    assert channels.all()[0].learnt_to == 2
    channels.take(channel.number, [], learnt_to=LATEST)
    assert channels.all()[0].learnt_to == 2


@on_sqlite
def test_the_cost_of_a_page_does_not_depend_on_the_length_of_the_history(store: Store) -> None:
    """SQLite needs as many steps for new messages of a long channel as for those of a short one."""
    channels, channel = Channels(store), add_channel(store)
    steps: list[int] = []

    def count_steps(connection: sqlite3.Connection, *_: object) -> None:
        connection.set_progress_handler(lambda: steps.append(1), 100)

    event.listen(store.engine, "checkout", count_steps)
    costs = []
    for page in range(30):
        steps.clear()
        channels.take(channel.number, [message(page * 100 + number, f"{number}番。") for number in range(1, 101)])
        costs.append(len(steps))
    assert costs[-1] < 2 * costs[1]


def test_a_saved_message_is_a_passage_under_the_question_that_it_answers(store: Store) -> None:
    """Neither a short pause nor a reply joins it with others."""
    channel = add_channel(store, SAVED)
    answer = message(2, "四階です。", author=2, replies_to=1)._replace(heading="会議室はどこ？")
    Channels(store).take(channel.number, [message(1, "会議室です。"), answer])
    assert texts(store) == ["会議室です。", "四階です。"]
    assert [kept.passage.heading for _, _, kept in store.all()] == ["", "会議室はどこ？"]
    assert Channels(store).has(SAVED, 2)
    assert not Channels(store).has(CHANNEL, 2)
    Channels(store).correct(message(2, "五階です。", author=2))
    Channels(store).correct(message(3, "知らない人。"))
    assert texts(store) == ["会議室です。", "五階です。"]
    assert [kept.passage.heading for _, _, kept in store.all()] == ["", "会議室はどこ？"]


def test_renaming_a_channel_renames_its_documents(store: Store) -> None:
    """The passages have the new title, and the channel keeps its number."""
    channels, channel = Channels(store), add_channel(store)
    channels.take(channel.number, [message(1, "こんにちは。")])
    renamed = channels.add(channel.source, 2, "#新しい質問", "会社")
    assert renamed == channel._replace(name="#新しい質問")
    assert [kept.passage.title for _, _, kept in store.all()] == ["#新しい質問"]


def test_people_who_opt_out_are_forgotten(store: Store) -> None:
    """Their messages are removed everywhere and no longer stored, until they opt in again; those of others stay."""
    channels, channel, saved = Channels(store), add_channel(store), add_channel(store, SAVED)
    sent = [message(1, "質問です。"), message(2, "私の答えです。", author=2), message(3, "どうも。")]
    channels.take(channel.number, sent)
    channels.take(saved.number, sent[1:2])
    assert channels.opt_out(2) == 2
    assert texts(store) == ["質問です。\nどうも。"]
    assert channels.has_opted_out(2)
    channels.take(channel.number, sent)
    assert texts(store) == ["質問です。\nどうも。"]
    channels.opt_in(2)
    channels.take(channel.number, sent)
    assert "私の答えです。" in texts(store)[0]


def test_a_channel_is_removed_with_its_messages(store: Store) -> None:
    """A removed thread leaves nothing; nothing can be added to a channel whose source was removed."""
    channels, channel = Channels(store), add_channel(store)
    thread = channels.add(channel.source, 3, "#質問 › 経費", "会社")
    channels.take(thread.number, [message(1, "スレッドです。")])
    channels.take(channel.number, [message(2, "チャンネルです。")])
    assert channels.count(channel.source) == 2
    channels.remove(thread.number)
    assert texts(store) == ["チャンネルです。"]
    store.remove_source(channel.source)
    assert channels.all() == []
    with pytest.raises(SourceGone):
        channels.take(channel.number, [message(4, "遅い。")])
    with pytest.raises(SourceGone):
        channels.add(channel.source, 2, "#質問", "会社")


def test_neighbours_are_in_the_conversations_before_and_after(store: Store) -> None:
    """The neighbours of a passage are the conversations before and after it, in the same channel only."""
    channels, channel = Channels(store), add_channel(store)
    thread = channels.add(channel.source, 3, "#質問 › 経費", "会社")
    channels.take(thread.number, [message(2, "別の所。")])
    channels.take(channel.number, [message(identity, f"{identity}番。") for identity in (1, 20, 40, 60)])
    middle = next(kept.number for _, _, kept in store.all() if kept.passage.text == "20番。")
    assert [kept.passage.text for kept in store.around(middle, 1)] == ["1番。", "20番。", "40番。"]
    first = next(kept.number for _, _, kept in store.all() if kept.passage.text == "1番。")
    assert [kept.passage.text for kept in store.around(first, 2)] == ["1番。", "20番。", "40番。"]


identities = st.integers(1, 30)
histories = st.lists(
    st.one_of(
        st.tuples(st.just("write"), identities, st.sampled_from(["はい。", "いいえ。", "長" * 500])),
        st.tuples(st.just("delete"), identities, st.just("")),
        st.tuples(st.just("page"), identities, st.just("")),
    ),
    max_size=25,
)


@given(histories)
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_after_any_changes_passages_match_messages(
    databases: Files | Server, history: Sequence[tuple[str, int, str]]
) -> None:
    """Every stored message is in exactly one passage, and passages contain nothing else."""
    with closing(Store.open(databases.new_store())) as store:
        channels, channel = Channels(store), add_channel(store)
        there: dict[int, Message] = {}
        for kind, identity, text in history:
            if kind == "write":
                # Its number makes each text one of its own.
                there[identity] = message(identity, f"{identity}、{text}", identity % 3, identity * 4, identity // 2)
                channels.take(channel.number, [there[identity]])
            elif kind == "delete":
                there.pop(identity, None)
                channels.forget([identity])
            else:
                there = {kept: one for kept, one in there.items() if kept < identity or kept % 2}
                page = [one for kept, one in there.items() if kept >= identity]
                channels.take(channel.number, page, since=identity, before=LATEST)
        assert channels.messages(channel.number) == [there[identity] for identity in sorted(there)]
        lines = [line.rpartition(": ")[2] for text in texts(store) for line in text.split("\n")]
        assert sorted(lines) == sorted(one.text for one in there.values())


@pytest.mark.parametrize("odd", ["\0", "\ud800"])
def test_characters_that_no_database_stores_are_replaced(store: Store, odd: str) -> None:
    """An invalid character does not prevent the rest from being stored."""
    channels, channel = Channels(store), add_channel(store)
    channels.take(channel.number, [message(1, f"犬{odd}です。")])
    assert texts(store) == [f"犬{'' if odd == chr(0) else '?'}です。"]


def test_nothing_is_added_to_another_source_of_the_same_number(store: Store) -> None:
    """A number that is now that of a source at another location is refused."""
    source = add_channel(store).source
    with pytest.raises(SourceGone):
        Channels(store).add(source, 3, "#秘密", "会社", location="discord:1/3")
    assert [one.channel for one in Channels(store).all()] == [2]


def test_the_message_that_a_passage_quotes(store: Store) -> None:
    """Words are looked for in the passage's own conversation, and only in the given sources."""
    channels, channel = Channels(store), add_channel(store)
    channels.take(
        channel.number,
        [message(1, "経費の話です。"), message(2, "上限は五千円です。"), message(60, "上限は秘密です。")],
    )
    first, _ = [kept for _, _, kept in sorted(store.all(), key=lambda one: one[1])]
    found = channels.quoted_message(first.passage.id, "上限は五千円です。")
    assert found is not None
    assert found.id == 2
    assert channels.quoted_message(first.passage.id, "上限は五千円です。", {channel.source}) == found
    assert channels.quoted_message(first.passage.id, "上限は秘密です。") is None
    assert channels.quoted_message(first.passage.id, "上限は五千円です。", {channel.source + 1}) is None


def test_pronunciations_are_looked_up_before_the_transaction(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page of unknown Latin words takes twenty seconds, during which others must be able to write."""
    channel = add_channel(store)
    sounded = []

    def sound_of(word: str) -> str:
        Channels(store).opt_in(7)
        sounded.append(word)
        return "ア"

    sound.of_word.cache_clear()
    sound.of_latin.cache_clear()
    monkeypatch.setattr("index.language.sound._transliterated", sound_of)
    monkeypatch.setattr("index.store.connection._LOCK_TIMEOUT", 0)
    Channels(store).take(channel.number, [message(4, "xqzvor wplukt vqxzer")])
    Channels(store).correct(message(4, "xqzvor kkzwql"))
    assert sounded == ["xqzvor", "wplukt", "vqxzer", "kkzwql"]
