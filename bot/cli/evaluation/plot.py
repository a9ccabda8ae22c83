"""A plot of one or two runs: recall@k, risk against coverage, and reliability; labels are in English, as in the literature."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bot.printable import printable
from index.errors import PlotUnavailable
from index.evaluation.beliefs import Belief
from index.evaluation.chat import ChatRun
from index.evaluation.curves import recall_curve, reliability, risk_coverage, risk_coverage_curve
from index.evaluation.runner import DEPTH, Run

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 15, 4.5
DOTS_PER_INCH = 150
# The area of the dot of a bin that has all questions.
LARGEST_DOT = 400


def ready_to_draw() -> None:
    """Raise PlotUnavailable where matplotlib is not installed."""
    if find_spec("matplotlib") is None:
        raise PlotUnavailable


def draw(path: Path, run: Run | ChatRun, other: Run | ChatRun | None) -> None:
    """Draw one or two runs into a .png or .svg file, the same bytes for the same runs; raises OSError."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    # Without pyplot, which keeps figures in the process and looks for a screen.
    figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
    recall, risk, reliable = figure.subplots(1, 3)
    _label(recall, "k", "recall@k")
    recall.set_xticks(range(1, DEPTH + 1))
    _label(risk, "coverage", "risk")
    _label(reliable, "confidence", "share right")
    reliable.plot((0, 1), (0, 1), color="gray", linestyle=":")
    runs: list[Run | ChatRun] = [run, other] if other else [run]
    for each in runs:
        label = printable(each.name).encode("ascii", "replace").decode()  # matplotlib's own font has no Japanese
        if each.answerable:
            recall.plot(range(1, DEPTH + 1), recall_curve(each.answerable), marker=".", label=label)
        for about, beliefs in each.beliefs.items():
            name = f"{label}, {about}" if about else label
            _draw_risk(risk, name, beliefs)
            _draw_reliability(reliable, name, beliefs)
    for axes, place in ((recall, "lower right"), (risk, "upper left"), (reliable, "upper left")):
        if axes.get_legend_handles_labels()[0]:
            axes.legend(loc=place)
    # Else an SVG has the time, and identifiers by chance.
    with rc_context({"svg.hashsalt": "kotae"}):
        figure.savefig(path, dpi=DOTS_PER_INCH, metadata={"Date": None} if path.suffix == ".svg" else None)


def _label(axes: Axes, x: str, y: str) -> None:
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(alpha=0.3)


def _draw_risk(axes: Axes, label: str, beliefs: Sequence[Belief]) -> None:
    (line,) = axes.plot(*risk_coverage_curve(beliefs), label=label)
    own = risk_coverage(beliefs)
    if own:
        axes.plot(*own, marker="o", linestyle="", color=line.get_color(), label=f"{label}: threshold")


def _draw_reliability(axes: Axes, label: str, beliefs: Sequence[Belief]) -> None:
    """A dot for each bin, the larger the more questions it has; a perfectly calibrated library's are on the diagonal."""
    bins = reliability(beliefs)
    confidences, right = [one.confidence for one in bins], [one.right for one in bins]
    error = sum(one.share * abs(one.right - one.confidence) for one in bins)
    (line,) = axes.plot(confidences, right, label=f"{label}: ECE {error:.3f}")
    axes.scatter(confidences, right, [LARGEST_DOT * one.share for one in bins], color=line.get_color(), alpha=0.5)
