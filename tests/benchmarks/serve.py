"""`kotae serve` over so many passages: its start, 8 clients, 200 questions at once, and its memory.

    python -m tests.benchmarks.serve [--passages 10000] [--encoder use]

The clients ask a question a second each, as people do, then one question after another, as programs do. They run in a
process of their own on the same machine. What a question takes is told on the clock, and in processor time of the
server's processes; of memory, what is their own, and with the files that all of them have mapped, which the system can
take back (proportional set size).
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

import httpx2
import psutil

from index.audience import Audience
from index.language.sentences import split_sentences
from index.search.knowledge import documents_of
from index.store.access_tokens import AccessTokens
from index.store.store import Store
from tests.benchmarks.corpus import read

CLIENTS = 8
QUESTIONS_OF_A_CLIENT = 30
# In seconds: from one question of a client to the next.
PAUSES = 1.0, 0.0
AT_ONCE = 200
# A limit below what is asked at once, and one that nobody comes to.
LIMITS = AT_ONCE // 2, 100_000
_SEED = 2026
# Passages of a document.
_LENGTH = 20


def main() -> None:
    """Print what was measured."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--passages", type=int, default=10_000)
    arguments.add_argument("--encoder", default="use")
    given = arguments.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = {
            "KOTAE_DATABASE_URL": f"sqlite:///{folder}/kotae.db",
            "KOTAE_CACHE_DIR": f"{folder}/cache",
            "KOTAE_ENCODER": given.encoder,
        }
        questions, token = _fill(environment["KOTAE_DATABASE_URL"], given.passages)
        # Makes the index and the vectors.
        subprocess.run([sys.executable, "-m", "bot", "ask", "？"], env=os.environ | environment, check=False)
        for limit in LIMITS:
            with _serving(environment | {"KOTAE_SERVE_REQUESTS_A_MINUTE": str(limit)}) as (address, process, seconds):
                server = psutil.Process(process.pid)
                asyncio.run(_measure(address, token, questions, limit, server))
                own, with_files = _memory(server)
            print(f"start {seconds:.1f} s; {own:.0f} MB of their own at the end, {with_files:.0f} MB with files")


def _fill(url: str, size: int) -> tuple[list[str], str]:
    """Fill a store with so many passages; gives questions, and a token."""
    passages, questions = read(None)
    chance = random.Random(_SEED)
    sentences = [sentence for passage in passages for sentence in split_sentences(passage.text)]
    made, title = list(passages), ""
    for number in range(size - len(passages)):
        text = "".join(chance.sample(sentences, chance.randint(1, 4)))
        if not number % _LENGTH:
            title = re.sub("[0-9]", "", chance.choice(sentences))[:_LENGTH] + chr(0x3400 + number // _LENGTH)
        identifier = f"{number:012x}"
        made.append(passages[0]._replace(id=identifier, text=text, title=title, paragraph=number % _LENGTH))
    with closing(Store.open(url)) as store:
        store.put(store.put_source("folder", "/passages", Audience()), documents_of(made, {}))
        return questions, AccessTokens(store).create("benchmark")[1]


@contextmanager
def _serving(environment: Mapping[str, str]) -> Iterator[tuple[str, subprocess.Popen[str], float]]:
    """A process that serves: its address, and how many seconds it took to listen."""
    begin = time.perf_counter()
    command = [sys.executable, "-m", "bot", "serve", "--port", "0"]
    with subprocess.Popen(
        command, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        said = process.stdout.readline() if process.stdout else ""
        seconds = time.perf_counter() - begin
        found = re.search(r"http://\S+:\d+", said)
        try:
            yield found[0] if found else "", process, seconds
        finally:
            process.terminate()


async def _measure(address: str, token: str, questions: list[str], limit: int, server: psutil.Process) -> None:
    limits = httpx2.Limits(max_connections=AT_ONCE)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(base_url=address, headers=headers, limits=limits, timeout=60) as client:
        await asyncio.gather(*(_ask(client, question) for question in questions[:CLIENTS]))
        for pause in PAUSES if limit > AT_ONCE else ():
            before = _processor_time(server)
            asking = (_one_after_another(client, questions, one, pause) for one in range(CLIENTS))
            times = [one for of_client in await asyncio.gather(*asking) for one in of_client]
            taken = (_processor_time(server) - before) / len(times) * 1000
            print(
                f"{CLIENTS} clients, {len(times)} questions, {pause:.0f} s between those of one: "
                f"median {statistics.median(times):.0f} ms, p95 {statistics.quantiles(times, n=20)[-1]:.0f} ms, "
                f"slowest {max(times):.0f} ms; {taken:.1f} ms of processor time",
                flush=True,
            )
        begin = time.perf_counter()
        asked = await asyncio.gather(*(_ask(client, questions[one % len(questions)]) for one in range(AT_ONCE)))
        seconds = time.perf_counter() - begin
    statuses = Counter(response.status_code for response in asked)
    told = sum("Retry-After" in response.headers for response in asked)
    print(
        f"{AT_ONCE} at once, {limit} a minute allowed: {dict(statuses)}, {told} told when to come back, {seconds:.1f} s"
    )


def _processes(server: psutil.Process) -> list[psutil.Process]:
    return [server, *server.children()]


def _processor_time(server: psutil.Process) -> float:
    """What all of the server's processes took so far, in seconds."""
    return sum(times.user + times.system for times in (one.cpu_times() for one in _processes(server)))


def _memory(server: psutil.Process) -> tuple[float, float]:
    """What the server's processes have of their own, and with the files that they have mapped, in MB."""
    maps = [one for process in _processes(server) for one in process.memory_maps(grouped=True)]
    files = sum(one.pss for one in maps if Path(one.path).is_file())
    total = sum(one.pss for one in maps)
    return (total - files) / 1e6, total / 1e6


async def _one_after_another(client: httpx2.AsyncClient, questions: list[str], which: int, pause: float) -> list[float]:
    times = []
    # Not all at the same moment.
    await asyncio.sleep(pause * which / CLIENTS)
    for number in range(QUESTIONS_OF_A_CLIENT):
        begin = time.perf_counter()
        response = await _ask(client, questions[(which * QUESTIONS_OF_A_CLIENT + number) % len(questions)])
        times.append((time.perf_counter() - begin) * 1000)
        response.raise_for_status()
        await asyncio.sleep(max(0.0, pause - times[-1] / 1000))
    return times


async def _ask(client: httpx2.AsyncClient, question: str) -> httpx2.Response:
    return await client.post("/api/v1/ask", json={"question": question})


if __name__ == "__main__":
    main()
