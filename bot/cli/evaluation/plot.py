"""A plot of one or two runs: recall@k, and the risk-coverage curve; labels are in English, as in the literature."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from bot.printable import printable
from index.errors import PlotUnavailable
from index.evaluation.curves import recall_curve, risk_coverage, risk_coverage_curve
from index.evaluation.runner import DEPTH, Run

if TYPE_CHECKING:
    from matplotlib.axes import Axes

WIDTH, HEIGHT = 10, 4.5
DOTS_PER_INCH = 150


def ready_to_draw() -> None:
    """Raise PlotUnavailable where matplotlib is not installed."""
    if find_spec("matplotlib") is None:
        raise PlotUnavailable


def draw(path: Path, run: Run, other: Run | None) -> None:
    """Draw one or two runs into a .png or .svg file, the same bytes for the same runs; raises OSError."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    # Without pyplot, which keeps figures in the process and looks for a screen.
    figure = Figure(figsize=(WIDTH, HEIGHT), layout="constrained")
    recall, risk = figure.subplots(1, 2)
    _label(recall, "k", "recall@k")
    recall.set_xticks(range(1, DEPTH + 1))
    _label(risk, "coverage", "risk")
    for each in filter(None, (run, other)):
        label = printable(each.name).encode("ascii", "replace").decode()  # matplotlib's own font has no Japanese
        recall.plot(range(1, DEPTH + 1), recall_curve(each.outcomes), marker=".", label=label)
        _draw_risk(risk, label, each)
    recall.legend(loc="lower right")
    risk.legend(loc="upper left")
    # Else an SVG has the time, and identifiers by chance.
    with rc_context({"svg.hashsalt": "kotae"}):
        figure.savefig(path, dpi=DOTS_PER_INCH, metadata={"Date": None} if path.suffix == ".svg" else None)


def _label(axes: Axes, x: str, y: str) -> None:
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(alpha=0.3)


def _draw_risk(axes: Axes, label: str, run: Run) -> None:
    (line,) = axes.plot(*risk_coverage_curve(run.outcomes), label=label)
    own = risk_coverage(run.outcomes)
    if own:
        axes.plot(*own, marker="o", linestyle="", color=line.get_color(), label=f"{label}: threshold")
