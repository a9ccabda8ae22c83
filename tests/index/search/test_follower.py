from __future__ import annotations

import time
from contextlib import closing
from threading import Event

from index.search.follower import Follower
from index.store.rows import State
from tests.conftest import PATIENCE


class Derived:
    """What is of a state once it was refreshed, which waits until it may."""

    def __init__(self) -> None:
        self.state: State | None = None
        self.begun, self.may_end = Event(), Event()

    def is_of(self, state: State) -> bool:
        """Whether it is right for a store in this state."""
        return self.state == state

    def refresh(self) -> None:
        """Take over what there is when this begins."""
        self.begun.set()
        assert self.may_end.wait(PATIENCE)
        self.state = State("one", 1, "")


def test_it_is_complete_as_of_the_beginning_of_a_refresh() -> None:
    """What came while that went on may be missing; once nothing is, it is complete as of when the store was looked at."""
    derived = Derived()
    with closing(Follower(derived, "test")) as follower:
        state = State("one", 1, "")
        begin = time.monotonic()
        assert not follower.take_over(state, begin, looked=begin)
        assert derived.begun.wait(PATIENCE)
        begun = time.monotonic()
        derived.may_end.set()
        assert follower.take_over(state, None, looked=begin)
        assert begin <= (follower.complete_at or 0) <= begun
        later = time.monotonic()
        assert follower.take_over(state, None, looked=later)
        assert follower.complete_at == later
        assert not follower.take_over(State("one", 2, ""), None, looked=time.monotonic() + 1)
        assert (follower.complete_at or 0) < time.monotonic()
