"""How near passages are to a question in meaning, also where they share no word.

Each passage is embedded once and its vector kept in a file, which can be deleted at any time.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

from index.language.sentences import split_sentences
from index.meaning.encoder import Encoder
from index.private_files import make_private
from index.types import Passage

if TYPE_CHECKING:
    from numpy import float16
    from numpy.typing import NDArray

# Characters, unless one sentence is longer. On JSQuAD whole paragraphs, of 170 on average, find two points less.
_WINDOW = 150
# Passages that are embedded, and kept, together.
_BATCH = 16
_FILE = "vectors.sqlite3"


def forget_vectors(cache_folder: Path) -> None:
    """Delete the vectors that are kept in a folder; raises OSError."""
    (cache_folder / _FILE).unlink(missing_ok=True)


class DenseSimilarity:
    """The cosine of questions and passages; vectors are kept in the folder, or without one for the process only.

    It can be used from several threads and processes: what two of them embed at once is embedded twice.
    """

    def __init__(self, model: Encoder, cache_folder: Path | None) -> None:
        self._model = model
        self._file = cache_folder / _FILE if cache_folder else None
        # One row a window. Half precision takes half the space, and gives the same cosines to three digits.
        self._vectors: dict[Passage, NDArray[float16]] = {}

    def embed(self, passages: Sequence[Passage], progress: Callable[[], object] = lambda: None) -> None:
        """Embed the passages that never were, so that no question waits for it; `progress` is called after each."""
        for start in range(0, len(passages), _BATCH):
            batch = passages[start : start + _BATCH]
            if new := [passage for passage in batch if passage not in self._vectors]:
                self._learn(new)
            for _ in batch:
                progress()

    def similarities(self, question: str, passages: Sequence[Passage]) -> list[float]:
        """The cosine, -1 to 1, of a question with the nearest window of each passage, in the order of the passages.

        Passages that never were embedded are embedded now, at some tenths of a second each.
        """
        import numpy as np

        if not passages:
            return []
        # What is erased meanwhile is not there any more.
        while not (known := self._vectors).keys() >= {*passages}:
            self.embed(passages)
        vectors = [known[passage] for passage in passages]
        cosines = np.concatenate(vectors).astype(np.float32) @ self._model.question(question)
        starts = np.cumsum([0, *map(len, vectors[:-1])])
        nearest: list[float] = np.maximum.reduceat(cosines, starts).tolist()
        return nearest

    def erase(self, but: Sequence[Passage]) -> None:
        """Leave nothing in memory and in the file of other passages than these: vectors tell what a text is about.

        A file that is damaged goes. Raises OSError.
        """
        self._vectors = {passage: vectors for passage in but if (vectors := self._vectors.get(passage)) is not None}
        if self._file and self._file.exists():
            _keep_only(self._file, {self._key(_windows(passage)) for passage in but})

    def _learn(self, passages: Sequence[Passage]) -> None:
        """Have the vectors of passages: from the file, else from the model."""
        import numpy as np

        windows = {passage: _windows(passage) for passage in passages}
        keys = {passage: self._key(windows[passage]) for passage in passages}
        kept = _read(self._file, keys.values()) if self._file else {}
        new = {keys[passage]: windows[passage] for passage in passages if keys[passage] not in kept}
        if new:
            kept |= self._embedded(new)
            if self._file:
                _keep(self._file, {key: kept[key] for key in new})
        for passage, key in keys.items():
            self._vectors[passage] = np.frombuffer(kept[key], np.float16).reshape(len(windows[passage]), -1)

    def _embedded(self, windows: Mapping[bytes, Sequence[str]]) -> dict[bytes, bytes]:
        """The vectors of windows, those under the same key one after the other, as they are kept."""
        rows = iter(self._model.encode([text for texts in windows.values() for text in texts]).astype("float16"))
        return {key: b"".join(next(rows).tobytes() for _ in texts) for key, texts in windows.items()}

    def _key(self, windows: Sequence[str]) -> bytes:
        text = "\n\n".join([self._model.name, *windows])
        return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _windows(passage: Passage) -> list[str]:
    """A passage's sentences, a few together, each time with what they stand under in front.

    The vector of a whole paragraph is a mean in which the one sentence that answers counts little.
    """
    above = "".join(f"{part}\n" for part in (passage.title, passage.heading, passage.speaker) if part)
    windows = [""]
    for sentence in split_sentences(passage.text):
        if windows[-1] and len(windows[-1]) + len(sentence) > _WINDOW:
            windows.append("")
        windows[-1] += sentence
    return [above + window for window in windows]


def _read(file: Path, keys: Iterable[bytes]) -> dict[bytes, bytes]:
    """Those of the vectors that the file has."""
    found: dict[bytes, bytes] = {}

    def look_up(database: sqlite3.Connection) -> None:
        for key in keys:
            found.update(database.execute("SELECT key, vector FROM vectors WHERE key = ?", (key,)))

    _with_database(file, look_up)
    return found


def _keep(file: Path, vectors: Mapping[bytes, bytes]) -> None:
    """Add vectors to the file; where it cannot be written, the next start embeds again."""
    _with_database(file, lambda database: database.executemany("REPLACE INTO vectors VALUES (?, ?)", vectors.items()))


def _keep_only(file: Path, keys: Collection[bytes]) -> None:
    """Take all other vectors out of the file, or do without it where that cannot be; raises OSError."""
    try:
        with closing(sqlite3.connect(file)) as database:
            gone = set(database.execute("SELECT key FROM vectors")) - {(key,) for key in keys}
            with database:
                database.executemany("DELETE FROM vectors WHERE key = ?", gone)
            # What was deleted would stay in gaps.
            database.execute("VACUUM")
    except sqlite3.DatabaseError:
        file.unlink(missing_ok=True)


def _with_database(file: Path, work: Callable[[sqlite3.Connection], object]) -> None:
    """Do some work on the file, and throw it away if it is damaged.

    Opened anew each time, so that it belongs to no thread, and another process may replace it.
    """
    with suppress(OSError, sqlite3.OperationalError):
        file.parent.mkdir(parents=True, exist_ok=True)
        make_private(file)
        try:
            with closing(sqlite3.connect(file)) as database, database:
                database.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
                work(database)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            file.unlink(missing_ok=True)
