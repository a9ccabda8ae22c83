from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given

from index.ranking.engine import Entry
from index.ranking.opensearch.documents import IndexedPassage, passages_of
from index.ranking.opensearch.statistics import Change, Counted, Totals
from index.ranking.packed_terms import term_key
from tests.index.ranking.examples import SOURCES, collections

ASKED = [term_key("lemma", "猫"), term_key("kanji", "犬"), term_key("latin", "cat")]
AUDIENCES = [None, frozenset({0, 2}), frozenset({1})]


def counted(collection: Sequence[Entry]) -> Counted:
    """What the index would count of a collection."""
    passages = passages_of(collection)

    def having(key: int, some: Sequence[IndexedPassage]) -> int:
        return sum(key in one.keys.tolist() for one in some)

    found = Counted()
    found.sources = {}
    for source in SOURCES:
        if some := [one for one in passages if one.source == source]:
            lengths = zip(*(one.lengths for one in some), strict=True)
            found.sources[source] = Totals(len(some), tuple(map(sum, lengths)))
    found.by_source = {
        key: {source: having(key, [one for one in passages if one.source == source]) for source in SOURCES}
        for key in ASKED
    }
    for audience in AUDIENCES:
        some = [one for one in passages if audience is None or one.source in audience]
        found.by_audience[audience] = {key: having(key, some) for key in ASKED}
    return found


@given(before=collections(), after=collections())
def test_what_was_counted_is_brought_up_to_date(before: list[Entry], after: list[Entry]) -> None:
    """As if counted anew; what it was made of stays as it is, for questions that have begun."""
    old = counted(before)
    new = old.after(Change(passages_of(before), passages_of(after)))
    for found, expected in ((old, counted(before)), (new, counted(after))):
        assert (found.sources, found.by_audience) == (expected.sources, expected.by_audience)
        assert found.by_source == expected.by_source
