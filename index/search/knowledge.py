"""What is answered from, as it is at the moment of a question."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from index.audience import Audience
from index.search.library import Library

# Whether what an audience may read may be shown.
Admits = Callable[[Audience], bool]


def everything(_audience: Audience) -> bool:
    """Admit every source, for whoever has the database itself."""
    return True


class Knowledge(Protocol):
    """Gives the library that a question is answered from."""

    def audiences(self) -> frozenset[Audience]:
        """Who may read some of what there is now."""
        ...

    def library(self, admits: Admits = everything) -> Library:
        """The library as it is now, of the sources whose audience is admitted: as if there were no others."""
        ...


class FixedKnowledge:
    """A library that everybody may read, and that does not change."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def audiences(self) -> frozenset[Audience]:
        """Everybody."""
        return frozenset({Audience()})

    def library(self, admits: Admits = everything) -> Library:  # noqa: ARG002 - everybody may read it
        """The library."""
        return self._library
