from __future__ import annotations

from index.audience import Audience
from index.store.discord.channel_sources import ChannelSources
from index.store.discord.guilds import Guilds
from index.store.store import Store


def sources(store: Store, count: int) -> list[int]:
    """So many sources, all in use."""
    return [store.put_source("folder", f"/{number}", Audience()) for number in range(count)]


def test_a_source_that_is_removed_leaves_the_choice(store: Store) -> None:
    """What is left is chosen still; where nothing is, nothing is, rather than everything."""
    choices, (one, other, new) = ChannelSources(store), sources(store, 3)
    assert choices.chosen(2) is None
    choices.choose(1, 2, [one, other, 999])
    assert choices.chosen(2) == frozenset({one, other})
    assert choices.chosen(3) is None
    store.remove_source(one)
    assert choices.chosen(2) == frozenset({other})
    store.remove_source(other)
    assert choices.chosen(2) == frozenset()
    choices.add(1, 2, new)
    choices.add(1, 2, new)
    choices.add(1, 3, new)
    assert (choices.chosen(2), choices.chosen(3)) == (frozenset({new}), None)
    choices.choose_all(2)
    assert choices.chosen(2) is None


def test_a_choice_is_forgotten_with_its_guild(store: Store) -> None:
    """Whatever else there is of the guild."""
    choices, (one,) = ChannelSources(store), sources(store, 1)
    choices.choose(1, 2, [one])
    choices.choose(7, 8, [one])
    Guilds(store).note_present([7])
    Guilds(store).forget(1)
    assert (choices.chosen(2), choices.chosen(8)) == (None, frozenset({one}))
