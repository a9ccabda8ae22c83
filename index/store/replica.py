"""A replica of the database: another server that follows it, and may be read from while it is not behind."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy import Connection, Engine

from index.errors import DatabaseError
from index.store.connection import reading
from index.store.rows import State

# In seconds: how long a replica is left alone after it was behind, or could not be read.
_AFTER_BEING_BEHIND = 1.0
_AFTER_A_FAILURE = 30.0

_Result = TypeVar("_Result")


class Replica:
    """Reads from a replica what is as new as the database itself was when it was last looked at.

    So this process never reads what is older than what it wrote or followed, nor what was deleted before the question.
    Safe for threads.
    """

    def __init__(self, engine: Engine, state_of: Callable[[Connection], State]) -> None:
        self.engine = engine
        self._state_of = state_of
        self._wanted: State | None = None
        self._again_at = 0.0

    def has_to_have(self, state: State) -> None:
        """Read from now on only where the replica has this state of the database, or a later one."""
        wanted = self._wanted
        # A thread that looked earlier may say so later.
        if wanted is None or wanted.identity != state.identity or wanted.generation <= state.generation:
            self._wanted = state

    def read(self, work: Callable[[Connection], _Result]) -> _Result | None:
        """What some work reads; None where the replica is behind or does not answer, and the database is to be read."""
        if self._wanted is None or time.monotonic() < self._again_at:
            return None
        try:
            with reading(self.engine) as connection:
                # From the same snapshot as what is read.
                if self._has(self._wanted, self._state_of(connection)):
                    return work(connection)
        except DatabaseError:
            self._again_at = time.monotonic() + _AFTER_A_FAILURE
        else:
            self._again_at = time.monotonic() + _AFTER_BEING_BEHIND
        return None

    @staticmethod
    def _has(wanted: State, state: State) -> bool:
        if state.identity != wanted.identity or state.generation < wanted.generation:
            return False
        return state.generation > wanted.generation or state.token == wanted.token
