"""`kotae work`: processes that work on what was queued, on any machine that reaches the database."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, suppress
from datetime import datetime
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from threading import Event, Lock
from types import FrameType
from typing import NamedTuple, Self

from bot.cli.terminal import progress_bars
from bot.knowledge import existing_store, open_store
from bot.metrics.metrics import Metrics
from bot.metrics.opened import opened_metrics
from bot.metrics.standing import Sampled, queue_gauges
from bot.metrics.traces import traced
from bot.settings import Settings
from bot.wording import Sentence, Wording
from bot.wording.command_line import documents as sentences
from index import errors
from index.errors import DatabaseError, DatabaseNewer, KotaeError
from index.intake.worker import Cause, Done, Worker
from index.meaning.encoder import shared_encoder
from index.processes import become_worker, interrupts_blocked
from index.progress import Progress, Step
from index.stages import Stage, timed, watching
from index.store.jobs import Jobs
from index.store.store import Store

DONE = 0
# All in seconds. How soon a signal is noticed, and how long what is under way may take to end then.
_ATTENTION, GRACE = 0.5, 30
# How often a line tells what was done where there is no terminal, and how often the queue is counted.
_BETWEEN_LINES, _BETWEEN_COUNTS = 10, 2
# How long the first process may wait, as for the database: SQLite has it wait a minute for others that write.
_LONGEST_SILENCE = 120
# How long a worker waits where the database does not let it work, and we until a process takes the place of one that ended.
_PAUSE = 5


class _Failed(NamedTuple):
    """Why a process cannot work: for good, or for the moment."""

    cause: Cause
    for_good: bool


class _Took(NamedTuple):
    """How long a stage took, as `stages.Told` is told."""

    name: Stage
    seconds: float
    error: type[BaseException] | None


def work(say: Wording, settings: Settings, processes: int, *, until_empty: bool) -> int:
    """Work on the queue until SIGTERM or Ctrl-C, or until it is empty; raises a KotaeError."""
    ended = Event()

    def end(_number: int, _frame: FrameType | None) -> None:
        ended.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, end)
    with ExitStack() as stack:
        # Beside processes that stay, a script that empties the queue would find their port taken.
        metrics = Metrics() if until_empty else stack.enter_context(opened_metrics(settings))
        # So that what is missing is told once, and here.
        stack.enter_context(traced(settings, "kotae-work"))
        store = stack.enter_context(closing(open_store(settings)))
        shown: _Bar | _Lines
        if sys.stderr.isatty():
            shown = _Bar(Jobs(store), stack.enter_context(progress_bars(say)))
        else:
            shown = _Lines(say, Jobs(store))
        print(say(sentences.WORKING, processes=processes), flush=True)
        workers = stack.enter_context(_Workers(say, settings, processes, until_empty))
        beat = _observe(metrics, Jobs(store), workers)
        while not ended.is_set() and workers.running:
            beat()
            for message in workers.messages():
                _tell(say, message, metrics, shown)
            # Workers go on once the database answers again, and so do we.
            with suppress(DatabaseError):
                shown.count()
            workers.replace()
        workers.end()
        for message in workers.messages():
            if isinstance(message, Done):
                metrics.worked(message.jobs, len(message.dead))
                shown.tell(message)
        with suppress(DatabaseError):
            shown.close()
    print(say(sentences.WORK_ENDED), flush=True)
    return DONE


def retry_dead(say: Wording, settings: Settings) -> int:
    """Put what could not be worked back into the queue."""
    with existing_store(settings) as store:
        print(say(sentences.RETRIED, jobs=Jobs(store).retry()))
    return DONE


def discard_dead(say: Wording, settings: Settings) -> int:
    """Delete what could not be worked."""
    with existing_store(settings) as store:
        print(say(sentences.DISCARDED, jobs=Jobs(store).discard()))
    return DONE


def _tell(say: Wording, message: Done | _Failed | _Took, metrics: Metrics, shown: _Bar | _Lines) -> None:
    """Tell what a worker did, or why it cannot work for the moment; raises a KotaeError where it never will."""
    if isinstance(message, _Took):
        metrics.took(*message)
    elif isinstance(message, Done):
        metrics.worked(message.jobs, len(message.dead))
        shown.tell(message)
        _print_causes(say, sentences.SKIPPED, message.dead)
        _print_causes(say, sentences.WARNED, message.warned)
    elif message.for_good:
        raise _error(message.cause)
    else:
        print(say.of_error(_error(message.cause)), file=sys.stderr, flush=True)


def _print_causes(say: Wording, sentence: Sentence, causes: Sequence[Cause]) -> None:
    for cause in causes:
        print(say(sentence, reason=say.of_error(_error(cause))), flush=True)


def _error(cause: Cause) -> KotaeError:
    name, values = cause
    error: KotaeError = getattr(errors, name)(**values)
    return error


class _Workers:
    """The processes that work. Used as a context, at whose end they are gone."""

    def __init__(self, say: Wording, settings: Settings, processes: int, until_empty: bool) -> None:
        self._say = say
        self._arguments = settings, until_empty
        self._running = [self._started() for _ in range(processes)]
        self._replaced = time.monotonic()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for process, connection in self._running:
            process.kill()
            process.join()
            connection.close()

    @property
    def running(self) -> int:
        """How many there are."""
        return len(self._running)

    def messages(self) -> Iterator[Done | _Failed | _Took]:
        """What they say within a moment."""
        connections = [connection for _, connection in self._running]
        for ready in wait(connections, _ATTENTION):
            try:
                while isinstance(ready, Connection) and ready.poll():
                    yield ready.recv()
            except (EOFError, OSError):
                # It ended, or was killed.
                continue

    def replace(self) -> None:
        """Let go of processes that are done, and start others for those that ended otherwise."""
        gone = [one for one in self._running if not one[0].is_alive()]
        for process, connection in gone:
            if process.exitcode and time.monotonic() - self._replaced < _PAUSE:
                continue
            self._running.remove((process, connection))
            connection.close()
            if process.exitcode:
                print(self._say(sentences.WORKER_STARTS_AGAIN, status=process.exitcode), file=sys.stderr, flush=True)
                self._running.append(self._started())
                self._replaced = time.monotonic()

    def end(self) -> None:
        """Let all end, and leave to others what they work on."""
        for process, _ in self._running:
            process.terminate()
        until = time.monotonic() + GRACE
        for process, _ in self._running:
            process.join(max(0.0, until - time.monotonic()))

    def _started(self) -> tuple[SpawnProcess, Connection]:
        context = get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        # Not a daemon: it starts processes itself, which read files.
        process = context.Process(target=_serve, args=(theirs, *self._arguments))
        # Ctrl-C is for this process alone, also while the other one starts.
        with interrupts_blocked():
            process.start()
        theirs.close()
        return process, ours


def _observe(metrics: Metrics, jobs: Jobs, workers: _Workers) -> Callable[[], None]:
    """Show how the queue stands; gives what is to be called now and then, as long as this process is alive."""
    last = time.monotonic()

    def beat() -> None:
        nonlocal last
        last = time.monotonic()

    state = Sampled(jobs.state)
    metrics.show({"kotae_workers": lambda: workers.running} | queue_gauges(state))
    metrics.health.watch(
        {"store": lambda: state.now() is not None, "workers": lambda: workers.running > 0},
        lambda: time.monotonic() - last < _LONGEST_SILENCE,
    )
    return beat


def _serve(connection: Connection, settings: Settings, until_empty: bool) -> None:
    """Work in a process of its own, until SIGTERM."""
    ended = Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    become_worker()
    sending = Lock()

    def send(message: Done | _Failed | _Took) -> None:
        # From several threads, of which one extends leases.
        with sending:
            connection.send(message)

    with ExitStack() as stack:
        if settings.metrics_port is not None and not until_empty:
            stack.enter_context(watching(timed(partial(_send_quietly, send))))
        stack.enter_context(traced(settings, "kotae-work"))
        _work(send, settings, ended, until_empty=until_empty)


def _send_quietly(
    send: Callable[[_Took], None], name: Stage, seconds: float, error: type[BaseException] | None
) -> None:
    # Where nobody listens any more, that is noticed once what is under way is done.
    with suppress(OSError):
        send(_Took(name, seconds, error))


def _work(send: Callable[[Done | _Failed], None], settings: Settings, ended: Event, *, until_empty: bool) -> None:
    try:
        encoder = shared_encoder(settings.encoder, settings.cache_folder) if settings.encoder else None
        store = Store.open(settings.database_url)
    except KotaeError as error:
        send(_Failed((type(error).__name__, error.values), for_good=True))
        return
    with closing(store), Worker(store, settings.limits, encoder, stopped=ended.is_set) as worker:
        while not ended.is_set():
            try:
                worker.run(send, until_empty=until_empty)
                return
            except DatabaseError as error:
                for_good = isinstance(error, DatabaseNewer)
                send(_Failed((type(error).__name__, error.values), for_good))
                if for_good:
                    return
                ended.wait(_PAUSE)


class _Bar:
    """What was done, as a bar in a terminal."""

    def __init__(self, jobs: Jobs, progress: Progress) -> None:
        self._jobs = jobs
        self._progress = progress
        self._total = self._done = 0
        self._counted = 0.0
        self._step: Step = lambda: None

    def tell(self, done: Done) -> None:
        """Some jobs were worked."""
        for _ in range(done.jobs + len(done.dead)):
            self._step()
            self._done += 1

    def count(self) -> None:
        """Take over what was queued meanwhile, every now and then."""
        if time.monotonic() - self._counted < _BETWEEN_COUNTS:
            return
        self._counted = time.monotonic()
        more = self._done + self._jobs.waiting() - self._total
        if more > 0:
            self._step = self._progress("work", more)
            self._total += more

    def close(self) -> None:
        """Say no more."""


class _Lines:
    """What was done, as lines of a log."""

    def __init__(self, say: Wording, jobs: Jobs) -> None:
        self._say = say
        self._jobs = jobs
        self._jobs_done = self._passages = self._dead = 0
        self._told = time.monotonic()

    def tell(self, done: Done) -> None:
        """Some jobs were worked."""
        self._jobs_done += done.jobs
        self._passages += done.passages
        self._dead += len(done.dead)

    def count(self) -> None:
        """Print a line, every now and then."""
        if time.monotonic() - self._told >= _BETWEEN_LINES:
            self.close()

    def close(self) -> None:
        """Print what was done since the last line, if anything was."""
        self._told = time.monotonic()
        if self._jobs_done or self._dead:
            counts = {"jobs": self._jobs_done, "passages": self._passages, "dead": self._dead}
            moment = datetime.now().astimezone().isoformat(timespec="seconds")
            print(self._say(sentences.WORKED, time=moment, waiting=self._jobs.waiting(), **counts), flush=True)
        self._jobs_done = self._passages = self._dead = 0
