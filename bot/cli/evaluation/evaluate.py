"""`kotae evaluate`: quality and speed of retrieval on question sets, alone or against another run."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path

from bot.cli.evaluation.misses import write_misses
from bot.cli.evaluation.plot import draw, ready_to_draw
from bot.cli.evaluation.report import print_comparison, print_report
from bot.cli.terminal import progress_bars
from bot.wording import Wording
from index.errors import AgainstUnknown, OutputUnwritable, RunsDiffer
from index.evaluation.configurations import CONFIGURATIONS, configured
from index.evaluation.question_sets import QuestionSet, fingerprint, read_question_sets
from index.evaluation.runner import Run, evaluated
from index.evaluation.runs import read_run, save_run
from index.progress import Progress


def evaluate(
    say: Wording,
    paths: Sequence[Path],
    configuration: str,
    against: str | None,
    *,
    save: Path | None,
    misses: Path | None,
    plot: Path | None,
    as_json: bool,
    engine: str | None = None,
) -> int:
    """Ask every question of the sets, print what was measured, and write what was asked for.

    What can be known to fail is told before the questions are asked; raises KotaeError.
    """
    configured(configuration)
    if plot:
        ready_to_draw()
    questions = read_question_sets(paths)
    saved = _saved_run(against, questions)
    for path in filter(None, (save, misses, plot)):
        _check_writable(path)
    with ExitStack() as stack:
        with progress_bars(say) as progress:
            run, library = stack.enter_context(evaluated(configuration, questions, progress, engine))
            other = saved or _other_run(against, questions, progress, engine)
        if save:
            save_run(run, save)
        if misses:
            write_misses(say, misses, library, questions.queries, run, other)
    if plot:
        draw(plot, run, other)
    if other:
        print_comparison(say, run, other, as_json)
    else:
        print_report(say, run, as_json)
    return 0


def _saved_run(against: str | None, questions: QuestionSet) -> Run | None:
    if against is None or against in CONFIGURATIONS:
        return None
    if not Path(against).exists():
        raise AgainstUnknown(name=against, known=", ".join(CONFIGURATIONS))
    run = read_run(Path(against))
    if run.question_set != fingerprint(questions):
        raise RunsDiffer(path=against)
    return run


def _other_run(against: str | None, questions: QuestionSet, progress: Progress, engine: str | None) -> Run | None:
    if against is None:
        return None
    with evaluated(against, questions, progress, engine) as (run, _):
        return run


def _check_writable(path: Path) -> None:
    try:
        path.open("ab").close()
    except OSError as error:
        raise OutputUnwritable(path=str(path), reason=error.strerror or str(error)) from error
