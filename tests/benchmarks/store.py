"""The store: how long a start takes, a message that comes and goes, a question, and `kotae add`.

    python -m tests.benchmarks.store [--sizes 10000,100000,1000000] [--data FOLDER]

Stores of up to 100,000 passages are made of sentences of real ones; a larger one has these several times, as other
documents. It is measured in processes of their own, on the clock and in processor time, and written to RESULTS.md.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import psutil

from bot.knowledge import open_knowledge
from bot.settings import Settings
from index.audience import Audience
from index.documents.passages import to_passages
from index.language.sentences import split_sentences
from index.query.question import Question
from index.ranking.packed_terms import pack
from index.reranking.outline import outline_of
from index.store.outlines import compress
from index.store.rows import Analysed, AnalysedDocument, analyse_text
from index.store.store import Store
from index.types import Block, Document, Passage
from tests.benchmarks.corpus import read
from tests.benchmarks.report import write_section

COMPOSED = 100_000
IN_A_DOCUMENT = 8
MESSAGES = 100
QUESTIONS = 300
ADDED = 10_000
LIMIT = 3


def main() -> None:
    """Measure at every size, and write what was measured."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sizes", default="10000,100000,1000000")
    arguments.add_argument("--data", type=Path, help="a folder of question sets")
    arguments.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.child:
        print(json.dumps(_measure(Path(given.child[0]), Path(given.child[1]))))
        return
    passages, questions = read(given.data)
    asked = random.Random(0).sample(questions, min(QUESTIONS, len(questions)))
    rows: dict[int, list[dict[str, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="kotae-benchmark-") as folder:
        asked_file = Path(folder, "questions.json")
        asked_file.write_text(json.dumps(asked), encoding="utf-8")
        added = _added(Path(folder, "added"), passages)
        for size in map(int, given.sizes.split(",")):
            place = Path(folder, str(size))
            _make(place, passages, size)
            rows[size] = [_in_a_process(place, asked_file) for _ in ("without its index", "with it")]
            print(size, rows[size], flush=True)
    write_section("What the store takes", _section(added, rows))


def _make(place: Path, passages: Sequence[Passage], size: int) -> None:
    """A store of so many passages."""
    place.mkdir()
    store = Store.open(f"sqlite:///{place}/kotae.db")
    source = store.put_source("folder", "/documents", Audience())
    documents = _composed(passages, min(size, COMPOSED))
    while together := [document for document, _ in zip(documents, range(500), strict=False)]:
        store.put(source, together)
    store.close()
    with closing(sqlite3.connect(place / "kotae.db")) as connection:
        for copy in range(1, size // COMPOSED):
            _copy(connection, copy)


def _composed(passages: Sequence[Passage], size: int) -> Iterator[AnalysedDocument]:
    """Documents of eight passages, each of as many sentences as some real one has."""
    chance = random.Random(size)
    sentences = [sentence for passage in passages for sentence in split_sentences(passage.text)]
    lengths = [len(split_sentences(passage.text)) for passage in passages]
    analysed = [outline_of(sentence) for sentence in sentences]
    for number in range(0, size, IN_A_DOCUMENT):
        title = f"{chance.choice(passages).title} {number}"
        document = Document(str(number), title, title, ())
        composed = []
        for place in range(min(IN_A_DOCUMENT, size - number)):
            drawn = [chance.randrange(len(sentences)) for _ in range(chance.choice(lengths))]
            text = "".join(sentences[one] for one in drawn)
            terms: dict[str, list[str]] = {}
            for one in drawn:
                for view, found in analysed[one][1].items():
                    terms.setdefault(view, []).extend(found)
            passage = Passage(f"{number + place:012x}", text, title, "", place + 1, None, None, title, None)
            composed.append((passage, Analysed(pack(terms), compress([analysed[one][0] for one in drawn]))))
        yield AnalysedDocument(document, "", composed)


def _copy(connection: sqlite3.Connection, copy: int) -> None:
    """All that was composed once more, under other numbers and names."""
    changed = {
        "documents": {"number": "number + :number", "name": "name || '-' || :copy"},
        "passages": {"number": "number + :number", "document": "document + :document"},
    }
    highest = connection.execute("SELECT max(number) FROM documents").fetchone()[0] // copy
    for table, changes in changed.items():
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({table})")]
        values = ", ".join(changes.get(column, column) for column in columns)
        first = COMPOSED if table == "passages" else highest
        connection.execute(
            f"INSERT INTO {table} SELECT {values} FROM {table} WHERE number <= {first}",  # noqa: S608 - our own tables
            {"number": copy * first, "copy": str(copy), "document": copy * highest},
        )
    connection.commit()


def _in_a_process(place: Path, questions: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "tests.benchmarks.store", "--child", str(place), str(questions)]
    measured: dict[str, float] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return measured


def _measure(place: Path, questions: Path) -> dict[str, float]:
    """Seconds and memory of a start, and milliseconds of questions and of messages that come and go."""
    names = {"KOTAE_DATABASE_URL": f"sqlite:///{place}/kotae.db", "KOTAE_CACHE_DIR": str(place / "cache")}
    settings = Settings.from_environment(names)
    begin, processor = time.perf_counter(), time.process_time()
    store = Store.open(settings.database_url)
    knowledge = open_knowledge(settings, store)
    measured = {"start": time.perf_counter() - begin, "start_processor": time.process_time() - processor}
    measured["start_memory"] = psutil.Process().memory_info().rss / 1e9
    asked = json.loads(questions.read_text(encoding="utf-8"))
    for question in asked[: len(asked) // 3]:
        knowledge.library().search(Question(question), LIMIT)
    measured |= _times("question", lambda question: knowledge.library().search(Question(question), LIMIT), asked)
    measured["memory"] = psutil.Process().memory_info().rss / 1e9
    source = store.put_source("folder", "/messages", Audience())

    def add(number: int) -> None:
        text = f"{number}回目の定例会議は第二会議室で午後三時から行います。資料は前日までに共有してください。"
        message = Document(f"{number}", "#一般", "社内", (Block(text, speaker="鈴木さん"),))
        passages = [(passage, analyse_text(passage.text)) for passage in to_passages(message)]
        store.put(source, [AnalysedDocument(message, "", passages)])
        knowledge.library()

    def remove(number: int) -> None:
        store.put(source, removed=[f"{number}"])
        knowledge.library()

    add(-1)
    measured |= _times("added", add, range(MESSAGES))
    return measured | _times("removed", remove, range(MESSAGES))


def _times(name: str, work: Callable[[Any], object], each: Sequence[Any]) -> dict[str, float]:
    """Milliseconds that some work takes: median and 95th percentile on the clock, and median of processor time."""
    clock, processor = [], []
    for one in each:
        begin, begin_processor = time.perf_counter(), time.process_time()
        work(one)
        clock.append((time.perf_counter() - begin) * 1000)
        processor.append((time.process_time() - begin_processor) * 1000)
    p95 = statistics.quantiles(clock, n=20)[-1]
    return {
        name: statistics.median(clock),
        f"{name}_p95": p95,
        f"{name}_processor": statistics.median(processor),
    }


def _added(place: Path, passages: Sequence[Passage]) -> tuple[int, float, float]:
    """How many passages `kotae add` took in, in seconds on the clock and of processor time, all processes together."""
    documents = place / "documents"
    documents.mkdir(parents=True)
    chance = random.Random(1)
    sentences = [sentence for passage in passages for sentence in split_sentences(passage.text)]
    texts = [passage.text.replace("\n", "") for passage in passages[:ADDED]]
    while len(texts) < ADDED:
        texts.append("".join(chance.choices(sentences, k=max(1, len(split_sentences(chance.choice(texts)))))))
    for start in range(0, ADDED, IN_A_DOCUMENT):
        body = "\n\n".join(texts[start : start + IN_A_DOCUMENT])
        Path(documents, f"{start}.md").write_text(f"# {passages[start % len(passages)].title}\n\n{body}\n", "utf-8")
    names = {"KOTAE_DATABASE_URL": f"sqlite:///{place}/kotae.db", "KOTAE_CACHE_DIR": str(place / "cache")}
    command = [sys.executable, "-m", "bot", "add", str(documents)]
    begin, processor = time.perf_counter(), os.times()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | names)
    seconds, after = time.perf_counter() - begin, os.times()
    used = after.children_user + after.children_system - processor.children_user - processor.children_system
    store = Store.open(names["KOTAE_DATABASE_URL"])
    taken = store.size()
    store.close()
    return taken, seconds, used


def _section(added: tuple[int, float, float], rows: Mapping[int, Sequence[dict[str, float]]]) -> str:
    taken, seconds, used = added
    lines = [
        "Written by `python -m tests.benchmarks.store --data FOLDER`; on the clock, processor time in brackets.",
        "",
        (
            f"- `kotae add`, everything included: {taken:,} passages in {seconds:.1f} s ({used:.1f} s), "
            f"{taken / seconds:,.0f} a second with {psutil.cpu_count()} cores"
        ),
        "",
        "| | " + " | ".join(f"{name}" for name in ("start, index made", "start, index kept", "memory then")) + " | "
        "memory after questions | question, p50 | p95 | message added, p50 | p95 | removed, p50 | p95 |",
        "|---|" + "---|" * 10,
    ]
    for size, (without, kept) in rows.items():
        cells = [
            f"{without['start']:.1f} s ({without['start_processor']:.1f})",
            f"{kept['start']:.2f} s ({kept['start_processor']:.2f})",
            f"{kept['start_memory']:.2f} GB",
            f"{kept['memory']:.2f} GB",
        ]
        for name in ("question", "added", "removed"):
            cells += [f"{kept[name]:.1f} ms ({kept[name + '_processor']:.1f})", f"{kept[name + '_p95']:.1f} ms"]
        lines.append("| " + " | ".join([f"{size:,} passages", *cells]) + " |")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
