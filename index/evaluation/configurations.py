"""The ways to build a library that can be measured and compared, by name: one line each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from index.errors import ConfigurationUnknown
from index.reranking.query_features import Sought
from index.reranking.reranker import Reranked
from index.search.collection import Found
from index.search.library import Library
from index.types import Passage, Scored

# Builds a library of passages, and calls the second argument after each.
Build = Callable[[Sequence[Passage], Callable[[], object]], Library]
# The same with the engine of a name, None for the one that suits so many.
BuildWith = Callable[[Sequence[Passage], Callable[[], object], str | None], Library]

DEFAULT = "default"


class FirstLook(Library):
    """The engine's ranking as it is, without the second look."""

    def _second_look(
        self, text: str, seeks: Sought, ranked: Sequence[Scored], found: Mapping[int, Found]
    ) -> list[Reranked]:
        places = {one.position: place for place, one in enumerate(ranked)}
        return sorted(super()._second_look(text, seeks, ranked, found), key=lambda one: places[one.position])


def dense(passages: Sequence[Passage], progress: Callable[[], object], engine: str | None) -> Library:
    """With nearness in meaning as a feature; raises DenseExtraMissing. Vectors are kept in memory only."""
    from index.reranking.encoder import DenseSimilarity, MultilingualE5

    similarity = DenseSimilarity(MultilingualE5(), None)
    similarity.embed(passages)
    library = Library.build(passages, progress, engine)
    library.similarities = similarity.similarities
    return library


CONFIGURATIONS: dict[str, BuildWith] = {DEFAULT: Library.build, "first-look": FirstLook.build, "dense": dense}


def configured(name: str, engine: str | None = None) -> Build:
    """What builds a library in the configuration of this name, with an engine; raises ConfigurationUnknown."""
    if name not in CONFIGURATIONS:
        raise ConfigurationUnknown(name=name, known=", ".join(CONFIGURATIONS))
    build = CONFIGURATIONS[name]
    return lambda passages, progress: build(passages, progress, engine)
