"""Pins in the store, on either kind of database."""

from __future__ import annotations

from index.audience import Audience
from index.store.discord.channels import Channels
from index.store.discord.guilds import Guilds
from index.store.discord.pins import Pins
from index.store.store import Store

READERS = Audience("channel", 1, 2)


def test_a_question_in_other_order_is_pinned_once(store: Store) -> None:
    """A passage pinned again is one pin, in the last words; another passage, or guild, is another."""
    pins = Pins(store)
    assert pins.pin(1, 2, "犬の値段は？", "a" * 12, READERS, 5)
    assert pins.pin(1, 2, "値段は、犬の？", "a" * 12, READERS, 5)
    pins.pin(1, 2, "犬の値段は？", "b" * 12, READERS, 5)
    pins.pin(9, 2, "犬の値段は？", "a" * 12, Audience("guild", 9), 5)
    found = pins.all(1)
    assert [(one.question, one.passage, one.audience) for one in found] == [
        ("犬の値段は？", "b" * 12, READERS),
        ("値段は、犬の？", "a" * 12, READERS),
    ]
    pins.unpin(found[0].number)
    assert [one.passage for one in pins.all(1)] == ["a" * 12]


def test_pins_go_with_their_guild_and_with_who_worded_them(store: Store) -> None:
    """Whoever opted out pins nothing more, and what they worded is forgotten."""
    pins, channels = Pins(store), Channels(store)
    pins.pin(1, 2, "犬の値段は？", "a" * 12, READERS, 5)
    pins.pin(1, 2, "猫の値段は？", "a" * 12, READERS, 6)
    channels.opt_out(5)
    channels.forget_opted_out()
    assert not pins.pin(1, 2, "鳥の値段は？", "a" * 12, READERS, 5)
    assert [one.question for one in pins.all(1)] == ["猫の値段は？"]
    Guilds(store).forget(1)
    assert pins.all(1) == []
