"""The queue: passages a second through `kotae work` with one process and with two, beside `kotae add` by itself.

    python -m tests.benchmarks.queue [--documents 250] [--encoder use] [--url URL] [--data FOLDER]

Every way takes the same documents of eight passages into a new store, analyses and encodes them; starts of processes are
included. `--url` is an empty database for each way in place of SQLite files, with {} for its number. It is written to
RESULTS.md.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from index.store.jobs import Jobs
from index.store.store import Store
from index.types import Passage
from tests.benchmarks.corpus import read
from tests.benchmarks.report import write_section

IN_A_DOCUMENT = 8
WORKERS = (1, 2)


def main() -> None:
    """Measure each way, one after the other, and write what was measured."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--documents", type=int, default=250)
    arguments.add_argument("--encoder", default="use")
    arguments.add_argument("--url", default="")
    arguments.add_argument("--data", type=Path, help="a folder of question sets")
    given = arguments.parse_args()
    passages, _ = read(given.data)
    with tempfile.TemporaryDirectory(prefix="kotae-benchmark-") as name:
        folder = Path(name)
        _write(folder / "documents", passages, given.documents)
        names = {"KOTAE_CACHE_DIR": str(folder / "cache"), "KOTAE_ENCODER": given.encoder}
        # The encoder is read and kept before anything is measured.
        _kotae(names | {"KOTAE_DATABASE_URL": f"sqlite:///{folder}/first.db"}, "add", "--built-in")
        rows = []
        for number, workers in enumerate((0, *WORKERS)):
            url = given.url.format(number) or f"sqlite:///{folder}/{number}.db"
            _kotae(names | {"KOTAE_DATABASE_URL": url}, "sources")
            rows.append(_measured(folder / "documents", names | {"KOTAE_DATABASE_URL": url}, workers))
            print(rows[-1], flush=True)
    database = "PostgreSQL" if given.url else "SQLite"
    write_section(f"What the queue takes, on {database}", "\n".join([_HEADING, *rows]))


_HEADING = """By `python -m tests.benchmarks.queue`, one run, everything included; processor time is that of all processes together.

| | queued | worked | passages a second | processor time a passage |
|---|---|---|---|---|"""


def _measured(documents: Path, names: dict[str, str], workers: int) -> str:
    with closing(Store.open(names["KOTAE_DATABASE_URL"])) as store:
        before, queued, begin, processor = store.size(), "-", time.perf_counter(), _processor_time()
        if not workers:
            label = "`kotae add` by itself, on all processors"
            _kotae(names, "add", str(documents))
        else:
            label = f"`kotae work --processes {workers}`"
            _kotae(names | {"KOTAE_INTAKE": "queue"}, "add", str(documents))
            queued, begin = f"{time.perf_counter() - begin:.1f} s", time.perf_counter()
            _kotae(names, "work", "--processes", str(workers), "--until-empty")
            assert not Jobs(store).waiting()
        seconds, made = time.perf_counter() - begin, store.size() - before
        each = (_processor_time() - processor) / made * 1000
        return f"| {label} | {queued} | {seconds:.1f} s | {made / seconds:.0f} | {each:.1f} ms |"


def _processor_time() -> float:
    """Seconds of processor time of all processes that ended."""
    times = os.times()
    return times.children_user + times.children_system


def _kotae(names: dict[str, str], *command: str) -> None:
    words = [sys.executable, "-m", "bot", *command]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=os.environ | names)


def _write(folder: Path, passages: Sequence[Passage], documents: int) -> None:
    folder.mkdir()
    for number in range(documents):
        some = [
            passages[place % len(passages)] for place in range(number * IN_A_DOCUMENT, (number + 1) * IN_A_DOCUMENT)
        ]
        body = "\n\n".join(one.text.replace("\n", "") for one in some)
        (folder / f"{number}.md").write_text(f"# {some[0].title} {number}\n\n{body}\n", "utf-8")


if __name__ == "__main__":
    main()
