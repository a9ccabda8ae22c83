"""The ways to build a library that can be measured and compared, by name: one line each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from index.errors import ConfigurationUnknown
from index.library import Library
from index.types import Passage

# Builds a library of passages, and calls the second argument after each.
Build = Callable[[Sequence[Passage], Callable[[], object]], Library]

DEFAULT = "default"
CONFIGURATIONS: dict[str, Build] = {DEFAULT: Library.build}


def configured(name: str) -> Build:
    """What builds a library in the configuration of this name; raises ConfigurationUnknown."""
    if name not in CONFIGURATIONS:
        raise ConfigurationUnknown(name=name, known=", ".join(CONFIGURATIONS))
    return CONFIGURATIONS[name]
