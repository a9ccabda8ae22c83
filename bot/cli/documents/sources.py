"""`kotae add`, `kotae sync`, `kotae sources` and `kotae remove`: the sources whose documents are in the store."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path

from bot.attribution import local_day, needs_review
from bot.cli.console import console
from bot.cli.terminal import progress_bars
from bot.expiry import Term
from bot.knowledge import (
    BUILT_IN,
    FILE,
    FOLDER,
    add,
    add_built_in,
    built_in_is_left_out,
    find_source,
    intake_into,
    open_knowledge,
    open_store,
)
from bot.printable import one_line, to_json
from bot.settings import Settings
from bot.source_names import name_with_guild
from bot.wording import Wording, answers
from bot.wording.command_line import documents as sentences
from index.errors import ContentError, ContentKindUnknown, KotaeError, SourceEmptied, SourceGone
from index.intake.intake import Intake, Report
from index.progress import Progress
from index.store.discord.channels import Channels
from index.store.discord.message_rows import Channel
from index.store.expiries import Expiries, Expiry
from index.store.jobs import Jobs
from index.store.rows import Source
from index.store.store import Store

DONE = 0
FAILED = 2
# In seconds: how long to wait until the queue is looked at again.
_PAUSE = 0.5
# In seconds: after so many without a job done it is said that perhaps nobody works.
_UNTIL_TOLD = 10


def add_paths(say: Wording, settings: Settings, paths: Sequence[Path], built_in: bool, wait: bool = False) -> int:
    """Take files and folders into the store; a path that cannot be taken does not keep the others out.

    With `wait` it ends once all that was queued is worked.
    """
    store = open_store(settings)
    told, before = built_in_is_left_out(settings, store) and not built_in, Jobs(store).last()
    with _intake(say, settings, store) as intake, progress_bars(say) as progress:
        tasks = [_take(say, store, intake, path, progress, sync=False) for path in paths]
        report, failures = _run_all(say, tasks + [partial(add_built_in, store, intake, progress)] * built_in)
    status = _finish(say, settings, store, report, failures, told)
    return max(status, wait_for_queue(say, store, before)) if wait else status


def sync_paths(say: Wording, settings: Settings, paths: Sequence[Path], allow_empty: bool, wait: bool = False) -> int:
    """Bring the store up to date with the named files and folders, or with all sources where none is named."""
    store = open_store(settings)
    told, before = built_in_is_left_out(settings, store), Jobs(store).last()
    if not paths:
        _renew_built_in(say, settings, store)
    report, failures = sync(say, settings, store, paths, allow_empty)
    status = _finish(say, settings, store, report, failures, told)
    return max(status, wait_for_queue(say, store, before)) if wait else status


def sync(
    say: Wording, settings: Settings, store: Store, paths: Sequence[Path], allow_empty: bool
) -> tuple[Report, list[ContentError]]:
    """Add new documents, replace edited ones and remove deleted ones; gives a report, and the errors of whole sources.

    Without paths, all sources are synced. A source that somebody else removes meanwhile stays removed.
    """
    every = [] if paths else _locations(store)
    with _intake(say, settings, store) as intake, progress_bars(say) as progress:

        def take(path: Path) -> Report:
            with suppress(SourceGone):
                if path not in every or path in _locations(store):
                    return _take(say, store, intake, path, progress, sync=True, allow_empty=allow_empty)()
            print(say(sentences.REMOVED_MEANWHILE, path=path))
            return Report()

        return _run_all(say, [partial(take, path) for path in [*paths, *every]])


def _intake(say: Wording, settings: Settings, store: Store) -> Intake:
    """An intake that says on which other process it waits."""

    def on_waiting(holder: str) -> None:
        print(say(sentences.WAITING_FOR_OTHERS, holder=one_line(holder)), file=sys.stderr, flush=True)

    return intake_into(store, settings.limits, on_waiting, queued=settings.queued_intake)


def _renew_built_in(say: Wording, settings: Settings, store: Store) -> None:
    """Load the built-in article anew, as this version of it may differ, if it is among the sources."""
    if any(kind == BUILT_IN for _, kind, _ in store.locations()):
        with _intake(say, settings, store) as intake:
            add_built_in(store, intake)


def wait_for_queue(say: Wording, store: Store, after: int) -> int:
    """Wait until all that was queued after a job is worked; an error of what could not be is printed."""
    jobs = Jobs(store)
    last = jobs.last()
    left = jobs.waiting(after, last)
    with progress_bars(say) as progress:
        step = progress("work", left)
        most, until, told = left, time.monotonic() + _UNTIL_TOLD, False
        while left:
            time.sleep(_PAUSE)
            before, left = left, jobs.waiting(after, last)
            if left == most and not told and time.monotonic() > until:
                told = True
                print(say(sentences.STILL_WAITING), file=sys.stderr, flush=True)
            for _ in range(before - left):
                step()
    dead = [letter for letter in jobs.dead(after) if letter.number <= last]
    for letter in dead:
        print(say(sentences.SKIPPED, reason=say.of_error(letter.error)))
    return FAILED if dead else DONE


def list_sources(say: Wording, settings: Settings, as_json: bool) -> int:
    """Show the sources, with the number of documents and passages of each."""
    store = open_store(settings)
    sources, channels = store.sources(), Channels(store).all()
    if as_json:
        print(to_json([_as_json(say, source, channels) for source in sources]))
    elif not sources:
        print(say(sentences.NO_SOURCES))
    else:
        for source in sources:
            line = say(sentences.SOURCE, **_as_text(say, source, channels))
            console().print(line, soft_wrap=True)
        if built_in_is_left_out(settings, store):
            print(say(answers.BUILT_IN_LEFT_OUT))
    return DONE


def set_expiries(settings: Settings, terms: Sequence[tuple[str, Term | None]]) -> None:
    """Let sources, named by number or path, expire, or not (None); who is asked stays the same. Raises SourceUnknown."""
    store = open_store(settings)
    expiries = Expiries(store)
    for source, term in [(find_source(store, name), term) for name, term in terms]:
        before = expiries.of(source.number) or Expiry(source.number, "", 0)
        if term is None:
            expiries.unset(source.number)
        else:
            expiries.set(before._replace(**term._asdict()))


def remove(say: Wording, settings: Settings, names: Sequence[str]) -> int:
    """Remove sources, named by number or path, with all of their documents; raises SourceUnknown."""
    store = open_store(settings)
    sources = [find_source(store, name) for name in names]
    channels = Channels(store).all()
    for source in sources:
        store.remove_source(source.number)
        print(say(sentences.SOURCE_REMOVED, **_as_text(say, source, channels)))
    return DONE


def _take(
    say: Wording, store: Store, intake: Intake, path: Path, progress: Progress, *, sync: bool, allow_empty: bool = False
) -> Callable[[], Report]:
    def merged(inner: Path) -> None:
        print(say(sentences.FOLDER_MERGED, inner=inner, outer=path))

    def within(number: int, folder: Path) -> None:
        # Whoever syncs a part of a source did not ask for a source of its own.
        if not sync:
            print(say(sentences.ADDED_TO_FOLDER, inner=path, outer=folder, number=number))

    return partial(add, store, intake, path, progress, sync=sync, merged=merged, within=within, allow_empty=allow_empty)


def _run_all(say: Wording, tasks: Sequence[Callable[[], Report]]) -> tuple[Report, list[ContentError]]:
    reports, failures = [Report()], []
    for task in tasks:
        try:
            reports.append(task())
        except KeyboardInterrupt:
            print(say(sentences.INTERRUPTED), file=sys.stderr)
            raise
        except ContentError as error:
            failures.append(error)
    return _sum(reports), failures


def _sum(reports: Sequence[Report]) -> Report:
    new, changed, unchanged, removed, skipped, warned = zip(*reports, strict=True)
    causes = (tuple(one for some in several for one in some) for several in (skipped, warned))
    return Report(sum(new), sum(changed), sum(unchanged), sum(removed), *causes)


def _finish(
    say: Wording, settings: Settings, store: Store, report: Report, failures: Sequence[ContentError], told: bool
) -> int:
    """Print the report and the errors, and bring the index up to date; gives the exit status.

    `told` is whether it was said before that the built-in article is left out.
    """
    # Where nothing could be taken, why is all that there is to say.
    if not failures or report != Report():
        print_report(say, report)
    if settings.queued_intake and (queued := report.new + report.changed):
        print(say(sentences.QUEUED, documents=queued))
    for failure in failures:
        print(say.of_error(failure), file=sys.stderr)
    if settings.content:
        print(say(sentences.HIDDEN_BY_CONTENT), file=sys.stderr)
    elif not told and built_in_is_left_out(settings, store):
        print(say(answers.BUILT_IN_LEFT_OUT))
    if not settings.queued_intake:
        with progress_bars(say) as progress:
            open_knowledge(settings, store, progress)
    return FAILED if failures or any(isinstance(error, SourceEmptied) for error in report.skipped) else DONE


def print_report(say: Wording, report: Report) -> None:
    """Say how many documents were new, changed, unchanged, removed and skipped, and why those were."""
    for error in report.warned:
        print(say(sentences.WARNED, reason=say.of_error(error)))
    kinds = Counter(Path(error.values["path"]).suffix for error in report.skipped if _is_of_unknown_kind(error))
    for error in report.skipped:
        if not _is_of_unknown_kind(error):
            print(say(sentences.SKIPPED, reason=say.of_error(error)))
    if kinds:
        named = say(answers.LIST_SEPARATOR).join(
            f"{kind or say(sentences.NO_SUFFIX)} ×{count}" for kind, count in kinds.items()
        )
        print(say(sentences.UNKNOWN_KINDS, kinds=named))
    print(say(sentences.INTAKE_REPORT, **report._asdict() | {"skipped": len(report.skipped)}))


def _is_of_unknown_kind(error: KotaeError) -> bool:
    return isinstance(error, ContentKindUnknown)


def _locations(store: Store) -> list[Path]:
    return [Path(location) for _, kind, location in store.locations() if kind in (FILE, FOLDER)]


def _as_json(say: Wording, source: Source, channels: Sequence[Channel]) -> dict[str, object]:
    fields = source._asdict() | {"name": name_with_guild(say, source, channels)}
    return fields | {"audience": source.audience.kind}


def _as_text(say: Wording, source: Source, channels: Sequence[Channel]) -> dict[str, str]:
    # A file or folder of this machine is shown with its whole path.
    location = source.location if source.kind in (FILE, FOLDER) else name_with_guild(say, source, channels)
    added = local_day(source.added) if source.added else "–"
    counts = {"documents": str(source.documents), "passages": str(source.passages)}
    if source.changed and (changed := local_day(source.changed)) != added:
        added += say(sentences.CHANGED_LAST, date=changed)
    if warning := needs_review(say, source.needs_review_since):
        added += say(sentences.REVIEW, review=warning)
    elif source.due_later:
        added += say(sentences.REVIEW, review=say(sentences.TO_BE_REVIEWED, date=local_day(source.due_later)))
    return {"number": str(source.number), "location": one_line(location), "added": added, **counts}
