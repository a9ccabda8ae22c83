"""`kotae evaluate`: quality and speed of retrieval on question sets, alone or against another run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack
from pathlib import Path
from typing import NamedTuple

from bot.cli.evaluation.chat import ask_after_earlier, read_sets
from bot.cli.evaluation.misses import MOST_MISSES, write_misses, write_worst
from bot.cli.evaluation.plot import draw, ready_to_draw
from bot.cli.evaluation.report import print_comparison, print_report
from bot.cli.terminal import progress_bars
from bot.wording import Wording
from index.errors import AgainstUnknown, OutputUnwritable, QuestionSetsMixed, RunsDiffer
from index.evaluation.chat import ChatRun, evaluate_chat, fingerprint_of_chat
from index.evaluation.configurations import CONFIGURATIONS, configured
from index.evaluation.misses import worst_of
from index.evaluation.question_sets import fingerprint, is_chat_set, read_question_sets
from index.evaluation.runner import Run, evaluated
from index.evaluation.runs import AnyRun, read_chat_run, read_run, save_run
from index.meaning.encoder import ENCODERS, shared_encoder
from index.progress import Progress
from index.search.library import Library


class Wanted(NamedTuple):
    """What to measure, what to compare it with, and the files to write."""

    configuration: str
    against: str | None
    save: Path | None
    misses: Path | None
    plot: Path | None
    engine: str | None
    in_article: bool
    every: int


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
    in_article: bool = False,
    every: int = 1,
    cache_folder: Path | None = None,
) -> int:
    """Ask the questions of the sets, print what was measured, and write what was asked for.

    What can be known to fail is told before the questions are asked; raises KotaeError.
    """
    for name in (configuration, against):
        if name and name in ENCODERS:
            # Configurations share it from here on; loaded without what is kept it takes seconds.
            shared_encoder(name, cache_folder)
    configured(configuration)
    if plot:
        ready_to_draw()
    chats = [path for path in paths if is_chat_set(path)]
    if chats and (in_article or len(chats) < len(paths)):
        raise QuestionSetsMixed(path=str(chats[0]))
    wanted = Wanted(configuration, against, save, misses, plot, engine, in_article, every)
    run, other = _of_chat(say, paths, wanted) if chats else _of_sets(say, paths, wanted)
    if plot:
        draw(plot, run, other)
    if other:
        print_comparison(say, run, other, as_json)
    else:
        print_report(say, run, as_json)
    return 0


def _of_sets(say: Wording, paths: Sequence[Path], wanted: Wanted) -> tuple[Run, Run | None]:
    questions = read_question_sets(paths)
    questions = questions._replace(queries=questions.queries[:: wanted.every])
    other = _saved_run(wanted.against, fingerprint(questions), read_run)
    _check_writable(wanted)

    def evaluated_as(configuration: str, progress: Progress) -> AbstractContextManager[tuple[Run, Library]]:
        return evaluated(configuration, questions, progress, wanted.engine, in_article=wanted.in_article)

    with ExitStack() as stack:
        with progress_bars(say) as progress:
            run, library = stack.enter_context(evaluated_as(wanted.configuration, progress))
            if wanted.against and not other:
                with evaluated_as(wanted.against, progress) as (other, _):
                    pass
        if wanted.save:
            save_run(run, wanted.save)
        if wanted.misses:
            write_misses(say, wanted.misses, library, questions.queries, run, other)
    return run, other


def _of_chat(say: Wording, paths: Sequence[Path], wanted: Wanted) -> tuple[ChatRun, ChatRun | None]:
    sets = read_sets(say, paths, wanted.every)
    other = _saved_run(wanted.against, fingerprint_of_chat(sets), read_chat_run)
    _check_writable(wanted)
    with progress_bars(say) as progress:
        run, missed = evaluate_chat(wanted.configuration, sets, ask_after_earlier, progress, wanted.engine)
        if wanted.against and not other:
            other, _ = evaluate_chat(wanted.against, sets, ask_after_earlier, progress, wanted.engine)
    if wanted.save:
        save_run(run, wanted.save)
    if wanted.misses:
        worst = worst_of(missed, other.outcomes if other else None, MOST_MISSES)
        write_worst(say, wanted.misses, worst, len(run.answerable), len(missed), other.name if other else "")
    return run, other


def _saved_run(against: str | None, question_set: str, read: Callable[[Path], AnyRun]) -> AnyRun | None:
    """The run that a file holds; None where a configuration is named, or nothing."""
    if against is None or against in CONFIGURATIONS:
        return None
    if not Path(against).exists():
        raise AgainstUnknown(name=against, known=", ".join(CONFIGURATIONS))
    run = read(Path(against))
    if run.question_set != question_set:
        raise RunsDiffer(path=against)
    return run


def _check_writable(wanted: Wanted) -> None:
    for path in filter(None, (wanted.save, wanted.misses, wanted.plot)):
        try:
            path.open("ab").close()
        except OSError as error:
            raise OutputUnwritable(path=str(path), reason=error.strerror or str(error)) from error
