"""The folder in which indexes are kept for the next start, in a file for each collection and kind of index."""

from __future__ import annotations

import time
from pathlib import Path

A_DAY = 24 * 3600
_LONG_UNUSED = 60 * A_DAY


class IndexFolder:
    """The indexes of one kind in a folder, by their suffix; None where nothing is kept."""

    def __init__(self, folder: Path | None, suffix: str) -> None:
        self._folder = folder
        self._suffix = suffix

    def newest_first(self, identity: str) -> list[Path]:
        """The indexes of a collection."""
        return sorted(self._folder.glob(f"{identity}-*{self._suffix}"), reverse=True) if self._folder else []

    def new_path(self, state: tuple[str, int, str]) -> Path | None:
        """Where to write the index of a collection in a state, if anywhere; raises OSError."""
        if self._folder is None:
            return None
        self._folder.mkdir(parents=True, exist_ok=True)
        identity, generation, _ = state
        return self._folder / f"{identity}-{generation:012d}{self._suffix}"

    def generation(self, identity: str) -> int:
        """The generation of the newest index of a collection, 0 where there is none."""
        return max((int(path.stem.partition("-")[2]) for path in self.newest_first(identity)), default=0)

    def delete_others(self, path: Path) -> None:
        """Delete what an index replaces, what a killed process left, and indexes of databases long not asked."""
        for other in path.parent.iterdir():
            age = time.time() - other.stat().st_mtime
            replaced = other.name.startswith(path.name.partition("-")[0]) and other.suffix == self._suffix
            if other != path and (replaced or age > _LONG_UNUSED or (other.suffix == ".part" and age > A_DAY)):
                other.unlink(missing_ok=True)

    def forget(self, but: Path | None = None) -> None:
        """Delete every index but the one named, and what was not written to its end; raises OSError."""
        for path in self._folder.glob(f"*{self._suffix}*") if self._folder else ():
            if path != but:
                path.unlink(missing_ok=True)


def forget_indexes(folder: Path) -> None:
    """Delete every index of every kind in a folder; raises OSError."""
    for path in folder.glob("*"):
        path.unlink(missing_ok=True)
