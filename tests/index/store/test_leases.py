from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest
from sqlalchemy import update

from index.store.connection import writing
from index.store.leases import Lease, Leases, all_leases, this_process
from index.store.schema import leases
from index.store.store import Store

LONG = 60.0


@pytest.fixture
def holder(url: str) -> Iterator[Callable[[str], Leases]]:
    """Makes a holder with connections of its own, as another process has."""
    stores: list[Store] = []

    def make(name: str) -> Leases:
        stores.append(Store.open(url))
        return Leases(stores[-1], name)

    yield make
    for store in stores:
        store.close()


def expire(store: Store) -> None:
    """Let the time of all leases be over."""
    with writing(store.engine) as connection:
        connection.execute(update(leases).values(until=leases.c.until - 1000 * 1000))


def test_one_of_two_holders_has_a_lease(holder: Callable[[str], Leases], store: Store) -> None:
    """What one has taken the other does not get, until it is released; others' leases are not released."""
    first, second = holder("first"), holder("second")
    assert first.acquire("shard", LONG)
    assert not second.acquire("shard", LONG)
    assert not first.acquire("shard", LONG)
    second.release(["shard"])
    assert [(one.name, one.holder) for one in all_leases(store)] == [("shard", "first")]
    first.release(["shard"])
    assert second.acquire("shard", LONG)


def test_an_expired_lease_can_be_taken_and_its_holder_notices(holder: Callable[[str], Leases], store: Store) -> None:
    """Whoever was away too long has lost it, whether somebody else took it or not."""
    first, second = holder("first"), holder("second")
    assert first.acquire_all(["a", "b"], LONG) == {"a", "b"}
    assert first.renew(["a", "b"], LONG) == {"a", "b"}
    expire(store)
    assert first.renew(["a"], LONG) == set()
    assert second.acquire_all(["a", "b"], LONG) == {"a", "b"}
    assert first.renew(["a", "b"], LONG) == set()
    assert second.renew(["a", "b"], LONG) == {"a", "b"}


def test_a_lease_expires_by_the_clock_of_the_database(holder: Callable[[str], Leases], store: Store) -> None:
    """After its time it is free; before it is told for how long it is held."""
    first, second = holder("first"), holder("second")
    assert first.acquire("shard", 0.5)
    [lease] = all_leases(store, "sh")
    assert 0 < lease.seconds <= 0.5
    assert all_leases(store, "h_") == []
    time.sleep(0.6)
    assert all_leases(store) == [Lease("shard", "first", 0)]
    assert second.acquire("shard", LONG)


def test_many_at_once_are_taken_by_one_each(holder: Callable[[str], Leases]) -> None:
    """Whatever the order, each lease has one holder."""
    holders = [holder(f"holder {number}") for number in range(4)]
    names = [f"message {number}" for number in range(25)]

    def take(one: Leases) -> list[str]:
        return [name for name in names if one.acquire(name, LONG)]

    with ThreadPoolExecutor(4) as threads:
        taken = [name for found in threads.map(take, holders) for name in found]
    assert sorted(taken) == sorted(names)


def test_what_is_mostly_held_is_taken_where_it_is_free(holder: Callable[[str], Leases]) -> None:
    """Of several what nobody else holds."""
    first, second = holder("first"), holder("second")
    first.acquire("a", LONG)
    assert second.acquire_free(["a", "b"], LONG) == {"b"}
    assert second.acquire_free(["a", "b"], LONG) == {"b"}
    assert first.acquire_free(["b"], LONG) == set()


def test_what_is_ours_or_free_is_held_longer(holder: Callable[[str], Leases], store: Store) -> None:
    """What others hold stays theirs."""
    first, second = holder("first"), holder("second")
    first.acquire_all(["a", "b"], 1)
    first.hold_all({"a": LONG, "c": LONG})
    second.hold_all(dict.fromkeys("abcd", 2 * LONG))
    held = {one.name: (one.holder, one.seconds > 1) for one in all_leases(store)}
    assert held == {"a": ("first", True), "b": ("first", False), "c": ("first", True), "d": ("second", True)}


def test_turns_follow_each_other(holder: Callable[[str], Leases], store: Store) -> None:
    """Whoever reserves gets the time after all others, and after a pause the next moment."""
    first, second = holder("first"), holder("second")
    waits = [one.reserve("identify 0", 5) for one in (first, second, first)]
    assert waits == [pytest.approx(expected, abs=1) for expected in (0, 5, 10)]
    assert first.reserve("identify 1", 5) == 0
    expire(store)
    assert second.reserve("identify 0", 5) == 0


def test_what_expired_long_ago_is_deleted(holder: Callable[[str], Leases], store: Store) -> None:
    """What is held stays, and what has expired of late."""
    first = holder("first")
    first.acquire("old", LONG)
    expire(store)
    first.acquire("new", LONG)
    first.forget_expired(3600)
    assert [one.name for one in all_leases(store)] == ["new", "old"]
    first.forget_expired(60)
    assert [one.name for one in all_leases(store)] == ["new"]


def test_no_two_processes_have_one_name(url: str) -> None:
    """Not even on one machine after another."""
    with closing(Store.open(url)):
        assert this_process() != this_process()
        assert len(this_process()) <= 128
