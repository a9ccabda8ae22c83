"""The store as commands open it: with the built-in article as its first source."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import Settings
from index.errors import ContentUnreadable, KotaeError, SourceEmptied

if TYPE_CHECKING:
    from index.intake.intake import Intake, Progress, Report
    from index.store.rows import Source
    from index.store.store import Store

BUILT_IN_CONTENT = Path(__file__).parent.parent / "content"
# The location of the source that comes with the program.
BUILT_IN = "built-in"
# The kinds of sources that lie on this machine.
FILE, FOLDER = "file", "folder"


class SourceUnknown(KotaeError):
    """No source has this number or path; `values` has the `name` that was given."""


def built_in_sources() -> list[Source]:
    """The sources of a store that is yet to be made."""
    from index.audience import Audience
    from index.documents.passages import to_passages
    from index.loaders import find_files, load
    from index.store.rows import Source

    documents = [load(file) for file in find_files([BUILT_IN_CONTENT])]
    passages = sum(len(to_passages(document)) for document in documents)
    return [Source(1, BUILT_IN, BUILT_IN, Audience(), "", len(documents), passages)]


def open_store(settings: Settings) -> Store:
    """The store; a new one has the built-in article. Raises a DatabaseError."""
    from index.store.store import Store

    store = Store.open(settings.database_url)
    if not store.state().generation:
        from index.intake.intake import Intake

        with Intake(store, settings.limits) as intake:
            add_built_in(store, intake, Silent())
    return store


class Silent:
    """Progress that nobody watches."""

    def file_read(self) -> None:
        """Say nothing."""

    def passages_found(self, count: int) -> None:
        """Say nothing."""

    def passages_stored(self, count: int) -> None:
        """Say nothing."""


def add_built_in(store: Store, intake: Intake, progress: Progress) -> Report:
    """Bring the built-in article in, or back."""
    from index.audience import Audience

    return intake.take(store.put_source(BUILT_IN, BUILT_IN, Audience()), BUILT_IN_CONTENT, progress, sync=True)


def add(
    store: Store,
    intake: Intake,
    path: Path,
    progress: Progress,
    *,
    sync: bool,
    merged: Callable[[Path], None],
    allow_empty: bool = False,
) -> Report:
    """Take a file or a folder into the source that it is, or that it lies in; raises a ContentError or SourceGone.

    `merged` is called for each source that becomes a part of it. `allow_empty` is as for Intake.take.
    """
    from index.audience import Audience
    from index.intake.intake import is_at
    from index.loaders import as_on_disk

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
            place, kept = inner.relative_to(folder).as_posix(), len(store.digests(other))
            if kept and not allow_empty and not any(is_at(name, place) for name in store.digests(number)):
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
    from index.loaders import as_on_disk

    here = as_on_disk(Path(name)).resolve()
    for source in store.sources():
        if name in (str(source.number), source.location) or str(here) == source.location:
            return source
    raise SourceUnknown(name=name)
