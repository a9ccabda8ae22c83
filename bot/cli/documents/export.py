"""`kotae export`: every passage of the store as JSON Lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from bot.cli.terminal import progress_bars
from bot.json_contract import attribution_of
from bot.knowledge import existing_store
from bot.printable import to_json
from bot.settings import Settings
from bot.wording import Wording
from index.errors import OutputExists, OutputUnwritable
from index.private_files import private
from index.store.rows import StoredPassage


def export(say: Wording, settings: Settings, path: Path | None, *, force: bool) -> int:
    """Write all passages to a file, or to standard output where there is none; raises KotaeError."""
    with existing_store(settings) as store, _output(path, force) as output, progress_bars(say) as progress:
        written = progress("export", store.size()) if path else lambda: None
        for location, document, kept in store.all():
            output.write(_line(location, document, kept) + "\n")
            written()
        output.flush()
    return 0


def _line(location: str, document: str, kept: StoredPassage) -> str:
    content = {
        "source": location,
        "document": document,
        "passage_id": kept.passage.id,
        "text": kept.passage.text,
        "attribution": asdict(attribution_of(kept.passage)),
    }
    return to_json(content)


@contextmanager
def _output(path: Path | None, force: bool) -> Iterator[TextIO]:
    if path is None:
        if isinstance(sys.stdout, TextIOWrapper):
            # A file is in UTF-8 whatever the terminal is in.
            sys.stdout.reconfigure(encoding="utf-8")
        yield sys.stdout
        return
    try:
        with open(path, "w" if force else "x", encoding="utf-8", opener=private) as file:
            yield file
    except FileExistsError as error:
        raise OutputExists(path=str(path)) from error
    except OSError as error:
        raise OutputUnwritable(path=str(path), reason=error.strerror or str(error)) from error
