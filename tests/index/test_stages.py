from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from index.stages import Stage, Watch, stage, timed, watching


def test_whoever_watches_is_told_each_stage() -> None:
    """How long it took, and the class of the error that ended it; afterwards nobody is."""
    told: list[tuple[Stage, type[BaseException] | None]] = []

    def tell(name: Stage, seconds: float, error: type[BaseException] | None) -> None:
        assert seconds >= 0
        told.append((name, error))

    with watching(timed(tell)):
        with suppress(ZeroDivisionError), stage("question"), stage("search"):
            raise ZeroDivisionError
        with stage("rank"):
            pass
    with stage("rank"):
        pass
    assert told == [("search", ZeroDivisionError), ("question", ZeroDivisionError), ("rank", None)]


def test_several_may_watch() -> None:
    """Each with a context of its own, one within the other."""
    happened = []

    def watch(who: str) -> Watch:
        @contextmanager
        def around(name: Stage) -> Iterator[None]:
            happened.append(f"{who} {name}")
            yield
            happened.append(f"{who} done")

        return around

    with watching(watch("first")), watching(watch("second")), stage("job"):
        happened.append("work")
    assert happened == ["first job", "second job", "work", "second done", "first done"]
