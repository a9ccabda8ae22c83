"""Works the queue: what is in a job is read, analysed and encoded here, and stored in the transaction that ends the job."""

from __future__ import annotations

import random
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from threading import Event, Thread
from typing import NamedTuple, Self

from index.documents.passages import to_passages
from index.errors import (
    ContentEmpty,
    ContentError,
    ContentTooMuchMemory,
    ContentTooSlow,
    DatabaseDisconnected,
    DatabaseError,
    DatabaseLocked,
    DatabaseTimedOut,
    DatabaseUnreachable,
    LoaderEnded,
    WorkFailed,
)
from index.intake.queued import read_document
from index.loaders import ContentFile, Limits
from index.loaders.isolated import IsolatedLoader
from index.meaning.encoder import Encoder
from index.meaning.parallel_encoding import encode_passages
from index.meaning.passage_texts import texts_of, vectors_name
from index.stages import stage
from index.store.job_rows import CONVERSATIONS, DOCUMENT
from index.store.jobs import LEASE, Content, Job, Jobs, Worked
from index.store.rows import Analysed, AnalysedDocument, State, analyse_text
from index.store.store import Store
from index.store.vectors import put_vectors, unencoded_passages
from index.types import Document, Passage

# In seconds: how long a worker that has nothing to do waits until it looks again.
_PAUSE = 1.0
# Of a longer document some passages get their vectors after it is stored, from all workers that have nothing else to do.
_MOST_ENCODED = 1_000
# Passages that are encoded in one go: a second's work.
_TOGETHER = 64
# Among so many without vectors a worker chooses, so that two hardly ever choose the same.
_CHOICE = 64 * _TOGETHER
# What another time may not happen, when the machine has less to do; anything else is the file's.
_MAY_PASS = (ContentTooSlow, ContentTooMuchMemory, LoaderEnded)
# These are of the database alone, whatever was to be stored.
_UNAVAILABLE = (DatabaseLocked, DatabaseTimedOut, DatabaseDisconnected, DatabaseUnreachable)


# Of a job that was removed meanwhile: what comes of it is not stored.
_GONE = Content(zlib.compress(b""), replaces=False)

# An error as it goes from one process to another: the name of its class, and its values.
Cause = tuple[str, dict[str, str]]


class Done(NamedTuple):
    """What a worker did: the jobs that it ended, the passages of these, and passages encoded that were stored before.

    `dead` is why jobs are not tried any more, `warned` what could not be read of documents.
    """

    jobs: int = 0
    passages: int = 0
    encoded: int = 0
    dead: tuple[Cause, ...] = ()
    warned: tuple[Cause, ...] = ()


class _Stopped(Exception):
    """The worker is to end."""


class _Made(NamedTuple):
    worked: Worked
    passages: list[Passage]
    warned: tuple[Cause, ...] = ()


class Worker:
    """Works jobs one after the other, until `stopped` says to end; then what it holds is left to others.

    Used as a context, at whose end the process that reads files ends.
    """

    def __init__(
        self,
        store: Store,
        limits: Limits | None = None,
        encoder: Encoder | None = None,
        lease: float = LEASE,
        stopped: Callable[[], bool] = lambda: False,
    ) -> None:
        self._store = store
        self._jobs = Jobs(store, lease)
        self._lease = lease
        self._encoder = encoder
        self._loading = IsolatedLoader(limits)
        self._stopped = stopped
        # All passages up to this state have vectors.
        self._encoded: State | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._loading.__exit__(None, None, None)

    def run(self, told: Callable[[Done], object], *, until_empty: bool) -> None:
        """Work what there is and what comes, or until there is nothing left; `told` is told what was done.

        Raises DatabaseNewer where a later version has the store now: it may be written otherwise there.
        """
        while not self._stopped():
            self._store.marks()
            try:
                done = self.work() or self.encode()
            except _Stopped:
                return
            if done:
                told(done)
            elif until_empty and not self._jobs.waiting():
                return
            else:
                # Not all at the same time.
                self._sleep(_PAUSE * random.uniform(0.75, 1.25))  # noqa: S311 - no secret

    def work(self) -> Done | None:
        """Work the next jobs; None if there are none. Raises a DatabaseError."""
        taken = self._jobs.take()
        if not taken:
            return None
        left = list(taken)
        try:
            with stage("job"), self._holding(taken[0].holder):
                return self._work(left)
        finally:
            # Because the worker is to end, or something is wrong with the database.
            with suppress(DatabaseError):
                self._jobs.release(left)

    def encode(self) -> Done | None:
        """Make some vectors that are missing; None if none are. Raises a DatabaseError."""
        if self._encoder is None:
            return None
        state, before = self._store.state(), self._encoded
        since = before.generation if before and before.identity == state.identity else 0
        if before == state:
            return None
        name = vectors_name(self._encoder)
        missing = unencoded_passages(self._store, name, since, _CHOICE)
        if not missing:
            self._encoded = state
            return None
        start = random.randrange(max(1, len(missing) - _TOGETHER))  # noqa: S311 - no secret
        kept = self._store.passages(missing[start : start + _TOGETHER])
        made = encode_passages(self._encoder, [texts_of(one.passage) for one in kept.values()])
        put_vectors(self._store, name, dict(zip(kept, made, strict=True)))
        return Done(encoded=len(kept))

    def _work(self, left: list[Job]) -> Done:
        """Work jobs, which leave the list as they end."""
        made: list[_Made] = []
        dead: list[Cause] = []
        contents = self._jobs.contents(left)
        for job in list(left):
            try:
                self._go_on()
                made.append(self._made(job, contents.get(job.number, _GONE)))
            except (_Stopped, DatabaseError):
                raise
            except Exception as error:  # noqa: BLE001 - whatever it is, it must not keep the others from being worked
                dead += self._fail(job, error)
                left.remove(job)
        ended = self._end(made, dead)
        left.clear()
        passages = sum(len(one.passages) for one in made)
        return Done(ended, passages, dead=tuple(dead), warned=tuple(warning for one in made for warning in one.warned))

    def _end(self, made: Sequence[_Made], dead: list[Cause]) -> int:
        """Store what was made of jobs; how many those were."""
        if not made:
            return 0
        name = vectors_name(self._encoder) if self._encoder else ""
        try:
            vectors = self._vectors([passage for one in made for passage in one.passages][:_MOST_ENCODED])
            return self._jobs.end([one.worked for one in made], name, vectors)
        except (_Stopped, *_UNAVAILABLE):
            raise
        except Exception as error:  # noqa: BLE001 - one of them cannot be encoded or stored: the next time each is alone
            for one in made:
                dead += self._fail(one.worked.job, error)
            return 0

    def _fail(self, job: Job, error: Exception) -> list[Cause]:
        """Let a job wait or be dead; the cause if it is dead."""
        cause = error if isinstance(error, ContentError) else _unknown(job, error)
        for_good = isinstance(cause, ContentError) and not isinstance(cause, _MAY_PASS)
        return [(type(cause).__name__, cause.values)] if self._jobs.fail(job, cause, for_good=for_good) else []

    def _made(self, job: Job, content: Content) -> _Made:
        if job.kind == CONVERSATIONS:
            passages = [passage for _, some in self._jobs.conversations(job) for passage in some]
            return _Made(Worked(job, analysed=self._analysed(passages, {})), passages)
        document = self._document(job, content)
        if document is None:
            return _Made(Worked(job), [])
        passages = to_passages(document, location=job.location)
        known = self._store.analyses(job.source, job.name) if content.replaces else {}
        analysed = self._analysed(passages, known)
        stored = AnalysedDocument(document, job.digest, [(one, analysed[one.text]) for one in passages])
        return _Made(Worked(job, stored), passages, document.warnings)

    def _analysed(self, passages: Sequence[Passage], known: Mapping[str, Analysed]) -> dict[str, Analysed]:
        """The analyses of the texts of passages, of which some are known."""
        analysed = dict(known)
        for passage in passages:
            if passage.text not in analysed:
                self._go_on()
                analysed[passage.text] = analyse_text(passage.text)
        return analysed

    def _document(self, job: Job, content: Content) -> Document | None:
        """The document of a job; None where the one that is stored has become empty. Raises a ContentError."""
        if job.kind == DOCUMENT:
            return read_document(content.data)
        with TemporaryDirectory(prefix="kotae-", ignore_cleanup_errors=True) as folder:
            path = Path(folder, "document" + PurePath(job.name).suffix)
            path.write_bytes(content.data)

            def where_it_came_from(values: Mapping[str, str]) -> dict[str, str]:
                return {name: value.replace(str(path), job.path) for name, value in values.items()}

            try:
                document = self._loading.load(ContentFile(path, job.name))
            except ContentError as error:
                if isinstance(error, ContentEmpty) and content.replaces:
                    return None
                raise type(error)(**where_it_came_from(error.values)) from error
            warnings = tuple((cause, where_it_came_from(values)) for cause, values in document.warnings)
            return document._replace(warnings=warnings)

    def _vectors(self, passages: Sequence[Passage]) -> dict[Passage, bytes]:
        vectors: dict[Passage, bytes] = {}
        if self._encoder is None:
            return vectors
        for start in range(0, len(passages), _TOGETHER):
            self._go_on()
            some = passages[start : start + _TOGETHER]
            vectors |= zip(some, encode_passages(self._encoder, [texts_of(one) for one in some]), strict=True)
        return vectors

    def _go_on(self) -> None:
        if self._stopped():
            raise _Stopped

    def _sleep(self, seconds: float) -> None:
        until = time.monotonic() + seconds
        while not self._stopped() and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.2))

    @contextmanager
    def _holding(self, holder: str) -> Iterator[None]:
        """Say every now and then that we still work on what we hold."""
        ended = Event()

        def extend() -> None:
            while not ended.wait(self._lease / 3):
                with suppress(DatabaseError):
                    self._jobs.extend(holder)

        thread = Thread(target=extend, daemon=True)
        thread.start()
        try:
            yield
        finally:
            ended.set()
            thread.join()


def _unknown(job: Job, error: Exception) -> WorkFailed:
    return WorkFailed(path=job.path, reason=f"{type(error).__name__}: {error}"[:200])
