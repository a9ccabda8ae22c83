"""What the commands share: the content to answer from, and where cards and progress are shown."""

from __future__ import annotations

import sys
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from bot.cli.card import Line, plain, print_wrapped
from bot.knowledge import BUILT_IN_CONTENT, open_store
from bot.settings import Settings
from bot.wording import Wording
from bot.wording.command_line import documents as sentences
from bot.wording.command_line.progress import PROGRESS
from index.audience import Audience
from index.errors import ContentError
from index.loaders import find_files
from index.search.knowledge import Admits, FixedKnowledge, Knowledge, everything
from index.search.library import LARGEST_IN_MEMORY, Library
from index.search.snapshot import Progress, open_library, read_snapshot, write_snapshot
from index.store.peek import is_there, peek
from index.types import Passage

if TYPE_CHECKING:
    from rich.progress import Progress as Bars

    from index.reranking.encoder import DenseSimilarity
    from index.search.stored_knowledge import StoredKnowledge
    from index.store.store import Store

_SNAPSHOT = "-store.json"
# Fewer steps than this are done before a bar could be read.
_FEWEST_STEPS = 500


def open_content(say: Wording, settings: Settings, content: Sequence[Path]) -> Knowledge:
    """What to answer from: what the command line names, else the settings, else what was stored.

    Where nothing was ever stored that is the built-in content.
    """
    if paths := content or settings.content:
        return _open_files(say, settings, paths)
    if not is_there(settings.database_url):
        return _UntilStored(say, settings)
    return open_stored(say, settings, open_store(settings))


def open_for_one_question(say: Wording, settings: Settings, content: Sequence[Path]) -> Knowledge:
    """What to answer one question from: as `open_content`, but a small store is read from a snapshot of it."""
    folder, url = settings.cache_folder, settings.database_url
    if content or settings.content or settings.dense or folder is None or settings.engine == "postings":
        return open_content(say, settings, content)
    if (state := peek(url)) is None:
        return open_content(say, settings, content)
    path = _snapshot_path(folder, url)
    if library := read_snapshot(path, [url, *state]):
        return FixedKnowledge(library)
    forget_snapshot(settings)
    knowledge = open_content(say, settings, content)
    if knowledge.library().engine.size <= LARGEST_IN_MEMORY:
        _keep_snapshot(path, settings)
    return knowledge


def forget_snapshot(settings: Settings) -> None:
    """Delete the snapshots of stores, also those made under another URL: they may hold what was removed since."""
    folder = settings.cache_folder
    for path in (*folder.glob(f"*{_SNAPSHOT}"), *folder.glob("*.part")) if folder else ():
        with suppress(OSError):
            path.unlink(missing_ok=True)


def _snapshot_path(folder: Path, url: str) -> Path:
    return folder / f"{zlib.crc32(url.encode(errors='replace')):08x}{_SNAPSHOT}"


def _keep_snapshot(path: Path, settings: Settings) -> None:
    from index.search.stored_knowledge import listed

    if found := listed(open_store(settings)):
        state, library = found
        write_snapshot(path, [settings.database_url, *state], library)
        if peek(settings.database_url) != state:
            # What was removed while it was written is not to stay in it.
            forget_snapshot(settings)


class _UntilStored:
    """The built-in content, until somebody stores something."""

    def __init__(self, say: Wording, settings: Settings) -> None:
        self._say = say
        self._settings = settings
        self._built_in = True
        self._lock = Lock()
        self._knowledge = _open_files(say, settings, (BUILT_IN_CONTENT,))

    def audiences(self) -> frozenset[Audience]:
        """Who may read some of what there is now."""
        return self._now().audiences()

    def library(self, admits: Admits = everything) -> Library:
        """The library as it is now."""
        return self._now().library(admits)

    def _now(self) -> Knowledge:
        with self._lock:
            if self._built_in and is_there(self._settings.database_url):
                self._knowledge = open_stored(self._say, self._settings, open_store(self._settings))
                self._built_in = False
        return self._knowledge


def open_stored(say: Wording, settings: Settings, store: Store) -> StoredKnowledge:
    """What to answer from, from a store; its index is brought up to date."""
    from index.search.ranking_index import RankingIndex
    from index.search.stored_knowledge import StoredKnowledge
    from index.store.renewal import renew

    folder = settings.cache_folder / "index" if settings.cache_folder else None
    index = RankingIndex(store, folder, settings.engine)
    with progress_bars(say) as progress:
        renew(store, progress)
        index.open(lambda steps: progress("index", steps))
        knowledge = StoredKnowledge(store, index)
        if settings.dense:
            passages = list(knowledge.library().collection.all())
            similarity = _similarity(settings, passages, progress)
            knowledge.similarities, knowledge.erase_similarities = similarity.similarities, similarity.erase
    return knowledge


def _open_files(say: Wording, settings: Settings, paths: Sequence[Path]) -> Knowledge:
    def skipped(error: ContentError) -> None:
        print(say(sentences.SKIPPED, reason=say.of_error(error)), file=sys.stderr)

    with progress_bars(say) as progress:
        library = open_library(find_files(paths), settings.cache_folder, progress, settings.limits, skipped)
        if settings.dense:
            library.similarities = _similarity(settings, list(library.collection.all()), progress).similarities
    return FixedKnowledge(library)


def _similarity(settings: Settings, passages: Sequence[Passage], progress: Progress) -> DenseSimilarity:
    from index.reranking.encoder import DenseSimilarity, MultilingualE5

    similarity = DenseSimilarity(MultilingualE5(), settings.cache_folder)
    similarity.embed(passages, progress("embed", len(passages)))
    return similarity


def print_card(lines: Iterator[Line]) -> None:
    """Print a card: coloured and wrapped in a terminal, plain in a pipe."""
    if sys.stdout.isatty():
        from bot.cli.console import console

        print_wrapped(lines, console())
    else:
        print(plain(lines), flush=True)


@contextmanager
def progress_bars(say: Wording) -> Iterator[Progress]:
    """Bars on standard error: told the name and the number of steps of some work, gives what to call after each."""
    shown: list[Bars] = []

    def begin(name: str, steps: int) -> Callable[[], object]:
        if steps < _FEWEST_STEPS:
            return lambda: None
        if not shown:
            shown.append(_start_bars())
        task = shown[0].add_task(say(PROGRESS[name]), total=steps)
        return lambda: shown[0].advance(task)

    try:
        yield begin
    finally:
        for bars in shown:
            bars.stop()


def _start_bars() -> Bars:
    from rich.progress import Progress as Bars

    from bot.cli.console import console

    bars = Bars(console=console(stderr=True))
    bars.start()
    return bars
