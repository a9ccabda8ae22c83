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
from index.errors import BackupInvalid, BackupNewer
from index.progress import no_progress
from index.query.question import Question
from index.search.knowledge import Knowledge
from index.search.library import Library
from index.search.ranking_index import RankingIndex
from index.store.backup.backup import DATABASE, MANIFEST, back_up
from index.store.backup.restoring import restore, whole_backup
from index.store.connection import writing
from index.store.discord.channels import Channels
from index.store.discord.guilds import Guilds
from index.store.discord.message_rows import SAVED, Message
from index.store.discord.unanswered_questions import Asking, Gaps
from index.store.health import examine
from index.store.schema import messages, metadata, passages
from index.store.store import Store
from tests.index.store import examples
from tests.index.store.backup.test_backup import Parts, change, sealed
from tests.index.stores import document, new_store, put

SENT = "2026-11-24T00:00:00+00:00"
VALUES = (
    None, 0, 1, -1, 2**31, 2**48, 2**63 - 1, 1.5, "", "x", "0", "\0", "あ" * 400, b"", b"\xff", b"\x00" * 12, "\x1b[2J",
    "2026-11-24T00:00:00+00:00", zlib.compress(b"0" * 10_000_000), zlib.compress(b"[" * 100_000), zlib.compress(b"[[1]]"),
)  # fmt: skip
COLUMNS = sorted((table.name, column.name) for table in metadata.sorted_tables for column in table.columns)


def fill(store: Store) -> None:
    """Something in every table but those that say what was removed."""
    put(store, "/handbook", document("a.md", "有給休暇は十日です", "在宅勤務は週に三日です"))
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
    Guilds(store).set(1, "auto_answer.2", SENT)
    Guilds(store).set(1, "learning.2", "5")
    Guilds(store).record_feedback(1, "有給休暇は？", "0" * 12, helpful=False, asker=5)
    Guilds(store).record_feedback(1, "昼休みは？", "1" * 12, helpful=False, asker=7, person=77, channel=2)
    Guilds(store).hide(1, "1" * 12)
    Gaps(store).record(1, "駐車場は？", Asking(2, 2, 3, 5))
    Gaps(store).record(1, "社食は？", Asking(2, 2, 3, 9, worded_by=5))
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


def put_in_place(store: Store, path: Path) -> bool:
    """Whether a backup could be restored; where it could not, that was told with a sentence's error."""
    try:
        with whole_backup(path) as whole:
            restore(store, whole)
    except (BackupInvalid, BackupNewer):
        return False
    return True


def works(store: Store) -> bool:
    """Whether questions find an answer with either engine, also after a change, and a doctor finds all well."""
    for engine in ("memory", "postings"):
        index = RankingIndex(store, None, engine)
        index.open(no_progress)
        knowledge = Knowledge(store, index)
        put(store, "/later", document(f"{engine}.md", "後で加えた"))
        for question in ("有給休暇は何日？", "昼休みはいつ？", "経費の上限は？"):
            library: Library = knowledge.library()
            library.search(Question(question), 3)
        assert [one.audience.kind for one in store.sources()]
    return (health := examine(str(store.engine.url))).damage == "" and not health.unfounded


def test_a_backup_as_it_was_made_is_restored(small: Path, store: Store) -> None:
    """What the other tests damage is sound."""
    assert put_in_place(store, small)
    assert works(store)


def test_something_is_in_every_column(small: Path) -> None:
    """Or what is said of damage to a column, and of its values, would be said of nothing."""
    with whole_backup(small) as whole, whole.engine.connect() as connection:
        empty = {
            (table.name, column.name)
            for table in metadata.sorted_tables
            if table.name != "removals"
            for column in table.columns
            if not connection.execute(select(func.count(column))).scalar_one()
        }
    assert empty == set()


HARMFUL = {
    "a key that is none": "UPDATE guild_settings SET value = 'zz' WHERE name = 'voters'",
    "a key that is too long": "UPDATE guild_settings SET value = value || value || value WHERE name = 'voters'",
    "a channel that is no number": "UPDATE guild_settings SET name = 'learning.x' WHERE name = 'learning.2'",
    "a message that is no number": "UPDATE guild_settings SET value = 'x' WHERE name = 'learning.2'",
    "conversations by other names": "UPDATE documents SET name = 'x' || number",
    "files as conversations": "UPDATE sources SET kind = 'channel'",
    "contexts of other documents": "UPDATE passages SET context = (SELECT MAX(number) FROM contexts)",
}


@pytest.mark.parametrize("name", HARMFUL)
def test_what_does_not_belong_together_is_refused(small: Path, store: Store, tmp_path: Path, name: str) -> None:
    """Values that are each of their kind, but which who looks at messages, votes or removes would fall over."""
    change(small, tmp_path / "hostile.zip", sealed(HARMFUL[name]))
    before = store.state()
    assert not put_in_place(store, tmp_path / "hostile.zip")
    assert store.state() == before


@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_no_row_can_harm(small: Path, data: st.DataObject) -> None:
    """Whatever stands in some row's column: the backup is refused and nothing changed, or what it makes works."""
    table, column = data.draw(st.sampled_from(COLUMNS))
    value, which = data.draw(st.sampled_from(VALUES)), data.draw(st.integers(0, 2))

    def rewrite(parts: Parts) -> None:
        row = f"rowid = (SELECT rowid FROM {table} LIMIT 1 OFFSET {which})"  # noqa: S608 - names of ours
        parts.try_to(f"UPDATE {table} SET {column} = ? WHERE {row}", value)  # noqa: S608
        parts.seal()

    with tempfile.TemporaryDirectory() as folder, closing(new_store(Path(folder))) as store:
        change(small, Path(folder, "hostile.zip"), rewrite)
        before = store.state()
        if put_in_place(store, Path(folder, "hostile.zip")):
            assert works(store)
        else:
            assert store.state() == before


@given(data=st.data())
@settings(max_examples=20, deadline=None)
def test_no_page_can_harm(small: Path, data: st.DataObject) -> None:
    """Whichever bytes of the database are changed by somebody who makes the manifest fit: as with rows."""
    changes = data.draw(
        st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.binary(min_size=1, max_size=8)), min_size=1)
    )

    def rewrite(parts: Parts) -> None:
        content = bytearray(parts.database.read_bytes())
        for place, new in changes:
            start = int(place * len(content))
            content[start : start + len(new)] = new
        parts.database.write_bytes(content)
        parts.seal()

    with tempfile.TemporaryDirectory() as folder, closing(new_store(Path(folder))) as store:
        change(small, Path(folder, "hostile.zip"), rewrite)
        before = store.state()
        if put_in_place(store, Path(folder, "hostile.zip")):
            assert works(store)
        else:
            assert store.state() == before


def zipped(method: int, database: bytes, manifest: bytes, names: int = 0) -> bytes:
    """A ZIP, with so many other files in it."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        archive.writestr(MANIFEST, manifest)
        archive.writestr(DATABASE, database)
        for number in range(names):
            archive.writestr(f"{number:0200}", b"")
    return file.getvalue()


def damaged_lzma() -> bytes:
    """A ZIP whose contents are packed with LZMA, and damaged so that the unpacker fails."""
    whole = zipped(zipfile.ZIP_LZMA, b"x" * 1000, b"{}" + b" " * 1000)
    place = whole.index(MANIFEST.encode()) + len(MANIFEST) + 4
    return whole[:place] + b"\xff" * 5 + whole[place + 5 :]


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
    assert not put_in_place(store, tmp_path / "bomb.zip")


def test_what_is_packed_too_tight_is_not_unpacked(small: Path, tmp_path: Path) -> None:
    """A gigabyte of zeros takes a megabyte as a ZIP, and no backup does; its manifest may say what it likes."""
    path = tmp_path / "bomb.zip"

    def grow(parts: Parts) -> None:
        with parts.database.open("ab") as file:
            file.truncate(100_000_000)
        parts.seal()

    change(small, path, grow, zipfile.ZIP_DEFLATED)
    with pytest.raises(BackupInvalid, match="tight"), whole_backup(path):
        pass


def test_what_follows_from_the_texts_is_made_anew(small: Path, store: Store, tmp_path: Path) -> None:
    """Terms and outlines of a backup are not believed: those of another text, and a bomb, do no harm."""

    def spoil(parts: Parts) -> None:
        parts.try_to("UPDATE passages SET terms = x'00', outline = ?", zlib.compress(b"0" * 100_000_000))
        parts.seal()

    change(small, tmp_path / "spoilt.zip", spoil)
    assert put_in_place(store, tmp_path / "spoilt.zip")
    assert works(store)


def test_a_doctor_finds_what_does_not_follow_from_the_texts(store: Store) -> None:
    """Terms or outlines that are damaged, or another text's, are counted."""
    put(store, "/handbook", document("a.md", "有給休暇は十日です", "在宅勤務は週に三日です", "昼休みは正午です"))
    url = str(store.engine.url)
    assert examine(url).unfounded == 0
    (first, *_, last) = (kept.number for _, _, kept in store.all())
    with writing(store.engine) as connection:
        connection.execute(passages.update().where(passages.c.number == first).values(terms=b"\0"))
        others = passages.select().with_only_columns(passages.c.outline).where(passages.c.number == first)
        connection.execute(passages.update().where(passages.c.number == last).values(outline=others.scalar_subquery()))
    assert examine(url).unfounded == 2


def test_who_opted_out_stays_so_and_brings_nothing_back(small: Path, store: Store) -> None:
    """Nothing comes back that people wrote or asked who opted out since the backup, or as is known from elsewhere."""
    Channels(store).opt_out(5)
    with whole_backup(small) as whole:
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
    assert (Gaps(store).all(), [one.question for one in Guilds(store).feedback()]) == ([], ["昼休みは？"])


def test_an_answer_comes_back_without_the_question_of_somebody_who_opted_out(small: Path, store: Store) -> None:
    """The heading under which a saved answer stands is the question, in the words of whoever asked it."""
    Channels(store).opt_out(5)
    assert put_in_place(store, small)
    assert ("経費の上限は五千円です。", "") in {(one.passage.text, one.passage.heading) for _, _, one in store.all()}
