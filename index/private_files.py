"""Files that nobody but their owner may read, from their first byte on. Windows keeps them so by its folders."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from pathlib import Path

_PRIVATE = 0o600


def private(path: str, flags: int) -> int:
    """What `open` takes as its opener; a regular file that is there already is made private before it is written."""
    descriptor = os.open(path, flags, _PRIVATE)
    tighten(Path(path))
    return descriptor


def make_private(path: Path) -> None:
    """Have an empty file where there is none, and a private one where there is one; raises OSError."""
    os.close(private(os.fspath(path), os.O_WRONLY | os.O_CREAT))


def tighten(path: Path) -> None:
    """Keep others from a regular file that is there; one that belongs to somebody else stays as it is."""
    with suppress(OSError):
        mode = path.stat().st_mode
        if stat.S_ISREG(mode) and stat.S_IMODE(mode) & ~_PRIVATE:
            path.chmod(_PRIVATE)
