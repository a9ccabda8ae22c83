"""What is answered from: the user's store, or one of the files that `--content` names."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from hashlib import blake2b
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.settings import Settings
from index.audience import Audience
from index.errors import (
    ContentError,
    ContentFolderLink,
    ContentKindUnknown,
    ContentLinkDangling,
    ContentNotRegular,
    ContentUnreadable,
    DatabaseError,
    DatabaseMissing,
    DatabaseUnusable,
    KotaeError,
    SourceEmptied,
)
from index.intake.intake import Intake, Report, is_at
from index.intake.queued import QueuedIntake
from index.loaders import Limits, as_on_disk, find_files
from index.meaning.encoder import shared_encoder
from index.progress import Progress, no_progress
from index.search.knowledge import Admits, Knowledge, everything, without_fallback
from index.store.connection import is_there, shown_address
from index.store.renewal import renew
from index.store.rows import Source
from index.store.store import Store
from index.store.turns import OnWaiting

BUILT_IN_CONTENT = Path(__file__).parent.parent / "content"
# The location of the source that comes with the program.
BUILT_IN = "built-in"
# The kinds of sources that lie on this machine.
FILE, FOLDER = "file", "folder"

# Stores of files that were named with --content: so many are kept for the next start.
_CONTENT_STORES_KEPT = 20
# What a folder has beside documents.
_NO_DOCUMENTS = (ContentKindUnknown, ContentFolderLink, ContentLinkDangling, ContentNotRegular)

# Told of a document of a folder that cannot be read.
OnSkipped = Callable[[ContentError], object]


class SourceUnknown(KotaeError):
    """No source has this number or path; `values` has the `name` that was given."""


def open_store(settings: Settings) -> Store:
    """The user's store; a new one has the built-in article. Raises a DatabaseError."""
    store = Store.open(settings.database_url, settings.database_read_url)
    if not store.state().generation:
        with Intake(store, settings.limits) as intake:
            add_built_in(store, intake)
    return store


@contextmanager
def existing_store(settings: Settings) -> Iterator[Store]:
    """The user's store; raises DatabaseMissing where nothing was ever stored, or another DatabaseError."""
    if not is_there(settings.database_url):
        raise DatabaseMissing(database=shown_address(settings.database_url))
    with closing(Store.open(settings.database_url)) as store:
        yield store


def open_knowledge(
    settings: Settings, store: Store, progress: Progress = no_progress, *, complete: bool = True
) -> Knowledge:
    """The knowledge in a store, analysed by this version, its index and vectors up to date.

    Where it need not be `complete`, missing vectors are made while questions are answered (Knowledge.open). Raises
    EncoderMissing or EncoderUnsupported, and an OpenSearchError.
    """
    folder = settings.cache_folder
    if folder:
        _delete_snapshots(folder)
    encoder = shared_encoder(settings.encoder, folder) if settings.encoder else None
    renew(store, progress)
    index = folder / "index" if folder else None
    url = settings.opensearch_url.reveal()
    knowledge = Knowledge.open(
        store,
        index,
        settings.engine,
        progress,
        encoder,
        complete=complete,
        others_encode=settings.queued_intake,
        opensearch_url=url,
    )
    # Whatever may be answered from one day has its vectors by now.
    knowledge.fallback = _fallback(settings)
    return knowledge


def built_in_is_left_out(settings: Settings, store: Store, admits: Admits = everything) -> bool:
    """Whether those whose audience is admitted are not answered from the built-in article, since they have others."""
    readable = {number for number, audience in store.quotable().items() if admits(audience)}
    return leaves_out_built_in(settings, frozenset(one.location for one in store.sources() if one.number in readable))


def leaves_out_built_in(settings: Settings, locations: frozenset[str]) -> bool:
    """Whether who may read the sources at these locations is not answered from the built-in article among them."""
    return locations != without_fallback(locations, _fallback(settings))


def _fallback(settings: Settings) -> str | None:
    return None if settings.built_in_always else BUILT_IN


@contextmanager
def opened_knowledge(
    settings: Settings, content: Sequence[Path], progress: Progress, skipped: OnSkipped, *, complete: bool = True
) -> Iterator[Knowledge]:
    """What to answer from: the files that the command line names, else those of the settings, else the user's store.

    `complete` is as for `open_knowledge`.

    Raises a ContentError for a file that no answer can be taken from, if it was named or if there is no other;
    `skipped` is told of one that only lies in a folder, at every start.
    """
    with ExitStack() as stack:
        if paths := content or settings.content:
            settings = settings._replace(engine=settings.local_engine, queued_intake=False)
            folder = stack.enter_context(TemporaryDirectory(ignore_cleanup_errors=True))
            store = _store_of_files(
                settings, [as_on_disk(path).resolve() for path in paths], Path(folder), progress, skipped
            )
        else:
            store = stack.enter_context(_store_to_ask(settings))
        stack.enter_context(closing(store))
        yield stack.enter_context(closing(open_knowledge(settings, store, progress, complete=complete)))


@contextmanager
def _store_to_ask(settings: Settings) -> Iterator[Store]:
    """The user's store; where none can be made, the built-in article is answered from all the same."""
    try:
        store = open_store(settings)
    except DatabaseUnusable:
        if is_there(settings.database_url):
            raise
        with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            yield open_store(settings._replace(database_url=f"sqlite:///{Path(folder, 'kotae.db')}"))
    else:
        yield store


def _store_of_files(
    settings: Settings, paths: Sequence[Path], temporary: Path, progress: Progress, skipped: OnSkipped
) -> Store:
    """A store of these files alone, which is kept in the cache folder for the next start where that can be."""
    if settings.cache_folder:
        name = blake2b("\0".join(map(str, paths)).encode(errors="surrogateescape"), digest_size=16).hexdigest()
        file = settings.cache_folder / "content" / f"{name}.db"
        try:
            store = _synchronised(settings, file, paths, progress, skipped)
        except DatabaseError:
            # It is damaged, of a later version, or in a folder that cannot be written.
            _delete_database(file)
        else:
            _delete_oldest(file)
            return store
    return _synchronised(settings, temporary / "content.db", paths, progress, skipped)


def _synchronised(
    settings: Settings, file: Path, paths: Sequence[Path], progress: Progress, skipped: OnSkipped
) -> Store:
    """The store in an SQLite database, with the documents that are at the paths now."""
    store = Store.open(f"sqlite:///{file}")
    try:
        with Intake(store, settings.limits) as intake:
            _synchronise(store, intake, paths, progress, skipped)
    except BaseException:
        store.close()
        raise
    return store


def _synchronise(store: Store, intake: Intake, paths: Sequence[Path], progress: Progress, skipped: OnSkipped) -> None:
    errors = [error for path in paths for error in _take(store, intake, path, progress)]
    if errors and not store.size():
        raise errors[0]
    for error in errors:
        skipped(error)


def _take(store: Store, intake: Intake, path: Path, progress: Progress) -> list[ContentError]:
    """Make a store what is at a path, and give what could not be read of a folder; raises a ContentError."""
    # A path at which there is nothing is an error, whatever was there before.
    next(find_files([path]), None)
    report = add(store, intake, path, progress, sync=True, allow_empty=True)
    errors = [error for error in report.skipped if not isinstance(error, _NO_DOCUMENTS)]
    if errors and not path.is_dir():
        raise errors[0]
    return errors


def _delete_oldest(file: Path) -> None:
    """Delete the stores of files that were not asked for the longest time."""
    with suppress(OSError):
        os.utime(file)
        kept = sorted(file.parent.glob("*.db"), key=lambda one: one.stat().st_mtime, reverse=True)
        for old in kept[_CONTENT_STORES_KEPT:]:
            _delete_database(old)


def _delete_database(file: Path) -> None:
    for suffix in ("", "-wal", "-shm"):
        with suppress(OSError):
            Path(f"{file}{suffix}").unlink(missing_ok=True)


def _delete_snapshots(cache_folder: Path) -> None:
    """Delete what earlier versions kept of stores: it tells of texts that may have been removed since."""
    for path in (*cache_folder.glob("*.json"), *cache_folder.glob("*.part"), cache_folder / "vectors.sqlite3"):
        with suppress(OSError):
            path.unlink(missing_ok=True)


def intake_into(store: Store, limits: Limits, on_waiting: OnWaiting = lambda _holder: None, *, queued: bool) -> Intake:
    """What takes files into a store, or into its queue."""
    return (QueuedIntake if queued else Intake)(store, limits, on_waiting)


def add_built_in(store: Store, intake: Intake, progress: Progress = no_progress) -> Report:
    """Bring the built-in article in, or back."""
    return intake.take(store.put_source(BUILT_IN, BUILT_IN, Audience()), BUILT_IN_CONTENT, progress, sync=True)


def add(
    store: Store,
    intake: Intake,
    path: Path,
    progress: Progress,
    *,
    sync: bool,
    merged: Callable[[Path], object] = lambda _inner: None,
    within: Callable[[int, Path], object] = lambda _number, _folder: None,
    allow_empty: bool = False,
) -> Report:
    """Take a file or a folder into the source that it is, or that it lies in; raises a ContentError or SourceGone.

    `merged` is called for each source that becomes a part of it, `within` with the number and the folder of a source that
    it is a part of. `allow_empty` is as for Intake.take.
    """
    path = as_on_disk(path).resolve()
    shown = str(path).encode(errors="replace").decode()
    if shown != str(path):
        raise ContentUnreadable(path=shown, reason="its name is no text")
    sources = {Path(place): (number, kind) for number, kind, place in store.locations() if kind in (FILE, FOLDER)}
    folders = [one for one, (_, kind) in sources.items() if kind == FOLDER and path.is_relative_to(one)]
    # The nearest, should there be several.
    folder = max(folders, key=lambda one: len(one.parts), default=path)
    if folders:
        number = sources[folder][0]
        inside = path.relative_to(folder)
        below = inside if path.is_dir() else inside.parent
        prefix = "" if below == Path() else below.as_posix() + "/"
        report = intake.take(number, path, progress, prefix, sync, allow_empty)
        if path != folder:
            within(number, folder)
    else:
        kind = FOLDER if path.is_dir() else FILE
        number = sources[path][0] if path in sources else store.put_source(kind, str(path), Audience())
        try:
            report = intake.take(number, path, progress, "", sync, allow_empty)
        finally:
            if path not in sources:
                store.remove_empty_source(number)
    for inner, (other, _) in sources.items():
        if inner != path and inner.is_relative_to(path):
            place, kept = inner.relative_to(folder).as_posix(), len(intake.digests(other))
            if kept and not allow_empty and not any(is_at(name, place) for name in intake.digests(number)):
                # Nothing of it was found here: its disk may not be mounted.
                emptied = SourceEmptied(path=str(inner), documents=str(kept))
                report = report._replace(skipped=(*report.skipped, emptied))
                continue
            # It is a part of this one now.
            store.remove_source(other)
            merged(inner)
    if allow_empty and not path.exists():
        store.remove_empty_source(number)
    return report


def find_source(store: Store, name: str) -> Source:
    """The source with a number, or at a path; raises SourceUnknown."""
    here = as_on_disk(Path(name)).resolve()
    for source in store.sources():
        if name in (str(source.number), source.location) or str(here) == source.location:
            return source
    raise SourceUnknown(name=name)
