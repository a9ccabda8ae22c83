from __future__ import annotations

import io
import tempfile
import zipfile
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from index.audience import Audience
from index.errors import BackupInvalid, BackupNewer, WorkFailed
from index.intake.worker import Worker
from index.progress import no_progress
from index.query.question import Question
from index.search.knowledge import Knowledge
from index.search.library import Library
from index.search.ranking_index import RankingIndex
from index.store.backup.backup import DATABASE, MANIFEST, back_up
from index.store.backup.restoring import restore, verified_backup
from index.store.connection import writing
from index.store.discord.channel_sources import ChannelSources
from index.store.discord.channels import Channels
from index.store.discord.guilds import Guilds
from index.store.discord.help_requests import HelpRequests
from index.store.discord.message_rows import SAVED, Message
from index.store.discord.pins import Pins
from index.store.discord.unanswered_questions import Asking, UnansweredQuestions
from index.store.expiries import Expiries, Expiry
from index.store.health import examine
from index.store.jobs import Jobs
from index.store.question_counts import Asked, QuestionCounts
from index.store.schema import NOT_BACKED_UP, messages, metadata, passages
from index.store.store import Store
from index.store.vectors import encoded_passages
from tests.index.store import examples
from tests.index.store.backup.test_backup import Parts, modify, sealed
from tests.stores import document, new_store, put

SENT = "2026-11-24T00:00:00+00:00"
VALUES = (
    None, 0, 1, -1, 2**31, 2**48, 2**63 - 1, 1.5, "", "x", "0", "\0", "あ" * 400, b"", b"\xff", b"\x00" * 12, "\x1b[2J",
    "2026-11-24T00:00:00+00:00", zlib.compress(b"0" * 10_000_000), zlib.compress(b"[" * 100_000), zlib.compress(b"[[1]]"),
)  # fmt: skip
COLUMNS = sorted((table.name, column.name) for table in metadata.sorted_tables for column in table.columns)


def fill(store: Store) -> None:
    """Put something into every table that a backup has, except `removals`."""
    dated = document("a.md", "有給休暇は十日です", "在宅勤務は週に三日です")
    source = put(store, "/handbook", dated._replace(document=dated.document._replace(dated="2026-04-01")))
    ChannelSources(store).choose(1, 2, [source])
    expiry = Expiry(source, SENT, 30, owner=5, channel=2)
    Expiries(store).set(expiry)
    Expiries(store).mark_told(expiry)
    quoted = examples.document("b.pdf", "残業は月に二十時間までです。", url="https://example.com/b")
    ((passage, analysed),) = quoted.passages
    quoted = quoted._replace(passages=[(passage._replace(url="https://example.com/b/1"), analysed)])
    examples.put(store, store.put_source("file", "/b.pdf", Audience()), quoted)
    channels = Channels(store)
    learnt = channels.add(store.put_source("channel", "discord:1/2", Audience("channel", 1, 2)), 2, "#質問", "会社")
    first = Message(4, 5, "花子", "昼休みは正午からです。", SENT)
    channels.take(learnt.number, [first, first._replace(id=5, text="一時間です。", replies_to=4, edited=SENT)])
    saved = channels.add(
        store.put_source(SAVED, "discord:1/3/saved", Audience("roles", 1, 0, (7, 8))), 3, "#保存", "会社"
    )
    answer = Message(
        6, 9, "部長", "経費の上限は五千円です。", SENT, None, "経費はいくら？", "https://discord.com/channels/1/3/6", 5
    )
    channels.take(saved.number, [answer])
    for identity in (7, 8):
        channels.take(learnt.number, [Message(identity, 5, "花子", "会議は三時です。", SENT)], queued=True)
    failed, *_ = Jobs(store).take()
    Jobs(store).fail(failed, WorkFailed(path="#質問", reason="甲"), for_good=True)
    Guilds(store).set(1, "auto_answer.2", SENT)
    Guilds(store).set(1, "learning.2", "5")
    Guilds(store).record_feedback(1, "有給休暇は？", "0" * 12, helpful=False, asker=5)
    Guilds(store).record_feedback(1, "昼休みは？", "1" * 12, helpful=False, asker=7, person=77, channel=2)
    Guilds(store).hide(1, "1" * 12)
    Guilds(store).set(1, "experts", "8")
    Guilds(store).set(1, "digest", "2/ja")
    Pins(store).pin(1, 2, "昼休みは？", "1" * 12, Audience("channel", 1, 2), 7)
    Pins(store).pin(1, 2, "有給休暇は？", "1" * 12, Audience("channel", 1, 2), 5)
    requests = HelpRequests(store)
    requests.note_asked(requests.claim(1, 2, 3, 7) or 0, 4, 5)
    requests.resolve(requests.asked_in(4)[0].number, 6)
    QuestionCounts(store).add({Asked("discord", 1, 2, "2026-11-24", "sure"): 3})
    UnansweredQuestions(store).record(1, "駐車場は？", Asking(2, 2, 3, 5))
    UnansweredQuestions(store).record(1, "社食は？", Asking(2, 2, 3, 9, worded_by=5))
    channels.opt_out(99)
    channels.withhold(1, 2)
    Guilds(store).note_present([])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup."""
    folder = tmp_path_factory.mktemp("small")
    with closing(Store.open(f"sqlite:///{folder / 'kotae.db'}")) as store:
        fill(store)
        back_up(store, folder / "backup.zip")
    return folder / "backup.zip"


def try_to_restore(store: Store, path: Path) -> bool:
    """Whether a backup could be restored; if not, it was refused with an error of ours."""
    try:
        with verified_backup(path) as whole:
            restore(store, whole)
    except (BackupInvalid, BackupNewer):
        return False
    return True


def works(store: Store) -> bool:
    """Whether questions can be answered with either engine, also after a change, and the database is found healthy."""
    for engine in ("memory", "postings"):
        index = RankingIndex(store, None, engine)
        index.open(no_progress)
        knowledge = Knowledge(store, index)
        put(store, "/later", document(f"{engine}.md", "後で加えた"))
        for question in ("有給休暇は何日？", "昼休みはいつ？", "経費の上限は？"):
            library: Library = knowledge.library()
            library.search(Question(question), 3)
        assert [one.audience.kind for one in store.sources()]
    with Worker(store) as worker:
        worker.work()
    return (health := examine(str(store.engine.url))).damage == "" and not health.mismatched


def test_an_undamaged_backup_is_restored(small: Path, store: Store) -> None:
    """The backup that the other tests damage is valid."""
    assert try_to_restore(store, small)
    assert works(store)


def test_something_is_in_every_column(small: Path) -> None:
    """Otherwise the tests of damaged values would test nothing."""
    with verified_backup(small) as whole, whole.engine.connect() as connection:
        empty = {
            (table.name, column.name)
            for table in metadata.sorted_tables
            if table.name not in ("removals", *(one.name for one in NOT_BACKED_UP))
            for column in table.columns
            if not connection.execute(select(func.count(column))).scalar_one()
        }
    assert empty == set()


HARMFUL = {
    "a key that is none": "UPDATE guild_settings SET value = 'zz' WHERE name = 'voters'",
    "a key that is too long": "UPDATE guild_settings SET value = value || value || value WHERE name = 'voters'",
    "a channel that is no number": "UPDATE guild_settings SET name = 'learning.x' WHERE name = 'learning.2'",
    "a message that is no number": "UPDATE guild_settings SET value = 'x' WHERE name = 'learning.2'",
    "a role that is no number": "UPDATE guild_settings SET value = '@everyone' WHERE name = 'experts'",
    "a digest in no language": "UPDATE guild_settings SET value = '2' WHERE name = 'digest'",
    "a certainty that is none": "UPDATE question_counts SET certainty = 'surely'",
    "conversations by other names": "UPDATE documents SET name = 'x' || number",
    "files as conversations": "UPDATE sources SET kind = 'channel'",
    "contexts of other documents": "UPDATE passages SET context = (SELECT MAX(number) FROM contexts)",
}


@pytest.mark.parametrize("name", HARMFUL)
def test_inconsistent_values_are_refused(small: Path, store: Store, tmp_path: Path, name: str) -> None:
    """Values of the right types by which later reads, votes or removals would fail."""
    modify(small, tmp_path / "hostile.zip", sealed(HARMFUL[name]))
    before = store.state()
    assert not try_to_restore(store, tmp_path / "hostile.zip")
    assert store.state() == before


@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_no_row_can_harm(small: Path, data: st.DataObject) -> None:
    """Whatever value is in a row: the backup is refused and nothing changed, or the restored store works."""
    table, column = data.draw(st.sampled_from(COLUMNS))
    value, which = data.draw(st.sampled_from(VALUES)), data.draw(st.integers(0, 2))

    def rewrite(parts: Parts) -> None:
        row = f"rowid = (SELECT rowid FROM {table} LIMIT 1 OFFSET {which})"  # noqa: S608 - names of ours
        parts.try_to(f"UPDATE {table} SET {column} = ? WHERE {row}", value)  # noqa: S608
        parts.seal()

    with tempfile.TemporaryDirectory() as folder, closing(new_store(Path(folder))) as store:
        modify(small, Path(folder, "hostile.zip"), rewrite)
        before = store.state()
        if try_to_restore(store, Path(folder, "hostile.zip")):
            assert works(store)
        else:
            assert store.state() == before


@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_no_page_can_harm(small: Path, data: st.DataObject) -> None:
    """Whichever bytes of the database are changed, with a manifest that matches: as with rows."""
    changes = data.draw(
        st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=8)), min_size=1)
    )

    def rewrite(parts: Parts) -> None:
        content = bytearray(parts.database.read_bytes())
        for position, new in changes:
            start = int(position * len(content))
            content[start : start + len(new)] = new
        parts.database.write_bytes(content)
        parts.seal()

    with tempfile.TemporaryDirectory() as folder, closing(new_store(Path(folder))) as store:
        modify(small, Path(folder, "hostile.zip"), rewrite)
        before = store.state()
        if try_to_restore(store, Path(folder, "hostile.zip")):
            assert works(store)
        else:
            assert store.state() == before


def zipped(method: int, database: bytes, manifest: bytes, names: int = 0) -> bytes:
    """A ZIP of a database, a manifest, and so many other files."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr(MANIFEST, manifest)
        archive.writestr(DATABASE, database)
        for number in range(names):
            archive.writestr(f"{number:0200}", b"")
    return file.getvalue()


def damaged_lzma() -> bytes:
    """A ZIP with LZMA compression, damaged so that decompression fails."""
    whole = zipped(zipfile.ZIP_LZMA, b"x" * 1000, b"{}" + b" " * 1000)
    start = whole.index(MANIFEST.encode()) + len(MANIFEST) + 4
    return whole[:start] + b"\xff" * 5 + whole[start + 5 :]


BOMBS: dict[str, Any] = {
    "LZMA": damaged_lzma,
    "bzip2": lambda: zipped(zipfile.ZIP_BZIP2, b"\0" * 10_000_000, b" " * 60_000),
    "many files": lambda: zipped(zipfile.ZIP_STORED, b"", b"{}", 1_000),
    "a deep manifest": lambda: zipped(zipfile.ZIP_DEFLATED, b"", b"[" * 60_000),
    "a manifest of large numbers": lambda: zipped(zipfile.ZIP_DEFLATED, b"", b'{"format": ' + b"9" * 60_000 + b"}"),
    "a manifest that is no text": lambda: zipped(zipfile.ZIP_DEFLATED, b"", b"\xff\xfe\x00"),
    "a list": lambda: zipped(zipfile.ZIP_DEFLATED, b"", b"[]"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_no_archive_can_harm(store: Store, tmp_path: Path, name: str) -> None:
    """However it is packed, and whatever its manifest says, it is refused before it is unpacked."""
    (tmp_path / "bomb.zip").write_bytes(BOMBS[name]())
    assert not try_to_restore(store, tmp_path / "bomb.zip")


def test_a_suspicious_compression_ratio_is_refused(small: Path, tmp_path: Path) -> None:
    """A gigabyte of zeros takes a megabyte in a ZIP, which no backup does, whatever its manifest says."""
    path = tmp_path / "bomb.zip"

    def grow(parts: Parts) -> None:
        with parts.database.open("ab") as file:
            file.truncate(100_000_000)
        parts.seal()

    modify(small, path, grow, zipfile.ZIP_DEFLATED)
    with pytest.raises(BackupInvalid, match="tight"), verified_backup(path):
        pass


def test_terms_and_outlines_are_made_anew(small: Path, store: Store, tmp_path: Path) -> None:
    """Those of a backup are not trusted: neither those of another text nor a decompression bomb does harm."""

    def spoil(parts: Parts) -> None:
        parts.try_to("UPDATE passages SET terms = x'00', outline = ?", zlib.compress(b"0" * 100_000_000))
        parts.seal()

    modify(small, tmp_path / "spoilt.zip", spoil)
    assert try_to_restore(store, tmp_path / "spoilt.zip")
    assert works(store)


def test_vectors_are_not_taken_from_a_backup(small: Path, store: Store, tmp_path: Path) -> None:
    """None that we made has any; by those of another text a passage would be found for what it does not say."""
    forged = "INSERT INTO passage_vectors SELECT number, 'encoder', x'00' FROM passages"
    modify(small, tmp_path / "forged.zip", sealed(forged))
    assert try_to_restore(store, tmp_path / "forged.zip")
    assert encoded_passages(store, "encoder") == set()


def test_mismatched_passages_are_counted(store: Store) -> None:
    """Passages are counted whose terms or outlines are damaged or those of another text."""
    put(store, "/handbook", document("a.md", "有給休暇は十日です", "在宅勤務は週に三日です", "昼休みは正午です"))
    url = str(store.engine.url)
    assert examine(url).mismatched == 0
    (first, *_, last) = (kept.number for _, _, kept in store.all())
    with writing(store.engine) as connection:
        connection.execute(passages.update().where(passages.c.number == first).values(terms=b"\0"))
        others = passages.select().with_only_columns(passages.c.outline).where(passages.c.number == first)
        connection.execute(passages.update().where(passages.c.number == last).values(outline=others.scalar_subquery()))
    assert examine(url).mismatched == 2


def test_opted_out_people_stay_opted_out(small: Path, store: Store) -> None:
    """Nothing is restored that people wrote or asked who opted out since the backup, or according to `also_opted_out`."""
    Channels(store).opt_out(5)
    with verified_backup(small) as whole:
        restore(store, whole, also_opted_out={9: SENT})
    channels = Channels(store)
    assert channels.opted_out().keys() == {5, 9, 99}
    assert channels.opted_out()[9] == SENT
    assert sorted(kept.passage.text for _, _, kept in store.all()) == [
        "在宅勤務は週に三日です。",
        "有給休暇は十日です。",
        "残業は月に二十時間までです。",
    ]
    with store.engine.connect() as connection:
        assert connection.execute(messages.select()).all() == []
    assert (UnansweredQuestions(store).all(), [one.question for one in Guilds(store).feedback()]) == (
        [],
        ["昼休みは？"],
    )
    assert [one.question for one in Pins(store).all(1)] == ["昼休みは？"]


def test_an_answer_comes_back_without_the_question_of_somebody_who_opted_out(small: Path, store: Store) -> None:
    """The heading of a saved answer is the question, in the words of whoever asked it."""
    Channels(store).opt_out(5)
    assert try_to_restore(store, small)
    assert ("経費の上限は五千円です。", "") in {(one.passage.text, one.passage.heading) for _, _, one in store.all()}
