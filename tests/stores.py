"""Stores for tests, and what goes into them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from index.audience import Audience
from index.documents.passages import to_passages
from index.intake.intake import Intake, Report
from index.progress import Progress, no_progress
from index.store.rows import AnalysedDocument, analyse_text
from index.store.store import Store
from index.types import Block, Document

# For what SQLite alone has.
on_sqlite = pytest.mark.parametrize("databases", ["sqlite"], indirect=True)


@cache
def _empty_database() -> bytes:
    """Setting up a database takes half a second."""
    with TemporaryDirectory() as folder:
        Store.open(f"sqlite:///{folder}/kotae.db").close()
        return Path(folder, "kotae.db").read_bytes()


def new_store(folder: Path, name: str = "kotae.db") -> Store:
    """The store in a folder, an empty one where there is none."""
    path = folder / name
    if not path.exists():
        path.write_bytes(_empty_database())
    return Store.open(f"sqlite:///{path}")


def document(name: str, *texts: str, title: str = "") -> AnalysedDocument:
    """A document of these paragraphs, each a passage, as a store takes it."""
    blocks = tuple(Block(f"{text}。", f"見出し{place}") for place, text in enumerate(texts))
    made = Document(name, title or name, "総務部", blocks)
    passages = [(passage, analyse_text(passage.text)) for passage in to_passages(made)]
    return AnalysedDocument(made, str(hash(texts)), passages)


def put(
    store: Store,
    location: str,
    *documents: AnalysedDocument,
    audience: Audience | None = None,
    kind: str = "folder",
) -> int:
    """Put documents into the source at a location, and give its number."""
    source = store.put_source(kind, location, audience or Audience())
    store.put(source, documents)
    return source


def write(folder: Path, files: Mapping[str, str]) -> None:
    """Write files into a folder."""
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


def take(
    store: Store, folder: Path, *, sync: bool = True, allow_empty: bool = False, progress: Progress = no_progress
) -> Report:
    """Take a folder into the store."""
    with Intake(store) as intake:
        source = store.put_source("folder", str(folder), Audience())
        return intake.take(source, folder, progress, sync=sync, allow_empty=allow_empty)


def texts(store: Store) -> list[str]:
    """The texts of all passages, in reading order."""
    return [kept.passage.text for _, _, kept in store.all()]
