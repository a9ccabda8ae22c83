"""Files into the queue of a store: they are found here, and read and analysed by whoever works it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

from index.intake.intake import Intake, Taking, digest_of
from index.loaders import ContentFile, printable
from index.loaders.chat.slack_export import is_slack_day_file
from index.progress import Progress
from index.store.job_rows import DOCUMENT, FILE, NewJob
from index.store.jobs import Jobs
from index.types import Block, Document

# What is queued together, so that little is held in memory: bytes, and documents.
_MOST_BYTES, _MOST_FILES = 16_000_000, 500


class QueuedIntake(Intake):
    """Takes files into the queue of a store, as `Intake` does into the store itself."""

    def digests(self, source: int) -> dict[str, str]:
        """The digest of each document that a source has, or is going to have, by its name."""
        return self._store.digests(source) | Jobs(self._store).digests(source)

    def _take_all(self, source: int, taking: Taking, progress: Progress, still_ours: Callable[[], object]) -> None:
        """Queue what is new or changed."""
        jobs = Jobs(self._store)
        for together in _batches(taking.each(lambda file, _: self._job(file, taking.location), progress)):
            still_ours()
            jobs.put(source, together, taking.location)

    def _job(self, file: ContentFile, location: str) -> NewJob:
        """The job of a file, with all that another machine needs; raises a ContentError."""
        # A copy that was made to be read has no place that would tell anybody anything.
        stays = file.path.is_relative_to(Path(location))
        path = printable(str(file.path)) if stays else file.name
        data = file.data
        if is_slack_day_file(file.path):
            # It is read together with what lies beside it.
            return NewJob(DOCUMENT, file.name, path, digest_of(data), _write_document(self._loading.load(file)))
        return NewJob(FILE, file.name, path, digest_of(data), data)


def read_document(content: bytes) -> Document:
    """The document in the content of a job."""
    # What an earlier version queued has no date.
    name, title, source, blocks, url, warnings, *dated = json.loads(content)
    return Document(
        name,
        title,
        source,
        tuple(Block(*block) for block in blocks),
        url,
        tuple((cause, values) for cause, values in warnings),
        *dated,
    )


def _write_document(document: Document) -> bytes:
    return json.dumps(document, ensure_ascii=False).encode()


def _batches(jobs: Iterator[NewJob]) -> Iterator[list[NewJob]]:
    together: list[NewJob] = []
    size = 0
    for one in jobs:
        together.append(one)
        size += len(one.content)
        if size >= _MOST_BYTES or len(together) >= _MOST_FILES:
            yield together
            together, size = [], 0
    if together:
        yield together
