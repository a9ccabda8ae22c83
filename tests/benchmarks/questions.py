"""How long one question of the article takes once started."""

from __future__ import annotations

import json
import statistics
import time
from pathlib import Path

from bot.answerer import Answerer
from bot.terminal import BUILT_IN_CONTENT
from index.loaders import find_files
from index.snapshot import open_library

QUESTIONS = Path(__file__).parent.parent / "data" / "article_questions.json"
LIMIT = 3


def main() -> None:
    """Print the median and the 95th percentile over the article's questions."""
    answerer = Answerer(open_library(find_files([BUILT_IN_CONTENT]), snapshots=None))
    times = []
    for entry in json.loads(QUESTIONS.read_text(encoding="utf-8")):
        begin = time.perf_counter()
        answerer.ask(entry["question"], LIMIT)
        times.append((time.perf_counter() - begin) * 1000)
    print(f"median {statistics.median(times):.2f} ms, p95 {statistics.quantiles(times, n=20)[-1]:.2f} ms")


if __name__ == "__main__":
    main()
