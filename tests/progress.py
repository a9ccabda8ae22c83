"""Progress that tests look at."""

from __future__ import annotations

from collections import Counter

from index.progress import Step


class Told:
    """Keeps what it was told: the work that began, in its order, and how many steps of each were done."""

    def __init__(self) -> None:
        self.begun: list[tuple[str, int]] = []
        self.done = Counter[str]()

    def __call__(self, name: str, steps: int) -> Step:
        """Some work begins."""
        self.begun.append((name, steps))
        return lambda: self.done.update([name])
