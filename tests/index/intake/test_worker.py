"""What is queued, worked in the process of the tests."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
from numpy import float32
from numpy.typing import NDArray
from sqlalchemy import delete, func, select, text, update

from index.audience import Audience
from index.errors import ContentEmpty, DatabaseNewer, DatabaseRefused, WorkerEnded, WorkFailed
from index.intake import worker as worker_module
from index.intake.intake import Intake
from index.intake.queued import QueuedIntake
from index.intake.worker import Done, Worker
from index.meaning.passage_texts import vectors_name
from index.store.connection import reading, writing
from index.store.discord.channels import Channels
from index.store.discord.guilds import Guilds
from index.store.discord.message_rows import LATEST, Channel, Message
from index.store.erasing import is_forgotten_on_disk
from index.store.jobs import MOST_ATTEMPTS, Jobs, Worked
from index.store.rows import Analysed, analyse_text
from index.store.schema import job_contents, jobs
from index.store.store import Store
from index.store.vectors import encoded_passages
from index.types import Passage
from tests.index.meaning.examples import Bigrams
from tests.stores import document, put, take, texts, write

FILES = {"a.md": "# 甲\n\n一つ目の話。\n\n二つ目の話。", "部/b.txt": "三つ目の話。"}
READERS = Audience("channel", 1, 2)


@dataclass
class Queued:
    """A folder whose files go into the queue of a store."""

    store: Store
    folder: Path

    def queue(self, *, sync: bool = True, allow_empty: bool = False) -> tuple[int, int, int, int]:
        """Queue what is new: how much was new, changed, unchanged and removed."""
        with QueuedIntake(self.store) as intake:
            report = intake.take(self.source, self.folder, sync=sync, allow_empty=allow_empty)
        return report.new, report.changed, report.unchanged, report.removed

    @property
    def source(self) -> int:
        """The source of the folder."""
        return self.store.put_source("folder", str(self.folder), READERS)


@pytest.fixture
def queued(store: Store, tmp_path: Path) -> Queued:
    """A folder of two files."""
    write(tmp_path / "folder", FILES)
    return Queued(store, tmp_path / "folder")


def work(store: Store, encoder: Bigrams | None = None) -> list[Done]:
    """Work all that can be worked now; what was done."""
    with Worker(store, encoder=encoder) as worker:
        return [done for done in iter(worker.work, None) if done]


def contents(store: Store) -> int:
    """How many contents are in the queue."""
    with reading(store.engine) as connection:
        return connection.execute(select(func.count()).select_from(job_contents)).scalar_one()


def let_pauses_end(store: Store) -> None:
    """Let all that waits, or is held, be tried now."""
    with writing(store.engine) as connection:
        connection.execute(update(jobs).values(not_before=0, leased_until=0))


def while_analysing(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen while a worker analyses the first text."""
    left = [happens]

    def analyse(text: str) -> Analysed:
        while left:
            left.pop()()
        return analyse_text(text)

    monkeypatch.setattr(worker_module, "analyse_text", analyse)


def test_what_is_queued_is_stored_by_a_worker_as_if_it_had_been_added(queued: Queued, tmp_path: Path) -> None:
    """Its passages, digests and vectors are those that `kotae add` makes; the files are not needed any more."""
    store, encoder = queued.store, Bigrams()
    assert queued.queue() == (2, 0, 0, 0)
    assert texts(store) == []
    write(tmp_path / "moved", {})
    queued.folder.rename(tmp_path / "moved")
    assert sum(done.passages for done in work(store, encoder)) == 3
    assert Jobs(store).state() == (0, 0, 0, None)
    assert contents(store) == 0
    passages, digests = undated(store), store.digests(queued.source)
    assert len(encoded_passages(store, vectors_name(encoder))) == store.size()
    store.remove_source(queued.source)
    (tmp_path / "moved").rename(queued.folder)
    take(store, queued.folder)
    assert undated(store) == passages
    assert store.digests(queued.source) == digests


def undated(store: Store) -> list[Passage]:
    """The passages of a store, whenever they came into it."""
    return [kept.passage._replace(changed=None) for _, _, kept in store.all()]


def test_the_readers_are_those_of_the_source(queued: Queued) -> None:
    """They are known before there is anything to read."""
    queued.queue()
    assert queued.store.quotable() == {}
    work(queued.store)
    assert queued.store.quotable() == {queued.source: READERS}


def test_what_waits_already_is_not_queued_again(queued: Queued) -> None:
    """Only another version is, in its place: of a document the last version alone is stored."""
    queued.queue()
    assert queued.queue() == (0, 0, 2, 0)
    held = Jobs(queued.store).take()
    write(queued.folder, {"a.md": "直した話。"})
    assert queued.queue() == (0, 1, 1, 0)
    Jobs(queued.store).release(held)
    work(queued.store)
    assert sorted(texts(queued.store)) == ["三つ目の話。", "直した話。"]


def test_an_edit_that_is_taken_back_is_queued_again(queued: Queued) -> None:
    """What waits would otherwise take the place of what is stored, which is the newer."""
    take(queued.store, queued.folder)
    write(queued.folder, {"a.md": "直した話。"})
    queued.queue()
    write(queued.folder, FILES)
    assert queued.queue() == (0, 1, 1, 0)
    work(queued.store)
    assert "直した話。" not in texts(queued.store)


@pytest.mark.parametrize("direct", [True, False])
def test_what_is_deleted_while_it_waits_does_not_come(queued: Queued, direct: bool) -> None:
    """A sync takes it out of the queue, also one that goes into the store itself."""
    queued.queue()
    (queued.folder / "a.md").unlink()
    if direct:
        with Intake(queued.store) as intake:
            assert intake.take(queued.source, queued.folder, sync=True).removed == 1
        assert work(queued.store) == []
    else:
        assert queued.queue() == (0, 0, 1, 1)
        work(queued.store)
    assert texts(queued.store) == ["三つ目の話。"]


def test_what_is_put_directly_is_newer_than_what_waits(queued: Queued) -> None:
    """The older version leaves the queue."""
    queued.queue()
    put(queued.store, str(queued.folder), document("a.md", "新しい話"), audience=READERS)
    work(queued.store)
    assert sorted(texts(queued.store)) == ["三つ目の話。", "見出し0\n新しい話。"]


def test_a_document_that_became_empty_is_removed(queued: Queued) -> None:
    """As when it is added directly."""
    queued.queue()
    work(queued.store)
    write(queued.folder, {"a.md": " \n"})
    queued.queue()
    work(queued.store)
    assert texts(queued.store) == ["三つ目の話。"]


def test_what_cannot_be_read_is_a_dead_letter_and_stops_no_other(queued: Queued) -> None:
    """It is told where it came from, is not queued again as it is, and can be tried again or deleted."""
    (queued.folder / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    write(queued.folder, {"empty.txt": " "})
    queued.queue()
    done = work(queued.store)
    assert len(texts(queued.store)) == 3
    assert sorted(cause for one in done for cause, _ in one.dead) == ["ContentDamaged", "ContentEmpty"]
    queue = Jobs(queued.store)
    dead = {Path(letter.path).name: letter.error for letter in queue.dead()}
    assert dead.keys() == {"broken.pdf", "empty.txt"}
    assert isinstance(dead["empty.txt"], ContentEmpty)
    assert dead["broken.pdf"].values["path"] == str(queued.folder / "broken.pdf")
    assert queued.queue() == (0, 0, 4, 0)
    assert work(queued.store) == []
    assert queue.retry() == 2
    assert len(work(queued.store)) > 0
    assert queue.discard() == 2
    assert contents(queued.store) == 0
    assert len(texts(queued.store)) == 3


def test_what_fails_for_another_reason_is_tried_again_after_growing_pauses(
    queued: Queued, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At last it is dead, and says why."""

    def fail(_text: str) -> Analysed:
        raise ZeroDivisionError("甲")

    monkeypatch.setattr(worker_module, "analyse_text", fail)
    write(queued.folder, {"部/b.txt": " "})
    queued.queue()
    pauses = []
    for _ in range(MOST_ATTEMPTS):
        work(queued.store)
        with reading(queued.store.engine) as connection:
            row = connection.execute(select(jobs).where(jobs.c.name == "a.md")).one()
        pauses.append(row.not_before)
        let_pauses_end(queued.store)
    assert pauses == sorted(pauses)
    assert work(queued.store) == []
    (error,) = (letter.error for letter in Jobs(queued.store).dead() if letter.path.endswith("a.md"))
    assert isinstance(error, WorkFailed)
    assert "甲" in error.values["reason"]


def test_what_ends_its_workers_is_a_dead_letter_too(queued: Queued) -> None:
    """Whoever takes it is gone before the lease ends, each time; then others are taken alone with it no more."""
    queued.queue()
    for _ in range(MOST_ATTEMPTS):
        let_pauses_end(queued.store)
        while Jobs(queued.store).take():
            pass
    let_pauses_end(queued.store)
    assert Jobs(queued.store).take() == []
    assert all(isinstance(letter.error, WorkerEnded) for letter in Jobs(queued.store).dead())
    assert Jobs(queued.store).state().dead == 2


def test_what_the_database_refuses_stops_no_other(queued: Queued, monkeypatch: pytest.MonkeyPatch) -> None:
    """The jobs that were to be stored together are worked again, each alone."""
    end = Jobs.end

    def refuse(self: Jobs, worked: Sequence[Worked], encoder: str, vectors: Mapping[Passage, bytes]) -> int:
        if any(one.job.name == "a.md" for one in worked):
            raise DatabaseRefused(database="x", reason="y")
        return end(self, worked, encoder, vectors)

    monkeypatch.setattr(Jobs, "end", refuse)
    queued.queue()
    for _ in range(MOST_ATTEMPTS):
        work(queued.store)
        let_pauses_end(queued.store)
    assert texts(queued.store) == ["三つ目の話。"]
    assert [Path(letter.path).name for letter in Jobs(queued.store).dead()] == ["a.md"]


def damage_content(queued: Queued, _monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the content of one job be none that can be read."""
    with writing(queued.store.engine) as connection:
        number = select(jobs.c.number).where(jobs.c.name == "a.md").scalar_subquery()
        connection.execute(update(job_contents).where(job_contents.c.job == number).values(content=b"damaged"))


def refuse_to_encode(_queued: Queued, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the encoder fail at one text."""
    encode = Bigrams.encode

    def fail(self: Bigrams, texts: Sequence[str]) -> NDArray[float32]:
        if any("一つ目" in text for text in texts):
            raise RuntimeError("cannot")
        return encode(self, texts)

    monkeypatch.setattr(Bigrams, "encode", fail)


@pytest.mark.parametrize("break_one", [damage_content, refuse_to_encode])
def test_a_job_that_is_broken_in_any_way_stops_no_other(
    queued: Queued, break_one: Callable[[Queued, pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a dead letter in the end, and its worker goes on."""
    queued.queue()
    break_one(queued, monkeypatch)
    for _ in range(MOST_ATTEMPTS):
        work(queued.store, Bigrams())
        let_pauses_end(queued.store)
    assert texts(queued.store) == ["三つ目の話。"]
    assert [Path(letter.path).name for letter in Jobs(queued.store).dead()] == ["a.md"]


def test_a_worker_of_an_older_version_stores_nothing(queued: Queued) -> None:
    """Once a later one has migrated the database, in which things may be written otherwise."""
    queued.queue()
    with writing(queued.store.engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with Worker(queued.store) as worker, pytest.raises(DatabaseNewer):
        worker.run(lambda done: pytest.fail(str(done)), until_empty=True)
    assert texts(queued.store) == []


def test_a_lease_is_extended_without_waiting_for_a_removal(queued: Queued) -> None:
    """Whoever removes several jobs that we hold could else wait for us, and we for them."""
    if queued.store.engine.dialect.name == "sqlite":
        pytest.skip("SQLite has one writer at a time")
    queued.queue()
    holder = Jobs(queued.store).take()[0].holder
    with writing(queued.store.engine) as connection:
        connection.execute(delete(jobs).where(jobs.c.name == "a.md"))
        Jobs(queued.store).extend(holder)
    assert Jobs(queued.store).digests(queued.source).keys() == {"部/b.txt"}


@pytest.mark.skipif(sys.platform != "linux", reason="such a name is possible on Linux only")
def test_a_file_whose_name_is_no_text_is_queued(queued: Queued) -> None:
    """As it is added directly: with question marks."""
    Path(os.fsdecode(os.fsencode(queued.folder) + b"/\xff.md")).write_text("四つ目の話。", encoding="utf-8")
    assert queued.queue() == (3, 0, 0, 0)
    work(queued.store)
    assert "四つ目の話。" in texts(queued.store)


def test_a_worker_that_is_to_end_leaves_its_jobs_to_others(queued: Queued, monkeypatch: pytest.MonkeyPatch) -> None:
    """At once, and as if they had not been taken."""
    queued.queue()
    stopped: list[bool] = []
    while_analysing(monkeypatch, lambda: stopped.append(True))
    with Worker(queued.store, stopped=lambda: bool(stopped)) as worker:
        worker.run(lambda done: pytest.fail(str(done)), until_empty=True)
    assert texts(queued.store) == []
    assert {(job.name, job.attempts) for job in Jobs(queued.store).take()} == {("a.md", 1), ("部/b.txt", 1)}


def test_a_day_of_a_slack_export_brings_what_lies_beside_it(store: Store, tmp_path: Path) -> None:
    """Who wrote is in another file, which the worker does not have."""
    day = [{"type": "message", "user": "U1", "ts": "1700000000.000100", "text": "経費は五千円です。"}]
    users = [{"id": "U1", "name": "hanako", "profile": {"real_name": "花子"}}]
    write(tmp_path / "export", {"users.json": json.dumps(users), "general/2023-11-14.json": json.dumps(day)})
    queued = Queued(store, tmp_path / "export")
    queued.queue()
    (queued.folder / "users.json").unlink()
    work(store)
    assert [kept.passage.speaker for _, _, kept in store.all()] == ["花子"]


@pytest.mark.parametrize("forget", ["source", "guild"])
def test_what_is_forgotten_leaves_the_queue(queued: Queued, forget: str) -> None:
    """With its content, which is then to be erased from the disk."""
    queued.queue()
    if forget == "source":
        queued.store.remove_source(queued.source)
    else:
        Guilds(queued.store).forget(READERS.guild)
    assert contents(queued.store) == 0
    assert not is_forgotten_on_disk(queued.store)
    assert work(queued.store) == []
    assert texts(queued.store) == []


@pytest.mark.parametrize("forget", ["source", "guild"])
def test_what_is_forgotten_while_it_is_worked_is_not_stored(
    queued: Queued, forget: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever works on it has it no more when it is done."""
    queued.queue()
    store, source = queued.store, queued.source
    happens = {"source": lambda: store.remove_source(source), "guild": lambda: Guilds(store).forget(READERS.guild)}
    while_analysing(monkeypatch, happens[forget])
    assert sum(done.jobs for done in work(store)) == 0
    assert (store.size(), store.locations()) == (0, [])


def test_a_source_with_documents_on_their_way_is_not_taken_for_empty(queued: Queued) -> None:
    """Nor is it one any more once those that could not be read were deleted."""
    for name in FILES:
        (queued.folder / name).write_text(" ")
    queued.queue()
    queued.store.remove_empty_source(queued.source)
    work(queued.store)
    assert len(Jobs(queued.store).dead()) == 2
    Jobs(queued.store).discard()
    assert queued.store.locations() == []


# Messages


def message(identity: int, text: str, author: int = 1, hour: int = 9) -> Message:
    """A message, far from others of another hour."""
    return Message(identity, author, f"社員{author}", text, f"2026-11-24T{hour:02}:00:00+00:00")


@pytest.fixture
def channel(store: Store) -> Channel:
    """A channel that is learnt from."""
    return Channels(store).add(store.put_source("channel", "discord:1/2", READERS), 2, "#質問", "会社")


def queue_page(store: Store, channel: Channel, *messages: Message) -> None:
    """Store a page of a channel's history, whose documents are to be written by a worker."""
    Channels(store).take(channel.number, messages, 0, LATEST, 0, queued=True)


def test_the_documents_of_a_history_are_written_by_a_worker(store: Store, channel: Channel) -> None:
    """With vectors; what comes afterwards is written at once."""
    encoder = Bigrams()
    queue_page(store, channel, message(1, "経費は五千円です。"), message(2, "会議は三時です。", hour=12))
    assert texts(store) == []
    work(store, encoder)
    assert sorted(texts(store)) == ["会議は三時です。", "経費は五千円です。"]
    assert len(encoded_passages(store, vectors_name(encoder))) == 2
    Channels(store).take(channel.number, [message(3, "休みは十日です。", hour=15)])
    assert len(texts(store)) == 3


def test_a_conversation_that_two_pages_of_a_history_share_is_written_once(store: Store, channel: Channel) -> None:
    """With the vectors of its passages, and in one go."""
    encoder = Bigrams()
    queue_page(store, channel, message(2, "会議は三時です。"))
    Channels(store).take(channel.number, [message(1, "経費は五千円です。")], queued=True)
    assert [(done.jobs, done.dead) for done in work(store, encoder)] == [(2, ())]
    assert len(encoded_passages(store, vectors_name(encoder))) == store.size() == 1


def test_what_is_edited_or_gone_in_a_history_is_so_at_once(store: Store, channel: Channel) -> None:
    """Nothing that was deleted is quoted until a worker comes."""
    queue_page(store, channel, message(1, "経費は五千円です。"), message(2, "会議は三時です。", hour=12))
    work(store)
    queue_page(store, channel, message(1, "経費は六千円です。"), message(3, "休みは十日です。", hour=15))
    assert texts(store) == ["経費は六千円です。"]
    work(store)
    assert sorted(texts(store)) == ["休みは十日です。", "経費は六千円です。"]


CHANGES: dict[str, Callable[[Channels, Channel], object]] = {
    "deleted": lambda channels, _: channels.forget([1]),
    "edited": lambda channels, _: channels.correct(message(1, "経費は六千円です。")),
    "opted out": lambda channels, _: channels.opt_out(1),
    "channel gone": lambda channels, channel: channels.remove(channel.number),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("during", [True, False], ids=["while it is worked", "while it waits"])
def test_messages_are_stored_as_they_are_when_the_job_ends(
    store: Store, channel: Channel, change: str, during: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever became of them meanwhile: what was forgotten does not come back, what was edited is the edit."""
    queue_page(store, channel, message(1, "経費は五千円です。"), message(2, "会議は三時です。", 2, hour=12))
    if during:
        while_analysing(monkeypatch, lambda: CHANGES[change](Channels(store), channel))
    else:
        CHANGES[change](Channels(store), channel)
    work(store)
    expected = {"edited": ["会議は三時です。", "経費は六千円です。"], "channel gone": []}
    assert sorted(texts(store)) == expected.get(change, ["会議は三時です。"])
    assert Jobs(store).state() == (0, 0, 0, None)


def test_vectors_that_are_missing_are_made_by_workers(store: Store) -> None:
    """All of them, however they came to be missing; then there is nothing to do until something changes."""
    put(store, "/folder", *(document(f"{number}.md", "犬", "猫", "鳥") for number in range(50)))
    encoder = Bigrams()
    with Worker(store, encoder=encoder) as worker:
        made = [done.encoded for done in iter(worker.encode, None) if done]
        assert sum(made) == store.size() == len(encoded_passages(store, vectors_name(encoder)))
        before = encoder.encoded
        assert worker.encode() is None
        put(store, "/folder", document("new.md", "魚"))
        assert encoder.encoded == before
        assert worker.encode() == Done(encoded=1)
