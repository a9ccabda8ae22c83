"""Vectors: how long a question is compared with those of many passages, and how many passages are taken in in a second.

    python -m tests.benchmarks.vectors [--sizes 10000,100000] [--passages 2000]

Search is measured in processor time over random vectors, five rows a passage; intake on the clock, by `kotae add` with an
empty store, of passages made of the article's sentences.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy
from numpy import float32
from numpy.typing import NDArray

from index.language.sentences import split_sentences
from index.meaning.quantization import Quantized, quantize
from index.meaning.vector_index import VectorIndex
from index.store.store import Store
from tests.knowledge import library_of_the_article

ROWS, DIMENSIONS = 5, 512
SOURCES = 7
QUESTIONS = 20
NEAREST = 50
IN_A_DOCUMENT = 8
SENTENCES = 4


def main() -> None:
    """Print a line for each size, and one for the intake."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sizes", default="10000,100000")
    arguments.add_argument("--passages", type=int, default=2_000)
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="kotae-benchmark-") as folder:
        for size in map(int, given.sizes.split(",")):
            print(f"{size:,} passages: {_searched(Path(folder), size)}", flush=True)
        print(_taken_in(Path(folder), given.passages))


def _searched(folder: Path, size: int) -> str:
    chance = numpy.random.default_rng(size)
    made, path = VectorIndex(DIMENSIONS), folder / f"{size}.vectors"
    for first in range(0, size, 1_000):
        codes, scales = quantize(_vectors(chance, 1_000 * ROWS))
        places = [slice(ROWS * place, ROWS * (place + 1)) for place in range(1_000)]
        made.add(
            [
                (first + place, place % SOURCES, Quantized(codes[rows], scales[rows]))
                for place, rows in enumerate(places)
            ]
        )
    made.save(path, {})
    begin = time.process_time()
    index, _ = VectorIndex.open(path)
    opened = (time.process_time() - begin) * 1000
    questions = _vectors(chance, QUESTIONS)
    every, some = index.within(None), index.within(range(SOURCES // 2))
    near = [one.position for one in every.nearest(questions[0], NEAREST)]
    return ", ".join(
        (
            f"file {path.stat().st_size / 1e6:.0f} MB, opened in {opened:.0f} ms",
            f"nearest {_milliseconds(lambda question: every.nearest(question, NEAREST), questions)}",
            f"within {SOURCES // 2} of {SOURCES} sources {_milliseconds(lambda question: some.nearest(question, NEAREST), questions)}",
            f"cosines of {NEAREST} passages {_milliseconds(lambda question: every.cosines(question, near), questions)}",
        )
    )


def _vectors(chance: numpy.random.Generator, count: int) -> NDArray[float32]:
    drawn = chance.standard_normal((count, DIMENSIONS), dtype=float32)
    return numpy.array(drawn / numpy.linalg.norm(drawn, axis=1, keepdims=True))


def _milliseconds(work: Callable[[NDArray[float32]], object], questions: NDArray[float32]) -> str:
    times = []
    for question in questions:
        begin = time.process_time()
        work(question)
        times.append((time.process_time() - begin) * 1000)
    return f"{statistics.median(times):.1f} ms"


def _taken_in(folder: Path, passages: int) -> str:
    """`kotae add` with vectors and without."""
    sentences = [one for passage in library_of_the_article().collection.all() for one in split_sentences(passage.text)]
    drawn = numpy.random.default_rng(passages).integers(len(sentences), size=(passages, SENTENCES))
    documents = folder / "documents"
    documents.mkdir()
    for first in range(0, passages, IN_A_DOCUMENT):
        texts = ["".join(sentences[one] for one in row) for row in drawn[first : first + IN_A_DOCUMENT]]
        Path(documents, f"{first}.md").write_text(f"# {first}番目の文書\n\n" + "\n\n".join(texts), encoding="utf-8")
    parts = []
    for encoder in ("use", "off"):
        names = {
            "KOTAE_DATABASE_URL": f"sqlite:///{folder}/{encoder}.db",
            "KOTAE_CACHE_DIR": str(folder / "cache"),
            "KOTAE_ENCODER": encoder,
        }
        # The first start puts the encoder and the article where later ones find them.
        for named in (
            [sys.executable, "-m", "bot", "ask", "投資"],
            [sys.executable, "-m", "bot", "add", str(documents)],
        ):
            begin, before = time.perf_counter(), os.times()
            subprocess.run(
                named, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | names
            )
            seconds, after = time.perf_counter() - begin, os.times()
        used = after.children_user + after.children_system - before.children_user - before.children_system
        with closing(Store.open(names["KOTAE_DATABASE_URL"])) as store:
            taken = store.size()
        parts.append(
            f"{encoder}: {taken:,} passages in {seconds:.1f} s ({used:.1f} s of processor time), {taken / seconds:.0f} a second"
        )
    return f"kotae add, {os.cpu_count()} cores, " + "; ".join(parts)


if __name__ == "__main__":
    main()
