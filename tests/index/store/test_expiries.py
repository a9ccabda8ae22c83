from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import update

from index.errors import SourceGone
from index.store.discord.channels import Channels
from index.store.expiries import Expiries, Expiry, in_days
from index.store.rows import now
from index.store.schema import documents
from index.store.store import Store
from tests.index.store.examples import document, put

LONG_AGO = "2026-01-01T00:00:00+00:00"


@pytest.fixture
def due(store: Store, source: int) -> Expiry:
    """An expiry that is due, of a source with a document."""
    put(store, source, document("a.md", "一。"))
    return Expiries(store).set(Expiry(source, now(), 30, owner=5))


def test_what_is_due_is_told_of_once(store: Store, due: Expiry) -> None:
    """Of several that would tell of it at once one does, until it is due again."""
    expiries = Expiries(store)
    with ThreadPoolExecutor() as pool:
        assert sorted(pool.map(lambda _: expiries.mark_told(due), range(4))) == [False, False, False, True]
    assert expiries.untold() == []
    expiries.mark_untold(due)
    assert expiries.untold() == [due]


def test_what_is_still_right_is_due_again_later(store: Store, due: Expiry) -> None:
    """Extending counts from now, and once: a second click changes nothing. What never expires stays so."""
    expiries = Expiries(store)
    expiries.mark_told(due)
    extended = expiries.extend(due.source)
    assert extended
    assert extended.due >= in_days(29)
    assert expiries.extend(due.source) == extended
    assert expiries.untold() == []
    expiries.unset(due.source)
    assert expiries.extend(due.source) is None


def test_passages_and_sources_say_since_when_they_need_review(store: Store, source: int) -> None:
    """Only once it is due, and only what has not changed since."""
    put(store, source, document("a.md", "一。"))
    expiries = Expiries(store)
    (listed,), ((_, _, kept),) = store.sources(), store.all()
    assert (listed.due, listed.needs_review_since, kept.passage.needs_review_since) == (None, None, None)
    assert listed.changed == kept.passage.changed
    for when, since in ((in_days(1), None), (now(), now()), (LONG_AGO, None)):
        expiries.set(Expiry(source, when, 30))
        with store.engine.begin() as connection:
            # So that it is not of this very second.
            connection.execute(update(documents).values(changed="2026-02-01T00:00:00+00:00"))
        (listed,), ((_, _, kept),) = store.sources(), store.all()
        assert listed.needs_review_since == kept.passage.needs_review_since
        assert bool(listed.needs_review_since) is bool(since)
        assert listed.due == when


def test_an_expiry_goes_with_its_source_and_its_owner_when_they_ask(store: Store, due: Expiry) -> None:
    """Whoever opts out is not known any more, though the expiry stays; a source that is gone cannot expire."""
    expiries = Expiries(store)
    Channels(store).opt_out(5)
    assert expiries.all() == [due._replace(owner=None)]
    assert expiries.set(due).owner is None
    store.remove_source(due.source)
    assert expiries.all() == []
    with pytest.raises(SourceGone):
        expiries.set(due)
