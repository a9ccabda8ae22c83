"""`kotae serve` over so many passages: its start, 8 clients that ask one question after another, 200 at once, its memory.

    python -m tests.benchmarks.serve [--passages 10000] [--encoder use]

The clients run in a process of their own on the same machine.
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

import httpx2
import psutil

from index.audience import Audience
from index.language.sentences import split_sentences
from index.search.knowledge import documents_of
from index.store.access_tokens import AccessTokens
from index.store.store import Store
from tests.benchmarks.corpus import read

CLIENTS = 8
QUESTIONS_OF_A_CLIENT = 50
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
                asyncio.run(_measure(address, token, questions, limit))
                memory = psutil.Process(process.pid).memory_info().rss / 1e6
            print(f"start {seconds:.1f} s, {memory:.0f} MB at the end", flush=True)


def _fill(url: str, size: int) -> tuple[list[str], str]:
    """Fill a store with so many passages; gives questions, and a token."""
    passages, questions = read(None)
    chance = random.Random(_SEED)
    sentences = [sentence for passage in passages for sentence in split_sentences(passage.text)]
    made = list(passages)
    for number in range(size - len(passages)):
        text = "".join(chance.sample(sentences, chance.randint(1, 4)))
        identifier, title = f"{number:012x}", f"文書{number // _LENGTH}"
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


async def _measure(address: str, token: str, questions: list[str], limit: int) -> None:
    limits = httpx2.Limits(max_connections=AT_ONCE)
    headers = {"Authorization": f"Bearer {token}"}
    async with httpx2.AsyncClient(base_url=address, headers=headers, limits=limits, timeout=60) as client:
        if limit > AT_ONCE:
            await asyncio.gather(*(_ask(client, question) for question in questions[:CLIENTS]))
            times = await asyncio.gather(*(_one_after_another(client, questions, one) for one in range(CLIENTS)))
            every = [one for of_client in times for one in of_client]
            print(
                f"{CLIENTS} clients, {len(every)} questions: median {statistics.median(every):.0f} ms, "
                f"p95 {statistics.quantiles(every, n=20)[-1]:.0f} ms, slowest {max(every):.0f} ms",
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


async def _one_after_another(client: httpx2.AsyncClient, questions: list[str], which: int) -> list[float]:
    times = []
    for number in range(QUESTIONS_OF_A_CLIENT):
        begin = time.perf_counter()
        response = await _ask(client, questions[(which * QUESTIONS_OF_A_CLIENT + number) % len(questions)])
        times.append((time.perf_counter() - begin) * 1000)
        response.raise_for_status()
    return times


async def _ask(client: httpx2.AsyncClient, question: str) -> httpx2.Response:
    return await client.post("/api/v1/ask", json={"question": question})


if __name__ == "__main__":
    main()
