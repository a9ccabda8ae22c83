"""`kotae watch`: folders are kept as they are, until it is ended."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from threading import Event
from types import FrameType

from watchfiles import watch

from bot.settings import Settings
from bot.sources import DONE, print_report, sync
from bot.storing import BUILT_IN, open_store
from bot.wording import Wording
from index.errors import ContentMissing, KotaeError
from index.intake import Report
from index.store.store import Store

_UNTIL_LOOKING_AGAIN = 1_000  # milliseconds


class NothingToWatch(KotaeError):
    """No folder was named, and none was ever added."""


def watch_paths(say: Wording, settings: Settings, paths: Sequence[Path]) -> int:
    """Sync the folders, and each again when something in it changes; raises NothingToWatch or ContentMissing."""
    store = open_store(settings)
    paths = [path.resolve() for path in paths] or [
        Path(source.location) for source in store.sources() if source.location != BUILT_IN
    ]
    if not paths:
        raise NothingToWatch
    for path in paths:
        if not path.exists():
            raise ContentMissing(path=str(path))
    ended = Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    _sync(say, settings, store, paths, always_tell=True)
    print(say("watch.begun", count=len(paths)), flush=True)
    looked_again = False
    for changes in watch(
        *paths, stop_event=ended, raise_interrupt=False, yield_on_timeout=True, rust_timeout=_UNTIL_LOOKING_AGAIN
    ):
        changed = [Path(path) for _, path in changes]
        touched = [path for path in paths if any(one.is_relative_to(path) for one in changed)]
        # What changed between the first look and the first that the system told of.
        _sync(say, settings, store, touched if looked_again else paths)
        looked_again = True
    print(say("watch.ended"))
    return DONE


def _sync(say: Wording, settings: Settings, store: Store, paths: Sequence[Path], always_tell: bool = False) -> None:
    """Sync once; what cannot be done is told, and does not end the watch."""
    if not paths:
        return
    report, failures = sync(say, settings, store, paths)
    if always_tell or report._replace(unchanged=0) != Report():
        print_report(say, report)
    for failure in failures:
        print(say.of_error(failure), file=sys.stderr)
    sys.stdout.flush()
