"""The ways to answer that can be measured and compared, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from index.errors import ConfigurationUnknown
from index.reranking.outline import OutlinedPassage
from index.reranking.query_features import QueryFeatures
from index.reranking.reranker import Reranked
from index.search.library import Library
from index.types import Scored

# Gives a library that answers in a configuration, of one that answers as the program does.
Configure = Callable[[Library], Library]

DEFAULT = "default"


class FirstLook(Library):
    """The engine's ranking as it is, without reranking."""

    def _rerank(
        self, text: str, features: QueryFeatures, ranked: Sequence[Scored], found: Mapping[int, OutlinedPassage]
    ) -> list[Reranked]:
        places = {one.position: place for place, one in enumerate(ranked)}
        return sorted(super()._rerank(text, features, ranked, found), key=lambda one: places[one.position])


def default() -> Configure:
    """As the program answers."""
    return lambda library: library


def first_look() -> Configure:
    """Without reranking."""
    return lambda library: FirstLook(library.collection, library.engine)


def dense() -> Configure:
    """With nearness in meaning as a feature; raises EncoderMissing. Vectors are kept in memory only."""
    from index.meaning.multilingual_e5 import MultilingualE5
    from index.reranking.encoder import DenseSimilarity

    similarity = DenseSimilarity(MultilingualE5(), None)

    def configure(library: Library) -> Library:
        similarity.embed(list(library.collection.all()))
        library.similarities = similarity.similarities
        return library

    return configure


CONFIGURATIONS: dict[str, Callable[[], Configure]] = {DEFAULT: default, "first-look": first_look, "dense": dense}


def configured(name: str) -> Configure:
    """The configuration of a name; raises ConfigurationUnknown, or EncoderMissing."""
    if name not in CONFIGURATIONS:
        raise ConfigurationUnknown(name=name, known=", ".join(CONFIGURATIONS))
    return CONFIGURATIONS[name]()
