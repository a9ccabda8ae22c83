"""Files into the store: what is new or changed is read and analysed, what is gone is removed."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from hashlib import blake2b
from pathlib import Path
from typing import NamedTuple, Self, TypeVar

from index import errors
from index.documents.passages import to_passages
from index.errors import (
    ContentEmpty,
    ContentError,
    ContentMissing,
    ContentUnreadable,
    FolderWithoutDocuments,
    SourceEmptied,
)
from index.loaders import ContentFile, Limits, find, printable
from index.loaders.isolated import IsolatedLoader
from index.progress import Progress, Step, no_progress, no_step
from index.store.jobs import Jobs
from index.store.parallel_analysis import AnalysisPool
from index.store.rows import Analysed, AnalysedDocument
from index.store.store import Store
from index.store.turns import OnWaiting, turn_at
from index.types import Document, Passage

# Texts that are analysed, and documents that are committed, together: enough to keep all processors busy, few enough
# that little is done twice after a power cut.
_TOGETHER = 1_000
Result = TypeVar("Result")

# To be raised when loaders read files otherwise, or passages are made of them otherwise, than before: the next sync
# reads what is stored anew.
LOADING_VERSION = 5


class Report(NamedTuple):
    """How many documents were new, changed, unchanged and removed, and the cause for each that was skipped.

    `warned` are parts of documents that could not be read.
    """

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    removed: int = 0
    skipped: tuple[ContentError, ...] = ()
    warned: tuple[ContentError, ...] = ()


class _Read(NamedTuple):
    """A document that is new or changed, and the analyses of texts that it already had."""

    document: Document
    digest: str
    passages: list[Passage]
    known: dict[str, Analysed]

    @property
    def unknown(self) -> list[str]:
        return [passage.text for passage in self.passages if passage.text not in self.known]


class Intake:
    """Takes files into a store. Used as a context, at whose end the processes that it started end.

    `on_waiting` is told who else takes files into the source, when that has to be waited for.
    """

    def __init__(
        self, store: Store, limits: Limits | None = None, on_waiting: OnWaiting = lambda _holder: None
    ) -> None:
        self._store = store
        self._on_waiting = on_waiting
        self._limits = limits or Limits()
        self._loading = IsolatedLoader(self._limits)
        self._analysing = AnalysisPool()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._loading.__exit__(None, None, None)
        self._analysing.__exit__(None, None, None)

    def take(
        self,
        source: int,
        path: Path,
        progress: Progress = no_progress,
        below: str = "",
        sync: bool = False,
        allow_empty: bool = False,
    ) -> Report:
        """Take what is at a path into a source; where `sync` is set, also remove the documents that are gone.

        `below` comes in front of the documents' names, where the path lies within the source's folder. A file that
        cannot be read leaves the document as it was, and so does a folder in which there is nothing any more, or a path
        that is not there, unless `allow_empty` says that it is meant: its disk may not be mounted. Raises a
        ContentError where nothing at the path can be read, SourceBusy where another process does not come to an end
        with this source, and SourceGone where somebody removes the source meanwhile.
        """
        if not sync and not os.path.lexists(path):
            raise ContentMissing(path=str(path))
        location = next((location for number, _, location in self._store.locations() if number == source), "")
        with turn_at(self._store, source, location, self._on_waiting) as still_ours:
            return self._take(source, location, path, progress, below, sync, allow_empty, still_ours)

    def _take(
        self,
        source: int,
        location: str,
        path: Path,
        progress: Progress,
        below: str,
        sync: bool,
        allow_empty: bool,
        still_ours: Callable[[], object],
    ) -> Report:
        before = self.digests(source)
        if str(path) != location:
            place = printable(below.removesuffix("/") if path.is_dir() else below + path.name)
            before = {name: digest for name, digest in before.items() if is_at(name, place)}
        # Whoever adds one file wants to know that it cannot be read; of a folder the rest is wanted.
        alone = not sync and not path.is_dir()
        taking = Taking(location, before, path, below, alone, self._limits)
        self._take_all(source, taking, progress, still_ours)
        removed = taking.gone(allow_empty) if sync else taking.emptied
        if removed:
            self._store.put(source, removed=removed, location=location)
        return taking.report(len(removed))

    def digests(self, source: int) -> dict[str, str]:
        """The digest of each document that a source has, or that is in the queue for it, by its name."""
        # What is queued may be newer or older than what is found now: that is taken in any case.
        return self._store.digests(source) | dict.fromkeys(Jobs(self._store).digests(source), "")

    def _take_all(self, source: int, taking: Taking, progress: Progress, still_ours: Callable[[], object]) -> None:
        """Take what is new or changed: read, analyse and store it."""

        def read(file: ContentFile, digest: str) -> _Read:
            return self._read(source, file, digest, taking)

        waiting: Callable[[], None] | None = None
        for together in _batches(taking.each(read, progress)):
            begun = self._begin(source, taking.location, together, progress)
            still_ours()
            if waiting:
                waiting()
            waiting = begun
        if waiting:
            waiting()

    def _read(self, source: int, file: ContentFile, digest: str, taking: Taking) -> _Read:
        """The document in a file; raises a ContentError."""
        document = self._loading.load(file)
        if digest_of(file.data) != digest:
            digest = ""  # somebody is writing it: the next time it is read anew
        taking.warned += [getattr(errors, cause)(**values) for cause, values in document.warnings]
        known = self._store.analyses(source, file.name) if file.name in taking.before else {}
        # Another source may have a document of this name, whose passages are others.
        return _Read(document, digest, to_passages(document, location=taking.location), known)

    def _begin(self, source: int, location: str, together: list[_Read], progress: Progress) -> Callable[[], None]:
        """Begin to analyse documents; what it gives waits for that, and stores them."""
        passages = sum(len(one.passages) for one in together)
        analysed = progress("analyse", passages)
        texts = [text for one in together for text in one.unknown]
        analyses = self._analysing.analyse(texts)

        def store() -> None:
            found = dict(zip(texts, analyses(), strict=True))
            self._store.put(source, [_analysed(one, found) for one in together], location=location)
            for _ in range(passages):
                analysed()

        return store


class Taking:
    """One path on its way into a source: what was found there, and what became of it."""

    def __init__(
        self, location: str, before: dict[str, str], path: Path, below: str, alone: bool, limits: Limits
    ) -> None:
        self.location = location
        self.before = before
        self._path = path
        self._below = below
        self._alone = alone
        self._limits = limits
        self._there: set[str] = set()
        self._unreadable: list[str] = []
        self._empty: list[tuple[Path, str]] = []
        self._counts = {"new": 0, "changed": 0, "unchanged": 0}
        self._skipped: list[ContentError] = []
        self.warned: list[ContentError] = []
        self.emptied: list[str] = []

    def each(self, read: Callable[[ContentFile, str], Result], progress: Progress) -> Iterator[Result]:
        """What is read of each file that is new or changed, given its digest; progress is told from the first of them on."""
        loaded: Step = no_step
        counted = False
        for place, file in enumerate(find([self._path])):
            loaded()
            if not isinstance(file, ContentFile):
                self._skip(file.path, file.error, named=file.named)
                continue
            file.name = printable(self._below) + file.name
            if file.name in self._there:
                # Names that are no text can look alike.
                self._skipped.append(ContentUnreadable(path=file.name, reason="another file has this name"))
                continue
            self._there.add(file.name)
            try:
                digest = self._new_digest(file)
                if digest is None:
                    continue
                if not counted:
                    loaded = progress("load", sum(1 for _ in find([self._path])) - place)
                    counted = True
                found = read(file, digest)
                self._counts["changed" if file.name in self.before else "new"] += 1
                yield found
            except ContentEmpty as error:
                if self._alone and file.name not in self.before:
                    raise
                self._skipped.append(error)
                self.emptied += [file.name] if file.name in self.before else []
            except ContentError as error:
                if self._alone:
                    raise
                self._skipped.append(error)
        loaded()

    def gone(self, allow_empty: bool) -> list[str]:
        """The names of documents that were in the source and are no longer at the path.

        Where there is nothing any more is told, and what it had is kept, unless that is allowed.
        """
        missing = [name for name in self.before if name not in self._there]
        # What cannot be looked into may still be there.
        missing = [name for name in missing if not any(is_at(name, place) for place in self._unreadable)]
        for path, place in () if allow_empty else self._empty:
            kept = [name for name in missing if is_at(name, place)]
            missing = [name for name in missing if not is_at(name, place)]
            if kept:
                self._skipped.append(SourceEmptied(path=str(path), documents=str(len(kept))))
        return self.emptied + missing

    def report(self, removed: int) -> Report:
        """What became of the files."""
        return Report(**self._counts, removed=removed, skipped=tuple(self._skipped), warned=tuple(self.warned))

    def _skip(self, path: Path, error: ContentError, *, named: bool) -> None:
        is_empty = isinstance(error, FolderWithoutDocuments | ContentMissing)
        if named and not (is_empty and self.before):
            raise error
        place = "" if named else self._below + path.relative_to(self._path).as_posix()
        if is_empty:
            self._empty.append((path, place))
            return
        if isinstance(error, ContentUnreadable):
            self._unreadable.append(place)
        self._skipped.append(error)

    def _new_digest(self, file: ContentFile) -> str | None:
        """The digest of a file, None if the source has it already; raises a ContentError."""
        file.check_size(self._limits.largest_file)
        digest = digest_of(file.data)
        if self.before.get(file.name) == digest:
            self._counts["unchanged"] += 1
            return None
        return digest


def is_at(name: str, place: str) -> bool:
    """Whether a document of this name is the file at a place within its source, or lies in the folder there."""
    return not place or name == place or name.startswith(f"{place}/")


def digest_of(data: bytes) -> str:
    """The digest of what a file holds, and of how it is read."""
    return blake2b(data, digest_size=32, salt=LOADING_VERSION.to_bytes(2, "big")).hexdigest()


def _batches(documents: Iterator[_Read]) -> Iterator[list[_Read]]:
    together: list[_Read] = []
    passages = 0
    for one in documents:
        together.append(one)
        passages += len(one.passages)
        if passages >= _TOGETHER:
            yield together
            together, passages = [], 0
    if together:
        yield together


def _analysed(one: _Read, found: dict[str, Analysed]) -> AnalysedDocument:
    analysed = one.known | found
    return AnalysedDocument(one.document, one.digest, [(passage, analysed[passage.text]) for passage in one.passages])
