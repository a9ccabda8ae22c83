"""A library as built, kept for the next start, so that a single question does not pay for building it.

A snapshot holds the files that it was made from, whole or as a digest: it is used only while they, and the code and
the dictionary that made it, are what they were. It can be deleted at any time.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import unidic_lite

from index.errors import ContentError
from index.language import sound
from index.loaders import ContentFile, Limits
from index.ranking.memory.kept import KeptEngine, KeptScores
from index.reranking.outline import Outline, Sentence
from index.search.collection import ListedPassages
from index.search.library import LARGEST_IN_MEMORY, Library
from index.types import Passage

_KEPT = 20
# Of larger files a snapshot keeps a digest.
_KEPT_WHOLE = 100_000

# Told the name of some work ("load" or "analyse") and its number of steps, gives what to call after each.
Progress = Callable[[str, int], Callable[[], object]]


def open_library(
    files: Iterable[ContentFile],
    snapshots: Path | None,
    progress: Progress | None = None,
    limits: Limits | None = None,
    skipped: Callable[[ContentError], object] = lambda _error: None,
) -> Library:
    """The library of the files, from its snapshot in the folder where there is one, else built.

    Raises a ContentError for a file that no answer can be taken from, or that is beyond the limits, if it was named,
    or if there is no other; `skipped` is told of one that only lies in a folder, at every start.
    """
    limits = limits or Limits()
    files, errors = _within_limits(files, limits)
    sources = [[file.name, _state(file)] for file in files] if snapshots else []
    path = snapshots / f"{zlib.crc32(repr([name for name, _ in sources]).encode()):08x}.json" if snapshots else None
    if path and (library := read_snapshot(path, sources)):
        return library
    begin = progress or (lambda _name, _steps: lambda: None)
    passages = _passages(files, begin("load", len(files)), limits, errors)
    if errors and not passages:
        raise errors[0]
    for error in errors:
        skipped(error)
    library = Library.build(passages, begin("analyse", len(passages)))
    if path and not errors:
        write_snapshot(path, sources, library)
    return library


def _within_limits(found: Iterable[ContentFile], limits: Limits) -> tuple[list[ContentFile], list[ContentError]]:
    files, errors = [], []
    for file in found:
        try:
            file.check_size(limits.largest_file)
            files.append(file)
        except ContentError as error:
            if file.named:
                raise
            errors.append(error)
    return files, errors


def _state(file: ContentFile) -> str:
    """What a file holds; of a larger one its digest, since loading what makes digests takes as long as answering."""
    if file.size <= _KEPT_WHOLE:
        return file.data.decode("latin-1")
    from hashlib import blake2b

    return blake2b(file.data).hexdigest()


def _passages(
    files: Sequence[ContentFile], loaded: Callable[[], object], limits: Limits, errors: list[ContentError]
) -> list[Passage]:
    from index.documents.passages import to_passages
    from index.loaders.isolated import IsolatedLoader

    passages: list[Passage] = []
    with IsolatedLoader(limits) as loading:
        for file in files:
            try:
                passages += to_passages(loading.load(file))
            except ContentError as error:
                if file.named:
                    raise
                errors.append(error)
            loaded()
    return passages


def read_snapshot(path: Path, sources: Any) -> Library | None:
    """The library in a snapshot of these sources; None if there is none, or it is older or damaged.

    `sources` is whatever tells whether it still is what it was, as JSON gives it back.
    """
    try:
        kept = json.loads(path.read_bytes())
        if kept["made_by"] != _fingerprint() or kept["sources"] != sources:
            return None
        passages = [Passage(*fields) for fields in kept["passages"]]
        scores = KeptScores(*kept["scores"])
        if not len(passages) == len(kept["outlines"]) == len(kept["documents"]) or not scores.fits(len(passages)):
            return None
        sound.learn_latin(kept["latin"])
        outlines = [
            Outline(Sentence(*above), tuple(Sentence(*fields) for fields in sentences))
            for above, sentences in kept["outlines"]
        ]
        return Library(ListedPassages(passages, outlines, kept["documents"]), KeptEngine(scores))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


def write_snapshot(path: Path, sources: Any, library: Library) -> None:
    """Keep a library, unless it is too large for MemoryEngine.

    Where the folder cannot be written, the next start builds it again.
    """
    if not isinstance(library.collection, ListedPassages) or library.engine.size > LARGEST_IN_MEMORY:
        return
    from index.ranking.memory.engine import MemoryEngine

    if not isinstance(library.engine, MemoryEngine):
        return
    content: dict[str, Any] = {
        "made_by": _fingerprint(),
        "sources": sources,
        "passages": library.collection.passages,
        "outlines": library.collection.outlines,
        "documents": library.collection.document_of,
        "scores": library.engine.kept(),
        "latin": sound.known_latin(),
    }
    import tempfile

    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        _forget_oldest(path.parent)
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", errors="surrogatepass", dir=path.parent, suffix=".part", delete=False
        ) as unfinished:
            json.dump(content, unfinished, ensure_ascii=False, separators=(",", ":"))
        Path(unfinished.name).replace(path)


def _forget_oldest(folder: Path) -> None:
    kept = sorted(folder.glob("*.json"), key=lambda path: path.stat().st_mtime, reverse=True)
    for path in kept[_KEPT - 1 :]:
        path.unlink(missing_ok=True)


def _fingerprint() -> list[list[object]]:
    """What of the code and the dictionary changes what is kept: names, sizes and times of their files."""
    here = Path(__file__).parent.parent
    made_by = [
        *sorted(here.rglob("*.py")),
        here / "language" / "synonyms.txt",
        Path(unidic_lite.DICDIR) / "version",
    ]
    return [[path.name, stat.st_size, stat.st_mtime_ns] for path in made_by if (stat := path.stat())]
