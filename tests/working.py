"""A worker as a process of its own, which takes its time for each text: to be killed or stopped by a test."""

from __future__ import annotations

import sys
import time
from contextlib import closing
from unittest.mock import patch

from index.intake import worker
from index.store.rows import Analysed, analyse_text
from index.store.store import Store


def main(url: str, lease: str, pause: str) -> None:
    """Work until the queue is empty, once a line on standard input says to begin, and say what is begun and done on standard output."""

    def analyse_slowly(text: str) -> Analysed:
        print("analysing", flush=True)
        time.sleep(float(pause))
        return analyse_text(text)

    with (
        patch.object(worker, "analyse_text", analyse_slowly),
        closing(Store.open(url)) as store,
        worker.Worker(store, lease=float(lease)) as working,
    ):
        print("ready", flush=True)
        sys.stdin.readline()
        working.run(lambda done: print(f"done {done.jobs}", flush=True), until_empty=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
