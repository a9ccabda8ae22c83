"""How far some work is, for whoever shows it."""

from __future__ import annotations

from collections.abc import Callable

# Called after each step of some work.
Step = Callable[[], object]
# Told the name of some work and its number of steps, gives what to call after each. Work that is named again goes on:
# its steps are added to those that were told before.
Progress = Callable[[str, int], Step]


def no_step() -> None:
    """Show nothing."""


def no_progress(_name: str, _steps: int) -> Step:
    """Show nothing of any work."""
    return no_step
