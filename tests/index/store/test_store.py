from __future__ import annotations

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from sqlalchemy import select, update

from index.audience import CHANNEL, EVERYBODY, GUILD, ROLES, Audience
from index.errors import SourceGone
from index.store.connection import reading
from index.store.rows import ANALYSIS_VERSION
from index.store.schema import contexts, documents
from index.store.store import Store
from tests.index.store.conftest import Files
from tests.index.store.examples import analysed, document, numbers, put, texts
from tests.index.store.postgresql import Server

AUDIENCES = [
    Audience(),
    Audience(GUILD, guild=2**63 - 1),
    Audience(CHANNEL, guild=1, channel=2),
    Audience(ROLES, guild=1, roles=(7, 30, 200)),
]


def test_a_new_store_is_empty(store: Store) -> None:
    """A new store has an identity, no changes, and nothing in it."""
    identity, generation, token = store.state()
    assert len(identity) == len(token) == 32
    assert generation == 0
    assert store.sources() == []
    assert store.documents() == []
    assert store.size() == 0
    assert texts(store) == []
    with store.changes(0) as changes:
        assert (changes.removed, list(changes.added)) == ([], [])


def test_passages_come_back_as_they_were_put(store: Store, source: int) -> None:
    """All fields of a passage, its sentences and terms are as they were; its own URL goes before the document's."""
    whole = document("a.md", "一つ目。", "二つ目。", url="https://example.com/a")
    own = whole.passages[1][0]._replace(url="https://example.com/b")
    put(store, source, whole._replace(passages=[whole.passages[0], (own, analysed("二つ目。"))]))
    kept = [one for _, _, one in store.all()]
    assert [one.passage._replace(changed=None) for one in kept] == [whole.passages[0][0], own]
    assert [sentence.text for one in kept for sentence in one.sentences] == ["一つ目。", "二つ目。"]
    assert {one.source for one in kept} == {source}
    assert len({one.document for one in kept}) == 1
    assert store.passages(numbers(store)) == {one.number: one for one in kept}
    with store.changes(0) as changes:
        assert [one.terms for one in changes.added] == [analysed(one.passage.text).terms for one in kept]


def test_changes_have_what_an_index_needs(store: Store, source: int) -> None:
    """Of an added passage they have its position in the document and its context."""
    put(store, source, document("a.md", "一。", "二。", title="手引き"))
    with store.changes(0) as changes:
        first, second = changes.added
    assert first[2:] == (source, "/handbook", "a.md", 0, "手引き", "見出し", "鈴木さん", "開発部")
    assert (second.place, second.number) == (1, first.number + 1)


def test_a_document_that_says_the_same_is_as_old_as_it_was(store: Store, source: int) -> None:
    """Read anew, perhaps by another version, it has not changed; edited it has. The day that it says itself is kept."""
    long_ago = "2026-01-01T00:00:00+00:00"
    first = document("a.md", "一。", "二。")
    put(store, source, first._replace(document=first.document._replace(dated="2025-12-24")))
    with store.engine.begin() as connection:
        connection.execute(update(documents).values(changed=long_ago))
    put(store, source, document("a.md", "一。", "二。", digest="another"), document("b.md", "三。"))
    changed = {name: kept.passage.changed for _, name, kept in store.all()}
    assert changed["a.md"] == long_ago
    assert changed["b.md"] != long_ago
    put(
        store, source, first._replace(document=first.document._replace(dated="2025-12-24"), passages=first.passages[:1])
    )
    edited = next(kept.passage for _, name, kept in store.all() if name == "a.md")
    assert edited.changed != long_ago
    assert edited.dated == "2025-12-24"


def test_a_document_replaces_one_of_its_name(store: Store, source: int) -> None:
    """In its source, the later of two documents of one name is kept; in another source there can be another."""
    other = store.put_source("file", "/faq.txt", Audience())
    put(store, source, document("a.md", "古い。"), document("b.md", "同じ。"))
    put(store, other, document("a.md", "別。"))
    put(store, source, document("a.md", "新しい。", "もっと。", digest="e"))
    assert texts(store) == [
        ("/handbook", "b.md", "同じ。"),
        ("/handbook", "a.md", "新しい。"),
        ("/handbook", "a.md", "もっと。"),
        ("/faq.txt", "a.md", "別。"),
    ]
    assert store.digests(source) == {"a.md": "e", "b.md": "d"}


def test_documents_are_removed_by_name(store: Store, source: int) -> None:
    """Removing leaves the others, and an unknown name is no error."""
    put(store, source, document("a.md", "一。"), document("b.md", "二。"))
    put(store, source, document("c.md", "三。"), removed=["a.md", "ない.md"])
    assert [name for _, name, _ in texts(store)] == ["b.md", "c.md"]


def test_more_documents_are_removed_at_once_than_a_statement_can_name(store: Store, source: int) -> None:
    """Forty thousand names are more than SQLite takes in one statement."""
    put(store, source, document("39999.md", "一。"))
    put(store, source, removed=[f"{number}.md" for number in range(40_000)])
    assert store.size() == 0


def test_a_source_is_removed_with_its_documents(store: Store, source: int) -> None:
    """Nothing of a removed source is left, other sources stay, and its location can be used again."""
    other = store.put_source("file", "/faq.txt", Audience())
    put(store, source, document("a.md", "一。"))
    put(store, other, document("a.md", "二。"))
    store.remove_source(source)
    assert texts(store) == [("/faq.txt", "a.md", "二。")]
    assert [one.number for one in store.sources()] == [other]
    assert store.put_source("folder", "/handbook", Audience()) not in (source, other)


def test_documents_and_passages_of_a_source_are_counted(store: Store, source: int) -> None:
    """Sources are in the order in which they were added, with their counts."""
    empty = store.put_source("file", "/faq.txt", AUDIENCES[1])
    put(store, source, document("a.md", "一。", "二。"), document("b.md"))
    first, second = store.sources()
    assert (first.number, first.kind, first.location, first.documents, first.passages) == (
        source,
        "folder",
        "/handbook",
        2,
        2,
    )
    assert (second.number, second.audience, second.documents, second.passages) == (empty, AUDIENCES[1], 0, 0)
    assert store.locations() == [(first.number, "folder", "/handbook"), (empty, "file", second.location)]


def test_a_source_is_added_once(store: Store, source: int) -> None:
    """A known location is the same source, unchanged."""
    assert store.put_source("file", "/handbook", AUDIENCES[1]) == source
    (only,) = store.sources()
    assert (only.kind, only.audience) == ("folder", Audience())


def test_every_kind_of_audience_comes_back(store: Store) -> None:
    """The audience of each source is stored, with roles in ascending order."""
    kept = {store.put_source("file", f"/{kind}", one): one for kind, one in enumerate(AUDIENCES)}
    unsorted = store.put_source("file", "/unsorted", Audience(ROLES, guild=1, roles=(200, 7, 30)))
    assert store.audiences() == kept | {unsorted: AUDIENCES[3]}
    assert {one.audience.kind for one in store.sources()} == {EVERYBODY, GUILD, CHANNEL, ROLES}


def test_every_change_is_a_generation(store: Store, source: int) -> None:
    """Each change of documents is a new generation, whatever it changes; the identity stays."""
    before = store.state()
    states = [
        put(store, source, document("a.md", "一。"), document("b.md", "二。")),
        put(store, source, removed=["a.md"]),
        put(store, source),
        store.remove_source(source),
    ]
    assert [state.generation for state in states] == [1, 2, 3, 4]
    assert {state.identity for state in states} == {before.identity}
    assert store.state() == states[-1]


def test_changes_since_a_generation(store: Store, source: int) -> None:
    """Passages added and removed after a generation, and nothing from before; since 0 all passages."""
    put(store, source, document("a.md", "一。"), document("b.md", "二。"))
    first, second = numbers(store)
    put(store, source, document("c.md", "三。"), removed=["a.md"])
    third = numbers(store)[-1]
    found = []
    for since in (0, 1, 2):
        with store.changes(since) as changes:
            assert changes.state == store.state()
            found.append((changes.removed, [one.number for one in changes.added]))
    assert found == [([], [second, third]), ([first], [third]), ([], [])]


def test_numbers_are_never_used_again(store: Store, source: int) -> None:
    """Passages and sources get higher numbers than any before them, also after all were removed."""
    seen: list[int] = []
    for _ in range(3):
        put(store, source, document("a.md", "一。", "二。"))
        seen += numbers(store)
        put(store, source, removed=["a.md"])
    assert seen == sorted(set(seen))
    store.remove_source(source)
    assert store.put_source("folder", "/handbook", Audience()) > source


def test_changes_are_a_consistent_snapshot(store: Store, source: int) -> None:
    """What changes while they are read is among the next changes."""
    put(store, source, *(document(f"{number}.md", "一。") for number in range(5)))
    with store.changes(0) as changes:
        added = [next(changes.added)]
        put(store, source, document("new.md", "二。"), removed=["3.md"])
        added += changes.added
    assert [one.document for one in added] == ["0.md", "1.md", "2.md", "3.md", "4.md"]
    assert changes.state.generation == 1
    with store.changes(1) as changes:
        assert ([one.document for one in changes.added], len(changes.removed)) == (["new.md"], 1)


def test_each_generation_has_a_token(store: Store, source: int) -> None:
    """By it a copy with other changes is recognised, which has other tokens from there on."""
    put(store, source, document("a.md", "一。"))
    before = store.state()
    put(store, source, document("b.md", "二。"))
    with store.changes(before.generation) as changes:
        assert changes.base_token == before.token != store.state().token
    with store.changes(99) as changes:
        assert changes.base_token is None


def test_nothing_is_added_to_a_removed_source(store: Store, source: int) -> None:
    """A source that was removed while its files were being read stays removed."""
    store.remove_source(source)
    before = store.state()
    with pytest.raises(SourceGone):
        put(store, source, document("a.md", "一。"))
    assert store.state() == before


def test_only_an_empty_source_is_removed_as_such(store: Store, source: int) -> None:
    """Documents that another process added meanwhile stay."""
    put(store, source, document("a.md", "一。"))
    store.remove_empty_source(source)
    assert store.size() == 1
    put(store, source, removed=["a.md"])
    store.remove_empty_source(source)
    assert store.locations() == []


def test_neighbours_of_a_passage(store: Store, source: int) -> None:
    """Neighbours are those in the same document, in reading order; a removed passage has none."""
    put(store, source, document("a.md", *"abcde"), document("b.md", "f"))
    found = numbers(store)
    around = {
        (position, distance): "".join(one.passage.text for one in store.around(found[position], distance))
        for position, distance in ((0, 1), (2, 1), (2, 9), (4, 2), (5, 3), (3, 0))
    }
    assert around == {(0, 1): "ab", (2, 1): "bcd", (2, 9): "abcde", (4, 2): "cde", (5, 3): "f", (3, 0): "d"}
    put(store, source, removed=["a.md"])
    assert store.around(found[0], 3) == []


def test_passages_of_documents_with_a_title(store: Store, source: int) -> None:
    """A title finds the passages of every document that has it, of all sources or of some."""
    other = store.put_source("file", "/faq.txt", Audience())
    put(store, source, document("a.md", "一。", "二。", title="規則"), document("b.md", "三。", title="手引き"))
    put(store, other, document("c.md", "四。", title="規則"))
    found = numbers(store)
    assert store.titled({"規則"}) == [found[0], found[1], found[3]]
    assert store.titled({"規則", "手引き"}, [source]) == found[:3]
    assert store.titled({"規則"}, [other]) == [found[3]]
    assert store.titled({"規則"}, []) == store.titled({"ない"}) == store.titled([]) == []


def test_passages_of_one_document(store: Store, source: int) -> None:
    """A passage finds those of its own document alone, also where another has its title; one that is gone finds none."""
    put(store, source, document("a.md", "一。", "二。", title="規則"), document("b.md", "三。", title="規則"))
    first, second, third = numbers(store)
    assert store.in_document_of(second) == [first, second]
    assert store.in_document_of(third) == [third]
    assert store.in_document_of(third + 1) == []


def test_documents_of_some_sources(store: Store, source: int) -> None:
    """Documents are listed with their passages counted, of all sources or of some."""
    other = store.put_source("file", "/faq.txt", Audience())
    put(store, source, document("a.md", "一。", "二。", title="規則"), document("b.md", title="空"))
    put(store, other, document("c.md", "四。", title="問答"))
    assert store.documents() == [("規則", "総務部", 2), ("空", "総務部", 0), ("問答", "総務部", 1)]
    assert store.documents([other]) == [("問答", "総務部", 1)]
    assert store.documents([]) == []


def test_passages_with_an_id(store: Store, source: int) -> None:
    """An id finds every passage that has it; of two documents of one name and text both."""
    other = store.put_source("file", "/faq.txt", Audience())
    for number in (source, other):
        put(store, number, document("a.md", "一。"))
    found = [one for _, _, one in store.all()]
    assert store.with_id(found[0].passage.id) == found
    assert store.with_id("ffffffffffff") == []


def test_passages_by_number(store: Store, source: int) -> None:
    """Unknown numbers are left out."""
    put(store, source, document("a.md", "一。"))
    (number,) = numbers(store)
    assert list(store.passages([number, number + 1, 0])) == [number]
    assert store.passages([]) == {}


def test_analyses_of_a_document_by_text(store: Store, source: int) -> None:
    """The analyses of a document's texts can be reused, unless an older version made them."""
    put(store, source, document("a.md", "一。", "二。"))
    assert store.analyses(source, "a.md") == {text: analysed(text) for text in ("一。", "二。")}
    assert store.analyses(source, "b.md") == store.analyses(source + 1, "a.md") == {}
    with store.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE passages SET analysis = {ANALYSIS_VERSION - 1} WHERE text = '一。'")  # noqa: S608
    assert list(store.analyses(source, "a.md")) == ["二。"]


@pytest.mark.parametrize("text", ["'; DROP TABLE passages; --", "\x1f", "𠮟る🎉👩‍👩‍👧", "%_\\", "あ" * 100_000])
def test_any_text_is_stored_as_it_is(store: Store, source: int, text: str) -> None:
    """Whatever characters a text contains, it comes back."""
    name = text[:500]
    put(store, source, document(name, text, title=name))
    assert texts(store) == [("/handbook", name, text)]
    assert store.digests(source) == {name: "d"}
    assert store.titled([name]) == numbers(store)


def test_a_store_is_what_it_was_after_a_restart(store: Store, source: int, url: str) -> None:
    """Another process finds the same collection."""
    state = put(store, source, document("a.md", "一。"))
    store.close()
    again = Store.open(url)
    assert again.state() == state
    assert texts(again) == [("/handbook", "a.md", "一。")]
    again.close()


class StoreMachine(RuleBasedStateMachine):
    """After any sequence of changes the store has the content of a dict, and an index can follow."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self.store = Store.open(url)
        self.model: dict[str, dict[str, list[str]]] = {}
        self.known: dict[int, str] = {}
        self.seen = self.store.state()
        self.all_numbers: set[int] = set()

    def source_of(self, location: str) -> int:
        """The source at a location, which is added if it is new."""
        self.model.setdefault(location, {})
        return self.store.put_source("folder", location, Audience())

    @rule(
        location=st.sampled_from("xy"),
        new=st.dictionaries(st.sampled_from("abc"), st.lists(st.sampled_from(["一。", "二。", "三。"]), max_size=3)),
        removed=st.sets(st.sampled_from("abcd")),
    )
    def put(self, location: str, new: dict[str, list[str]], removed: set[str]) -> None:
        """Put documents, and remove others."""
        source = self.source_of(location)
        generation = self.store.state().generation
        state = self.store.put(source, [document(name, *found) for name, found in new.items()], removed - new.keys())
        assert state.generation == generation + 1
        there = {name: found for name, found in self.model[location].items() if name not in removed}
        self.model[location] = there | new

    @rule(location=st.sampled_from("xy"))
    def remove_source(self, location: str) -> None:
        """Remove a source."""
        self.store.remove_source(self.source_of(location))
        del self.model[location]

    @rule()
    def follow(self) -> None:
        """Let an index follow the changes."""
        with self.store.changes(self.seen.generation) as changes:
            for number in changes.removed:
                self.known.pop(number, None)
            added = {one.number: one.document for one in changes.added}
            assert not added.keys() & self.known.keys()
            # The number of another passage is never used again.
            assert not added.keys() & self.all_numbers
            self.known |= added
            self.all_numbers |= added.keys()
            self.seen = changes.state
        assert self.known == {kept.number: name for _, name, kept in self.store.all()}

    @invariant()
    def has_what_the_model_has(self) -> None:
        """The store has the passages of the model, and counts them right."""
        expected = [(at, name, text) for at in self.model for name in self.model[at] for text in self.model[at][name]]
        assert sorted(texts(self.store)) == sorted(expected)
        assert self.store.size() == len(expected)
        assert {one.location: one.documents for one in self.store.sources()} == {
            location: len(found) for location, found in self.model.items()
        }
        for location, found in self.model.items():
            (source,) = (number for number, _, there in self.store.locations() if there == location)
            assert self.store.digests(source).keys() == found.keys()

    def teardown(self) -> None:
        """Close the store."""
        self.store.close()


def test_a_store_has_what_a_dict_has(databases: Files | Server) -> None:
    """The state machine finds no difference."""
    several = settings(max_examples=5 if isinstance(databases, Server) else 15, stateful_step_count=12, deadline=None)

    class OnThese(StoreMachine):
        def __init__(self) -> None:
            super().__init__(databases.new_store())

    run_state_machine_as_test(OnThese, settings=several)


def test_a_context_is_stored_once(store: Store, source: int) -> None:
    """A heading is stored once for all passages under it, and removed with its document."""
    heading = "見出し" * 10_000
    made = document("a.md", *(f"{number}番。" for number in range(100)))
    made = made._replace(passages=[(one._replace(heading=heading), terms) for one, terms in made.passages])
    put(store, source, made)
    with reading(store.engine) as connection:
        assert list(connection.execute(select(contexts.c.heading)).scalars()) == [heading]
    assert all(kept.passage.heading == heading for _, _, kept in store.all())
    put(store, source, removed=["a.md"])
    with reading(store.engine) as connection:
        assert connection.execute(select(contexts)).first() is None
