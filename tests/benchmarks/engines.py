"""kotae's postings beside other engines, over the same passages with the same questions.

    python -m tests.benchmarks.engines [--sizes 10000,100000,1000000] [--data FOLDER]

Each engine is built in one process and asked in another, which opens what the first one kept. Times are processor time,
which other programs disturb less than they do the time on the clock.
"""

from __future__ import annotations

import argparse
import json
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import psutil

from tests.benchmarks.contestants import CONTESTANTS, GrowingContestant
from tests.benchmarks.corpus import make, questions_of, read
from tests.benchmarks.report import write_report

WARMING_UP = 100
CHANGES = 50


def main() -> None:
    """Measure every engine at every size, and write RESULTS.md and results.svg."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--sizes", default="10000,100000,1000000")
    arguments.add_argument("--data", type=Path, help="a folder of question sets")
    arguments.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    if given.child:
        step, name, folder = given.child
        print(json.dumps(_build(name, Path(folder)) if step == "build" else _measure(name, Path(folder))))
        return
    sizes = [int(size) for size in given.sizes.split(",")]
    passages, questions = read(given.data)
    corpus = make(passages, max(sizes))
    asked = questions_of(questions, WARMING_UP + max(max(one.questions) for one in CONTESTANTS.values()))
    results: dict[int, dict[str, Any]] = {}
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="kotae-benchmark-") as folder:
            (Path(folder) / "corpus").write_bytes(pickle.dumps((corpus.first(size), asked)))
            built: dict[str, dict[str, Any]] = {}
            results[size] = {name: _in_turn(name, Path(folder), built) for name in CONTESTANTS}
        write_report(results, {size: corpus.first(size).mean_length for size in sizes}, asked, len(passages))


def _in_turn(name: str, folder: Path, built: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """What is measured of one engine, in processes of its own; `built` is what was measured of files already there."""
    kept = CONTESTANTS[name].kept
    if kept not in built:
        (folder / kept).mkdir()
        built[kept] = _in_a_process("build", name, folder / kept)
    measured = built[kept] | _in_a_process("measure", name, folder / kept)
    print(name, {key: value for key, value in measured.items() if key != "times"}, flush=True)
    return measured


def _in_a_process(step: str, name: str, folder: Path) -> dict[str, Any]:
    command = [sys.executable, "-m", "tests.benchmarks.engines", "--child", step, name, str(folder)]
    measured: dict[str, Any] = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
    return measured


def _build(name: str, folder: Path) -> dict[str, Any]:
    """Seconds to build from terms, the most memory (MB) that it took, and the size of the files (MB)."""
    corpus, _ = pickle.loads((folder.parent / "corpus").read_bytes())  # noqa: S301 - written above
    seconds = _seconds(lambda: CONTESTANTS[name].build(corpus, folder))
    size = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    return {"build": seconds, "build_memory": _highest_memory(), "file": size / 1e6}


def _measure(name: str, folder: Path) -> dict[str, Any]:
    """Seconds to open, milliseconds of each question, memory (MB) after them, milliseconds of a change."""
    corpus, asked = pickle.loads((folder.parent / "corpus").read_bytes())  # noqa: S301 - written above
    engine = CONTESTANTS[name]
    measured: dict[str, Any] = {"open": _seconds(lambda: engine.open(corpus, folder))}
    count = engine.questions[min(max(len(str(corpus.size)) - 5, 0), 2)]
    warming_up = min(WARMING_UP, len(asked) // 3)
    warming, measuring = asked[:warming_up], asked[warming_up : warming_up + count]
    for terms in warming[:count]:
        engine.ask(terms)
    measured["times"] = [_seconds(lambda: engine.ask(terms)) * 1000 for terms in measuring]  # noqa: B023 - called at once
    measured["memory"] = psutil.Process().memory_info().rss / 1e6
    # Passages at random places, and each of them once.
    places = range(0, corpus.size, max(corpus.size // CHANGES, 1))
    if isinstance(engine, GrowingContestant):
        measured |= _times("add", engine.add, [engine.prepare(corpus, which) for which in places])
        measured |= _times("remove", engine.remove, places)
    return measured


def _times(key: str, change: Callable[[Any], object], each: Iterable[Any]) -> dict[str, float]:
    """The median and the most of the milliseconds that a change takes."""
    times = [_seconds(lambda: change(one)) * 1000 for one in each]  # noqa: B023 - called at once
    return {key: statistics.median(times), f"{key}_most": max(times)}


def _seconds(work: Callable[[], object]) -> float:
    begin = time.process_time()
    work()
    return time.process_time() - begin


def _highest_memory() -> float:
    """The most memory that this process had, in MB; 0 where the system does not tell."""
    status = Path("/proc/self/status")
    lines = status.read_text(encoding="utf-8").splitlines() if status.exists() else []
    return next((int(line.split()[1]) / 1e3 for line in lines if line.startswith("VmHWM")), 0.0)


if __name__ == "__main__":
    main()
