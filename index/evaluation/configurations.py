"""The ways to answer that can be measured and compared, by name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from index.errors import ConfigurationUnknown
from index.meaning.encoder import ENCODERS, Encoder, shared_encoder
from index.reranking.weights import LEXICAL
from index.search.library import Library

# Gives a library that answers in a configuration, of one that answers as the program does.
Configure = Callable[[Library], Library]

DEFAULT = "default"


class EngineAlone(Library):
    """Passages in the order of the engine's scores, without reranking."""

    weights = LEXICAL._replace(passage={"first_look": 1.0})


def _as_it_is(library: Library) -> Library:
    return library


class Configuration(NamedTuple):
    """A way to answer: an encoder, if any, and what becomes of the library."""

    encoder: Encoder | None = None
    configure: Configure = _as_it_is


def first_look() -> Configuration:
    """Without an encoder, and without reranking."""
    return Configuration(configure=lambda library: EngineAlone(library.collection, library.engine))


def with_encoder(name: str) -> Configuration:
    """With the encoder of a name; raises EncoderMissing or EncoderUnsupported. Vectors are kept in memory only."""
    return Configuration(shared_encoder(name, None))


CONFIGURATIONS: dict[str, Callable[[], Configuration]] = {
    DEFAULT: partial(with_encoder, "use"),
    "first-look": first_look,
    "off": Configuration,
    **{name: partial(with_encoder, name) for name in ENCODERS},
}


def configured(name: str) -> Configuration:
    """The configuration of a name; raises ConfigurationUnknown, or EncoderMissing or EncoderUnsupported."""
    if name not in CONFIGURATIONS:
        raise ConfigurationUnknown(name=name, known=", ".join(CONFIGURATIONS))
    return CONFIGURATIONS[name]()
