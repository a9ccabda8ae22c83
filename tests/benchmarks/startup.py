"""How long `kotae ask`, and `kotae chat` up to its first answer, take as whole processes, in turns with a Tagger alone."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROUNDS = 20
KOTAE = str(Path(sys.executable).with_name("kotae"))
QUESTION = "Microsoftは何を買収しましたか"
COMMANDS = {
    "tagger alone": (sys.executable, "-c", "import fugashi; fugashi.Tagger()"),
    "kotae ask": (KOTAE, "ask", QUESTION),
    "kotae chat, one question": (KOTAE, "chat"),
}


def main() -> None:
    """Print the median of each, on the clock and in processor time."""
    with tempfile.TemporaryDirectory() as folder:
        own = {"KOTAE_CACHE_DIR": f"{folder}/cache", "KOTAE_DATABASE_URL": f"sqlite:///{folder}/kotae.db"}
        environment = os.environ | own
        first, _ = seconds(COMMANDS["kotae ask"], environment)
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in COMMANDS}
        for _ in range(ROUNDS):
            for name, command in COMMANDS.items():
                times[name].append(seconds(command, environment))
    for name, taken in times.items():
        clock, processor = (statistics.median(column) * 1000 for column in zip(*taken, strict=True))
        print(f"{name}: {clock:.0f} ms, {processor:.0f} ms of processor time")
    print(f"the first start: {first * 1000:.0f} ms")


def seconds(command: tuple[str, ...], environment: dict[str, str]) -> tuple[float, float]:
    """The time that a process takes from start to end, asked the question on standard input, and its processor time."""
    begin, before = time.perf_counter(), os.times()
    subprocess.run(command, check=True, env=environment, input=QUESTION.encode(), stdout=subprocess.DEVNULL)
    clock, after = time.perf_counter() - begin, os.times()
    return clock, after.children_user + after.children_system - before.children_user - before.children_system


if __name__ == "__main__":
    main()
