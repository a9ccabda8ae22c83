"""The index on OpenSearch that follows the store, on real nodes."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bot.wording import Wording
from index.audience import GUILD, Audience
from index.errors import (
    OpenSearchError,
    OpenSearchFull,
    OpenSearchIncomplete,
    OpenSearchIndexNotReady,
    OpenSearchUnreachable,
    OpenSearchVersionUnsupported,
)
from index.query.question import Question
from index.ranking.opensearch import cluster as requests
from index.ranking.opensearch import generations, statistics
from index.search.knowledge import Admits, Knowledge, everything
from index.search.shared_ranking_index import SharedRankingIndex
from index.store.store import Store
from tests.loopback_opensearch import LoopbackOpenSearch
from tests.opensearch_servers import OpenSearchServers, free_ports
from tests.stores import document, new_store, put

WORDS = "休暇 会議 予約 研修 費用 出張 在宅 勤務 備品 申請 承認 期限".split()
QUESTIONS = ["休暇の申請の期限は？", "会議の予約", "研修の費用", "在宅勤務", "出張の承認は誰がする？"]


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """A store with a document."""
    store = new_store(tmp_path)
    put(store, "甲", document("a.md", "有給休暇は十日です", "会議室は予約します"))
    return store


def asked(opensearch: OpenSearchServers, store: Store) -> Knowledge:
    """What is answered from."""
    return Knowledge.open(store, engine="opensearch", opensearch_url=opensearch.url)


def texts(knowledge: Knowledge, question: str = "有給休暇は何日？", admits: Admits = everything) -> list[str]:
    """The texts of the hits."""
    return [hit.passage.text for hit in knowledge.library(admits).search(Question(question), 3).hits]


def index_of(opensearch: OpenSearchServers, store: Store) -> str:
    """The name of the index that is answered from now."""
    (name,) = opensearch.get(f"/_alias/kotae-{store.state().identity}")
    return str(name)


def sentence(chance: random.Random) -> str:
    """A sentence of some of the words."""
    return "の".join(chance.choices(WORDS, k=chance.randint(2, 5)))


def test_answers_are_those_of_postings_for_every_audience(opensearch: OpenSearchServers, tmp_path: Path) -> None:
    """Hits, scores, confidence and shares: also after edits, and for who may read only some."""
    chance = random.Random(7)
    store = new_store(tmp_path)
    secret = put(
        store,
        "秘",
        *(document(f"s{number}.md", sentence(chance), sentence(chance)) for number in range(10)),
        audience=Audience(GUILD, 1),
    )
    put(store, "公", *(document(f"o{number}.md", sentence(chance), sentence(chance)) for number in range(20)))
    shared, local = asked(opensearch, store), Knowledge.open(store, engine="postings")
    for _ in range(2):
        for question in QUESTIONS:
            for admits in (lambda _: True, lambda audience: audience.kind != GUILD):
                answer = shared.library(admits).search(Question(question), 10)
                assert answer == local.library(admits).search(Question(question), 10)
        store.put(secret, [document("s3.md", sentence(chance)), document("new.md", sentence(chance))], ["s4.md"])


def test_what_another_process_changes_counts_for_the_next_question(opensearch: OpenSearchServers, store: Store) -> None:
    """Whoever is asked first brings the index up to date, and every other one sees that it is."""
    one, other = asked(opensearch, store), asked(opensearch, store)
    source = store.sources()[0].number
    store.put(source, [document("a.md", "有給休暇は二十日です")])
    assert texts(one) == ["有給休暇は二十日です。"]
    assert texts(other) == ["有給休暇は二十日です。"]
    store.remove_source(source)
    assert texts(other) == []
    assert texts(one) == []


def test_a_change_without_passages_stops_no_question(opensearch: OpenSearchServers, store: Store) -> None:
    """As that of a document in which nothing is: it is written down, and read by whoever answers next."""
    one, other = asked(opensearch, store), asked(opensearch, store)
    assert texts(one) == texts(other) == ["有給休暇は十日です。"]
    store.put(store.sources()[0].number, [document("empty.md")])
    assert texts(one) == ["有給休暇は十日です。"]
    assert texts(other) == ["有給休暇は十日です。"]


def test_after_a_change_nothing_is_counted_anew(
    opensearch: OpenSearchServers, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was counted before is brought up to date: also by who did not make the change, and for both audiences."""
    put(store, "秘", document("s.md", "有給休暇は秘密です"), audience=Audience(GUILD, 1))
    audiences: list[Admits] = [lambda _: True, lambda audience: audience.kind != GUILD]
    local = Knowledge.open(store, engine="postings")
    counting: list[object] = []
    for few in (statistics._FEW_SOURCES, 0):
        monkeypatch.setattr(statistics, "_FEW_SOURCES", few)
        one, other = asked(opensearch, store), asked(opensearch, store)
        for knowledge in (one, one, other, other):
            for admits in audiences:
                texts(knowledge, admits=admits)
        with monkeypatch.context() as patch:
            patch.setattr(statistics.Snapshot, "_count", lambda *arguments: counting.append(arguments))
            patch.setattr(statistics.Snapshot, "_sum_sources", lambda *arguments: counting.append(arguments))
            for text in ("有給休暇は何日", "有給休暇は二十日です"):
                store.put(store.sources()[0].number, [document("a.md", text), document(f"{few}.md", text)])
                for knowledge in (one, other):
                    for admits in audiences:
                        expected = local.library(admits).search(Question("有給休暇は何日？"), 3)
                        assert knowledge.library(admits).search(Question("有給休暇は何日？"), 3) == expected
        one.close()
        other.close()
    assert not counting


def test_processes_that_start_at_once_make_one_index(
    opensearch: OpenSearchServers, store: Store, tmp_path: Path
) -> None:
    """The others wait for the one that makes it."""
    with ThreadPoolExecutor(4) as pool:
        opened = list(pool.map(lambda _: asked(opensearch, new_store(tmp_path)), range(4)))
    assert [texts(one) for one in opened] == 4 * [["有給休暇は十日です。"]]
    assert len(opensearch.get(f"/kotae-{store.state().identity}-*/_settings")) == 1


def test_an_emptied_cluster_is_filled_again(opensearch: OpenSearchServers, store: Store) -> None:
    """Before the next question is answered."""
    knowledge = asked(opensearch, store)
    opensearch.clear()
    assert texts(knowledge) == ["有給休暇は十日です。"]


def test_a_lost_passage_is_noticed(opensearch: OpenSearchServers, store: Store) -> None:
    """Before anything is quoted that would come first only because the better one is missing."""
    knowledge = asked(opensearch, store)
    lost = next(number for number in store.titled(["a.md"], None))
    name = index_of(opensearch, store)
    assert opensearch.get(f"/{name}/_doc/{lost}?refresh=true", method="DELETE")["result"] == "deleted"
    assert texts(knowledge) == ["有給休暇は十日です。"]
    assert index_of(opensearch, store) != name


def test_an_index_that_lost_something_is_not_answered_from(opensearch: OpenSearchServers, store: Store) -> None:
    """Not even while it is made anew, should that take long."""
    index = SharedRankingIndex(store, opensearch.url)
    index.refresh()
    lost = next(number for number in store.titled(["a.md"], None))
    opensearch.get(f"/{index_of(opensearch, store)}/_doc/{lost}?refresh=true", method="DELETE")
    assert not index.is_of(store.state())
    with pytest.raises(OpenSearchIndexNotReady):
        _ = index.engine.size
    opensearch.clear()
    assert not index.is_of(store.state())
    with pytest.raises(OpenSearchIndexNotReady):
        _ = index.engine.size


def test_an_index_of_another_store_is_made_anew(opensearch: OpenSearchServers, store: Store, tmp_path: Path) -> None:
    """Where a copy of a database took its place and was changed since, the generations do not continue the same way."""
    store.close()
    before = (tmp_path / "kotae.db").read_bytes()
    changed = new_store(tmp_path)
    put(changed, "甲", document("b.md", "有給休暇は四十日です"))
    assert len(texts(asked(opensearch, changed))) == 2
    changed.close()
    (tmp_path / "kotae.db").write_bytes(before)
    set_back = new_store(tmp_path)
    put(set_back, "乙", document("c.md", "研修は四月です"))
    put(set_back, "乙", document("d.md", "研修は五月です"))
    assert texts(asked(opensearch, set_back)) == ["有給休暇は十日です。"]


def test_a_change_that_was_cut_short_is_made_again(
    opensearch: OpenSearchServers, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The process was killed after it had sent what was new, and before it said so; the index is not made anew for it."""
    monkeypatch.setattr(generations, "_LEASE", 0.3)
    knowledge = asked(opensearch, store)
    name = index_of(opensearch, store)
    put(store, "乙", document("b.md", "有給休暇は四十日です"))
    with monkeypatch.context() as killed:
        say = generations.Generations.say_made_of
        killed.setattr(generations.Lease, "release", lambda _lease: None)

        def say_changing(*arguments: object, changing: bool = False) -> None:
            if not changing:
                raise KeyboardInterrupt
            say(*arguments, changing=True)  # type: ignore[arg-type]

        killed.setattr(generations.Generations, "say_made_of", say_changing)
        with pytest.raises(KeyboardInterrupt):
            SharedRankingIndex(store, opensearch.url).refresh()
    assert len(texts(knowledge)) == 2
    assert index_of(opensearch, store) == name


def test_what_an_unfinished_generation_left_is_deleted(opensearch: OpenSearchServers, store: Store) -> None:
    """And it is never answered from."""
    identity = store.state().identity
    opensearch.get(f"/kotae-{identity}-unfinished", method="PUT")
    assert texts(asked(opensearch, store)) == ["有給休暇は十日です。"]
    assert list(opensearch.get(f"/kotae-{identity}-*/_settings")) == [index_of(opensearch, store)]


def test_what_was_removed_can_be_erased(opensearch: OpenSearchServers, store: Store) -> None:
    """The nodes write it anew without; that takes them half a minute, and no question has to wait for it."""
    knowledge = asked(opensearch, store)
    store.remove_source(store.sources()[0].number)
    put(store, "乙", document("b.md", "研修は四月です"))
    knowledge.erase_index()
    assert texts(knowledge, "研修はいつ？") == ["研修は四月です。"]
    knowledge.close()


def test_a_full_disk_is_said(opensearch: OpenSearchServers, store: Store) -> None:
    """As a node does it that has no room: the index may be read, and nothing be written."""
    knowledge = asked(opensearch, store)
    put(store, "乙", document("b.md", "研修は四月です"))
    block = {"index.blocks.read_only_allow_delete": True}
    opensearch.get(f"/{index_of(opensearch, store)}/_settings", method="PUT", body=block)
    with pytest.raises(OpenSearchFull):
        texts(knowledge)


def test_a_cluster_that_lacks_shards_is_said(
    opensearch: OpenSearchServers, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An index whose shards can be on no node stands for one whose nodes are down."""
    monkeypatch.setattr(requests, "_PATIENCE", 0.3)
    knowledge = asked(opensearch, store)
    nowhere = {"index.routing.allocation.require._name": "nowhere"}
    name = index_of(opensearch, store)
    opensearch.get(f"/{name}", method="DELETE")
    made = {"settings": {"number_of_shards": 1, **nowhere}, "aliases": {f"kotae-{store.state().identity}": {}}}
    opensearch.get(f"/{name}?wait_for_active_shards=0&timeout=0s", method="PUT", body=made)
    with pytest.raises(OpenSearchIncomplete):
        texts(knowledge)


def test_no_server_is_said_without_the_password(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """In one sentence."""
    monkeypatch.setattr(requests, "_PATIENCE_UNCONNECTED", 0.1)
    pytest.importorskip("opensearchpy")
    (port,) = free_ports(1)
    with pytest.raises(OpenSearchUnreachable) as raised:
        Knowledge.open(store, engine="opensearch", opensearch_url=f"http://me:secret@127.0.0.1:{port}")
    assert "secret" not in f"{raised.value}{Wording('ja').of_error(raised.value)}"


ANSWERS = {
    "a wrong password": (401, {}, "OpenSearchLoginRefused"),
    "a missing right": (
        403,
        {"error": {"type": "security_exception", "reason": "no permissions"}},
        "OpenSearchForbidden",
    ),
    "a full disk": (
        429,
        {"error": {"type": "cluster_block_exception", "reason": "index has read-only-allow-delete block;"}},
        "OpenSearchFull",
    ),
    "a red cluster": (503, {"error": {"type": "search_phase_execution_exception"}}, "OpenSearchIncomplete"),
    "another refusal": (400, {"error": {"type": "other", "reason": "why"}}, "OpenSearchRefused"),
    "failed shards": (200, {"_shards": {"total": 2, "successful": 1, "failed": 1}}, "OpenSearchIncomplete"),
    "too late": (200, {"timed_out": True, "_shards": {"failed": 0}}, "OpenSearchIncomplete"),
}


@pytest.mark.parametrize("kind", ANSWERS)
def test_each_cause_has_its_sentence(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """In both languages, and none of them is taken for an answer."""
    monkeypatch.setattr(requests, "_PATIENCE", 0.2)
    status, body, cause = ANSWERS[kind]
    with LoopbackOpenSearch([(status, body)]) as server, pytest.raises(OpenSearchError) as raised:
        server.cluster().search("kotae", {})
    assert type(raised.value).__name__ == cause
    for language in ("ja", "en"):
        assert server.shown in Wording(language).of_error(raised.value)


def test_a_part_of_an_answer_is_asked_for_again() -> None:
    """Failed shards come back when another node has taken over."""
    whole = {"_shards": {"failed": 0}, "hits": {"hits": []}}
    with LoopbackOpenSearch([(200, {"_shards": {"failed": 1}}), (503, {}), (200, whole)]) as server:
        assert server.cluster().search("kotae", {}) == whole


@pytest.mark.parametrize("version", [{"number": "2.18.0", "distribution": "opensearch"}, {"number": "8.1.0"}])
def test_another_product_or_an_old_version_is_refused(version: dict[str, str]) -> None:
    """Whatever else it might answer."""
    with LoopbackOpenSearch([(200, {"version": version})]) as server, pytest.raises(OpenSearchVersionUnsupported):
        server.cluster().check_version()
