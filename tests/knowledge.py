"""Knowledge for tests: of passages, of files, and one that does not change."""

from __future__ import annotations

import atexit
from collections.abc import Collection, Sequence
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

from bot.knowledge import add, add_built_in
from index.audience import Audience
from index.intake.intake import Intake
from index.meaning.encoder import Encoder, encoder_named
from index.progress import no_progress
from index.search.knowledge import Admits, Knowledge, documents_of, everything
from index.search.library import Library
from index.store.store import Store
from index.types import Passage
from tests.stores import new_store

_folder = TemporaryDirectory(ignore_cleanup_errors=True)
atexit.register(_folder.cleanup)
_numbers = count()


def _store() -> Store:
    return new_store(Path(_folder.name), f"{next(_numbers)}.db")


@cache
def real_encoder() -> Encoder:
    """The encoder that is installed with the program, loaded once."""
    return encoder_named("use", None)


def knowledge_of(passages: Sequence[Passage], engine: str | None = None, encoder: Encoder | None = None) -> Knowledge:
    """Knowledge of these passages, in a store that lasts as long as the tests do."""
    store = _store()
    store.put(store.put_source("passages", "passages", Audience()), documents_of(passages, {}))
    return Knowledge.open(store, engine=engine, encoder=encoder)


def library_of(passages: Sequence[Passage], engine: str | None = None, encoder: Encoder | None = None) -> Library:
    """A library of these passages; without an encoder their words count alone."""
    return knowledge_of(passages, engine, encoder).library()


def library_of_files(*paths: Path) -> Library:
    """A library of what is at these paths."""
    store = _store()
    with Intake(store) as intake:
        for path in paths:
            add(store, intake, path, no_progress, sync=False)
    return Knowledge.open(store).library()


def library_of_the_article() -> Library:
    """A library of the built-in article, with the encoder that is installed with the program."""
    store = _store()
    with Intake(store) as intake:
        add_built_in(store, intake)
    return Knowledge.open(store, encoder=real_encoder()).library()


class FixedKnowledge(Knowledge):
    """Gives always the same library, whoever asks."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def audiences(self, _sources: Collection[int] | None = None) -> frozenset[Audience]:
        """Everybody."""
        return frozenset({Audience()})

    def library(self, admits: Admits = everything, sources: Collection[int] | None = None) -> Library:  # noqa: ARG002 - everybody may read it
        """The library."""
        return self._library

    def erase_index(self) -> None:
        """Keep what there is."""
