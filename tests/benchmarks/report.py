"""RESULTS.md and results.svg, of what was measured.

Another section of RESULTS.md is another function in SECTIONS.
"""

from __future__ import annotations

import platform
import statistics
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any, NamedTuple

import psutil

FOLDER = Path(__file__).parent
PACKAGES = ("numpy", "rank-bm25", "bm25s")

# Of each size, of each engine, what was measured.
Results = Mapping[int, Mapping[str, Mapping[str, Any]]]


class Measured(NamedTuple):
    """What a report is made of; `mean_lengths` are of passages, in dictionary forms."""

    results: Results
    mean_lengths: Mapping[int, float]
    questions: Sequence[Sequence[Any]]
    real_passages: int


def write_report(
    results: Results, mean_lengths: Mapping[int, float], questions: Sequence[Sequence[Any]], real_passages: int
) -> None:
    """Write both files."""
    measured = Measured(results, mean_lengths, questions, real_passages)
    sections = [section(measured) for section in SECTIONS]
    (FOLDER / "RESULTS.md").write_text("\n\n".join(filter(None, sections)) + "\n", encoding="utf-8")
    _draw(results)


def machine(measured: Measured) -> str:
    """What it was measured on, and with what."""
    words = [sum(term.view == "lemma" and not term.synonym for term in terms) for terms in measured.questions]
    packages = ", ".join(f"{package} {version(package)}" for package in PACKAGES)
    import sqlite3

    return "\n".join(
        [
            "# What engines take",
            "",
            "Written by `python -m tests.benchmarks.engines --data FOLDER`.",
            "",
            (
                f"- {datetime.now(UTC):%Y-%m-%d}, {_processor()}, {psutil.cpu_count()} cores, "
                f"{psutil.virtual_memory().total / 1e9:.0f} GB of memory, {platform.system()}"
            ),
            f"- Python {platform.python_version()}, {packages}, SQLite {sqlite3.sqlite_version}",
            f"- {measured.real_passages:,} real passages; beyond these, passages of their sentences, drawn at random",
            (
                f"- {len(measured.questions)} real questions, of {statistics.mean(words):.1f} words and "
                f"{statistics.mean(map(len, measured.questions)):.1f} terms in all views on average"
            ),
        ]
    )


def engines(measured: Measured) -> str:
    """A table a size."""
    parts = [
        "## Engines",
        "",
        (
            "All have the same passages, as the dictionary forms of their words, and are asked for the same words; `all views` "
            "has all terms that kotae looks for. `half readable` counts, scores and ranks only passages of half of the "
            "sources. Each question is new to the engine, after a hundred others. Times are processor time."
        ),
        "",
        "- p50, p95: milliseconds a question, the best 20 passages, without analysing it",
        "- rank-bm25 takes: so many times as long, in the median over the questions that both were asked",
        "- memory: resident after the questions, of the whole process, in MB; mapped files count where they were read",
        "- add, remove: milliseconds for one passage, the median of 50 (and the most); `-`: all is built anew",
        "- start: seconds to open the file; rank-bm25 has none",
        "- build: seconds from terms to the file, and the most memory meanwhile, in MB",
        "- file: MB",
    ]
    for size, by_name in measured.results.items():
        parts += [
            "",
            f"### {size:,} passages of {measured.mean_lengths[size]:.0f} words on average",
            "",
            *_table(by_name),
        ]
    return "\n".join(parts)


# Further sections are added here: what a start with a store takes, a message added with a durable commit, `kotae add`.
SECTIONS: list[Callable[[Measured], str]] = [machine, engines, lambda _measured: "![Time and memory](results.svg)"]


def _table(by_name: Mapping[str, Mapping[str, Any]]) -> list[str]:
    rows = [
        "| engine | p50 | p95 | rank-bm25 takes | memory | add | remove | start | build | file |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    slowest = by_name["rank-bm25"]["times"]
    for name, one in by_name.items():
        times = one["times"]
        both = min(len(times), len(slowest))
        ratio = statistics.median(slowest[:both]) / statistics.median(times[:both])
        changes = [f"{one[key]:.2f} ({one[f'{key}_most']:.1f})" if key in one else "-" for key in ("add", "remove")]
        kept = one["file"] > 0
        cells = [
            name,
            f"{statistics.median(times):.2f}",
            f"{statistics.quantiles(times, n=20)[-1]:.2f}",
            f"{ratio:,.0f}" if name != "rank-bm25" else "",
            f"{one['memory']:,.0f}",
            *changes,
            f"{one['open']:.2f}",
            f"{one['build']:.1f} ({one['build_memory']:,.0f})" if kept else "",
            f"{one['file']:,.0f}" if kept else "",
        ]
        rows.append(f"| {' | '.join(cells)} |")
    return rows


def _draw(results: Results) -> None:
    """Time and memory over the number of passages, a line an engine."""
    import matplotlib as mpl
    from matplotlib.figure import Figure

    mpl.rcParams["svg.hashsalt"] = "kotae"
    figure = Figure(figsize=(11, 4.5), layout="constrained")
    time, memory = figure.subplots(1, 2)
    sizes = list(results)
    for name in results[sizes[0]]:
        time.plot(sizes, [statistics.median(results[size][name]["times"]) for size in sizes], "o-", label=name)
        memory.plot(sizes, [results[size][name]["memory"] for size in sizes], "o-", label=name)
    for axes, title in ((time, "processor time a question, ms (median)"), (memory, "resident memory, MB")):
        axes.set(title=title, xlabel="passages", xscale="log", yscale="log")
        axes.grid(visible=True, which="major", alpha=0.3)
    time.legend(fontsize="small")
    figure.savefig(FOLDER / "results.svg", metadata={"Date": None})


def _processor() -> str:
    """The processor's name, as far as the system tells."""
    described = Path("/proc/cpuinfo")
    if described.exists():
        for line in described.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()
