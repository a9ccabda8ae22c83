from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.cli.evaluation import plot
from bot.cli.evaluation.evaluate import evaluate
from bot.cli.evaluation.plot import draw
from bot.wording import Wording
from index.errors import PlotUnavailable
from index.evaluation.beliefs import Belief
from index.evaluation.chat import ChatOutcome, ChatRun
from index.evaluation.runner import Run
from tests.index.examples import believed, outcome

RUN = Run("default", "abc", 3, tuple(believed(0.9 - number / 20, number / 20) for number in range(10)))
# The dots of both halves cancel each other out from .4 to .5 alone.
ERRORS = {"default": "0.230", "?.json": "0.400"}
OTHER = Run("前.json", "abc", 3, tuple(believed(0.6, 0.4, of=outcome(number)) for number in range(1, 11)))


def test_png(tmp_path: Path) -> None:
    """A .png file holds a picture as wide and high as three plots side by side."""
    path = tmp_path / "plot.png"
    draw(path, RUN, None)
    data = path.read_bytes()
    assert data.startswith(b"\x89PNG")
    assert [int.from_bytes(data[at : at + 4]) for at in (16, 20)] == [2250, 675]


def test_svg_is_the_same_for_the_same_runs(tmp_path: Path) -> None:
    """An .svg file has no time and nothing by chance in it, so that a change in it is one of quality."""
    for name in ("a.svg", "b.svg"):
        draw(tmp_path / name, RUN, OTHER)
    assert (tmp_path / "a.svg").read_bytes() == (tmp_path / "b.svg").read_bytes()
    assert "<svg" in (tmp_path / "a.svg").read_text(encoding="utf-8")


@pytest.mark.parametrize(("other", "lines"), [(None, ["default"]), (OTHER, ["default", "?.json"])])
def test_each_run_is_a_line(tmp_path: Path, other: Run | None, lines: list[str]) -> None:
    """The legends name each run, with its own threshold and calibration error, in letters that the font has."""
    draw(tmp_path / "plot.svg", RUN, other)
    svg = (tmp_path / "plot.svg").read_text(encoding="utf-8")
    legend = [part for name in lines for part in (name, name, f"{name}: threshold", f"{name}: ECE {ERRORS[name]}")]
    written = [line.strip().removeprefix("<!-- ").removesuffix(" -->") for line in svg.splitlines() if "<!--" in line]
    assert sorted(text for text in written if text.startswith(tuple(lines))) == sorted(legend)
    assert {"k", "recall@k", "coverage", "risk", "confidence", "share right"} <= set(written)


def test_articles_alone_are_lines_of_their_own(tmp_path: Path) -> None:
    """They stand beside those of the halves, in risk and in reliability."""
    alone = RUN.outcomes[0]._replace(in_article=Belief(0.9, answered=True, right=True))
    draw(tmp_path / "plot.svg", RUN._replace(outcomes=(*RUN.outcomes, alone)), None)
    svg = (tmp_path / "plot.svg").read_text(encoding="utf-8")
    assert "<!-- default, in article: threshold -->" in svg
    assert "<!-- default, in article: ECE 0.100 -->" in svg


def test_questions_of_a_chat_without_any_answer_are_drawn(tmp_path: Path) -> None:
    """Nothing can be ranked, but how sure the library was of it can be seen."""
    outcome = ChatOutcome("何？", "猫", "unanswerable", False, None, 0.25, "possible", 1.0)
    draw(tmp_path / "plot.svg", ChatRun("default", "abc", 1, (outcome,)), None)
    assert "<!-- default: ECE 0.250 -->" in (tmp_path / "plot.svg").read_text(encoding="utf-8")


def test_one_article_gives_recall_alone(tmp_path: Path) -> None:
    """Without halves there is no risk to draw, and no failure."""
    draw(tmp_path / "plot.svg", RUN._replace(outcomes=(outcome(), outcome(3))), None)
    assert "threshold" not in (tmp_path / "plot.svg").read_text(encoding="utf-8")


def test_a_missing_library_is_told_before_anything_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where matplotlib is not installed, the question sets are not even read, and the sentence says what to install."""
    monkeypatch.setattr(plot, "find_spec", lambda _name: None)
    outputs: dict[str, Any] = {"save": None, "misses": None, "plot": tmp_path / "plot.png"}
    with pytest.raises(PlotUnavailable) as caught:
        evaluate(Wording("en"), [tmp_path / "missing.json"], "default", None, **outputs, as_json=False, engine=None)
    assert '".[plot]"' in Wording("en").of_error(caught.value)
    assert not list(tmp_path.iterdir())
