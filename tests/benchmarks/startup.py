"""How long `kotae ask` takes as a whole process, beside one that only builds a Tagger, in turns."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from os import environ
from pathlib import Path

ROUNDS = 40
TAGGER = (sys.executable, "-c", "import fugashi; fugashi.Tagger()")
ASK = (str(Path(sys.executable).with_name("kotae")), "ask", "Microsoftは何を買収しましたか")


def main() -> None:
    """Print both medians and their ratio."""
    with tempfile.TemporaryDirectory() as folder:
        own = {"KOTAE_CACHE_DIR": f"{folder}/cache", "KOTAE_DATABASE_URL": f"sqlite:///{folder}/kotae.db"}
        environment = environ | own
        times: dict[tuple[str, ...], list[float]] = {TAGGER: [], ASK: []}
        first = seconds(ASK, environment)
        for _ in range(ROUNDS):
            for command, taken in times.items():
                taken.append(seconds(command, environment))
    tagger, ask = (statistics.median(taken) * 1000 for taken in times.values())
    print(
        f"tagger alone {tagger:.0f} ms, kotae ask {ask:.0f} ms, ratio {ask / tagger:.2f}; first start {first * 1000:.0f} ms"
    )


def seconds(command: tuple[str, ...], environment: dict[str, str]) -> float:
    """The time that a process takes from start to end."""
    begin = time.perf_counter()
    subprocess.run(command, check=True, env=environment, stdout=subprocess.DEVNULL)
    return time.perf_counter() - begin


if __name__ == "__main__":
    main()
