"""`kotae watch`: sync files and folders whenever something in them changes."""

from __future__ import annotations

import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Event
from types import FrameType

from watchfiles import watch

from bot.cli.documents.sources import DONE, print_report, sync
from bot.knowledge import FILE, FOLDER, open_store
from bot.settings import Settings
from bot.wording import Wording
from bot.wording.command_line import documents as sentences
from index.errors import ContentMissing, DatabaseError, DatabaseNewer, KotaeError, SourceBusy
from index.intake.intake import Report
from index.store.store import Store

_POLL_INTERVAL = 1_000  # milliseconds
# In seconds: how long what the database did not let us do waits.
_AFTER_A_FAILURE = 5.0


class NothingToWatch(KotaeError):
    """No folder was named, and none was ever added."""


def watch_paths(say: Wording, settings: Settings, paths: Sequence[Path], allow_empty: bool) -> int:
    """Sync the paths, or else all sources, and each again when something in it changes.

    Raises NothingToWatch, ContentMissing, or a DatabaseError at the start; DatabaseNewer also later.
    """
    store = open_store(settings)
    named = [path.resolve() for path in paths]
    roots = named or _stored(store)
    if not roots:
        raise NothingToWatch
    for path in named:
        if not path.exists():
            raise ContentMissing(path=str(path))
    ended = Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    sync_these = partial(_sync, say, settings, store, allow_empty)
    # Where another process has it, it is said that we wait, and tried again.
    with suppress(SourceBusy):
        sync_these(roots, always_report=True)
    print(say(sentences.WATCHING, count=len(roots)), flush=True)
    told: set[str] = set()
    while not ended.is_set():
        try:
            # The operating system reports changes of a folder that was removed, not of its replacement: watch anew.
            _watch_these(store, named, ended, sync_these, told.clear)
        except DatabaseNewer:
            raise
        except (DatabaseError, SourceBusy) as error:
            # Watching begins again with everything, so what changed meanwhile is not lost.
            if (sentence := say.of_error(error)) not in told:
                print(sentence, file=sys.stderr, flush=True)
                told.add(sentence)
            ended.wait(_AFTER_A_FAILURE)
    print(say(sentences.WATCH_ENDED))
    return DONE


def _watch_these(
    store: Store,
    named: Sequence[Path],
    ended: Event,
    sync_these: Callable[[Sequence[Path]], object],
    synced: Callable[[], object],
) -> None:
    """Sync what changes, until a root is removed or replaced, or another source was added; `synced` is told each time."""
    roots = named or _stored(store)
    before = _identities(roots)
    # Editors save a file by replacing it, which is a change of its folder.
    folders = {path if path.is_dir() else path.parent for path in roots if path.exists()}
    if not folders:
        ended.wait(_POLL_INTERVAL / 1000)
        return
    # What changed before watching began.
    touched: Sequence[Path] = roots
    for changes in watch(
        *folders,
        watch_filter=None,
        stop_event=ended,
        raise_interrupt=False,
        yield_on_timeout=True,
        rust_timeout=_POLL_INTERVAL,
    ):
        changed = [Path(path) for _, path in changes]
        wanted = {*touched, *(path for path in roots if any(one.is_relative_to(path) for one in changed))}
        store.marks()
        # A source that was removed meanwhile is not added again.
        known = _stored(store)
        present = [path for path in roots if path in wanted and path.exists() and _is_in(path, known)]
        sync_these(present)
        synced()
        touched = ()
        if _identities(roots) != before or not (named or {*known} <= {*roots}):
            return


def _is_in(path: Path, sources: Sequence[Path]) -> bool:
    return any(path.is_relative_to(source) for source in sources)


def _identities(roots: Sequence[Path]) -> list[int]:
    return [path.stat().st_ino if path.is_dir() else int(path.exists()) for path in roots]


def _stored(store: Store) -> list[Path]:
    return [Path(location) for _, kind, location in store.locations() if kind in (FILE, FOLDER)]


def _sync(
    say: Wording,
    settings: Settings,
    store: Store,
    allow_empty: bool,
    paths: Sequence[Path],
    always_report: bool = False,
) -> None:
    """Sync once; an error is printed and does not end the watch.

    Raises SourceBusy or a DatabaseError where it is to be done again.
    """
    if not paths:
        return
    try:
        report, failures = sync(say, settings, store, paths, allow_empty)
    except DatabaseError:
        raise
    except KotaeError as error:
        print(say.of_error(error), file=sys.stderr, flush=True)
        return
    if always_report or report._replace(unchanged=0) != Report():
        print_report(say, report)
    for failure in failures:
        if not isinstance(failure, SourceBusy):
            print(say.of_error(failure), file=sys.stderr)
    sys.stdout.flush()
    if busy := next((failure for failure in failures if isinstance(failure, SourceBusy)), None):
        raise busy
