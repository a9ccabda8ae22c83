"""The files at some paths, found without reading them."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from stat import S_ISDIR, S_ISREG
from typing import NamedTuple
from unicodedata import normalize

from index.errors import (
    ContentError,
    ContentFolderLink,
    ContentKindUnknown,
    ContentLinkDangling,
    ContentMissing,
    ContentNotRegular,
    ContentTooLarge,
    ContentUnreadable,
    FolderWithoutDocuments,
)
from index.loaders.kinds import LOADERS
from index.loaders.limits import MEGABYTE

# Beside a document that is open, Microsoft Office keeps a file that begins with the latter.
_HIDDEN = (".", "~$")


class ContentFile:
    """A file as found: its `path`, its `name` within the folder that was asked for, its `size` and `modified_ns`.

    `named` says that the file itself was asked for. Raises ContentNotRegular for what is no file, ContentLinkDangling
    for a link to nothing, and ContentUnreadable where the system refuses.
    """

    def __init__(self, path: Path, name: str, *, named: bool = True) -> None:
        self.path = path
        self.named = named
        self.name = printable(name)
        try:
            stat = path.stat()
        except (OSError, ValueError) as error:
            if isinstance(error, FileNotFoundError) and path.is_symlink():
                raise ContentLinkDangling(path=str(path)) from error
            raise _unreadable(path, error) from error
        if not S_ISREG(stat.st_mode):
            raise ContentNotRegular(path=str(path))
        self.size = stat.st_size
        self.modified_ns = stat.st_mtime_ns

    @property
    def data(self) -> bytes:
        """The file's bytes, read anew each time."""
        return self.read(self.size)

    def read(self, most: int) -> bytes:
        """At most so many bytes from the file's beginning; raises ContentUnreadable."""
        try:
            with self.path.open("rb") as opened:
                return opened.read(most)
        except OSError as error:
            raise _unreadable(self.path, error) from error

    def check_size(self, largest: int) -> None:
        """Raise ContentTooLarge for a file of more than so many megabytes."""
        if self.size > largest * MEGABYTE:
            size = f"{self.size / MEGABYTE:.0f}"
            raise ContentTooLarge(path=str(self.path), size=size, largest=str(largest))


def printable(name: str) -> str:
    """A file's name as it is kept: with が as one character, which macOS writes as two.

    Bytes of a name that are no text arrive as halves of characters, which nothing can print.
    """
    return normalize("NFC", name.encode(errors="replace").decode())


def as_on_disk(path: Path) -> Path:
    """A path as the disk has it, where what is there is only called so in other code points."""
    if os.path.lexists(path):
        return path
    found = Path(path.anchor)
    for part in path.parts[1:] if path.anchor else path.parts:
        spellings = (part, normalize("NFC", part), normalize("NFD", part))
        found = next((found / one for one in spellings if os.path.lexists(found / one)), found / part)
    return found


class Skipped(NamedTuple):
    """What was not taken for a document, and why; `named` is whether the path itself was asked for."""

    path: Path
    error: ContentError
    named: bool


def find(paths: Sequence[Path]) -> Iterator[ContentFile | Skipped]:
    """What is at the paths, those of a folder in the order of their names; hidden files are left out without a word.

    A file's name is that within its folder, or its path where another file has that name already.
    A file that is named twice comes once.
    """
    names: set[str] = set()
    found: set[Path] = set()
    for file in _find(paths):
        if isinstance(file, ContentFile):
            if (resolved := file.path.resolve()) in found:
                continue
            found.add(resolved)
            if file.name in names:
                file.name = printable(str(file.path))
            names.add(file.name)
        yield file


def find_files(paths: Sequence[Path]) -> Iterator[ContentFile]:
    """The documents at the paths; raises a ContentError for a path that is none and a folder that has none."""
    for file in find(paths):
        if isinstance(file, ContentFile):
            yield file
        elif file.named:
            raise file.error


def _find(paths: Sequence[Path]) -> Iterator[ContentFile | Skipped]:
    for path in map(as_on_disk, paths):
        if path.is_dir():
            yield from _in_folder(path)
        elif not os.path.lexists(path):
            yield Skipped(path, ContentMissing(path=str(path)), named=True)
        else:
            yield _taken(path, path.name, named=True)


def _taken(path: Path, name: str, *, named: bool) -> ContentFile | Skipped:
    try:
        file = ContentFile(path, name, named=named)
    except ContentError as error:
        return Skipped(path, error, named)
    if path.suffix.lower() not in LOADERS:
        return Skipped(path, ContentKindUnknown(path=str(path), known=" ".join(LOADERS)), named)
    return file


def _in_folder(folder: Path) -> Iterator[ContentFile | Skipped]:
    """What a folder holds at any depth. Links to folders are not followed, which could lead round and round."""
    found = False
    # A stack, since folders may be nested deeper than calls may be.
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        if path is not folder and path.is_symlink() and path.is_dir():
            yield Skipped(path, ContentFolderLink(path=str(path)), named=False)
        elif path is folder or _is_folder(path):
            try:
                inside = sorted(Path(entry) for entry in os.scandir(path) if not entry.name.startswith(_HIDDEN))
            except OSError as error:
                yield Skipped(path, _unreadable(path, error), named=path is folder)
                found = found or path is folder
                continue
            waiting += reversed(inside)
            if not inside and path is not folder:
                yield Skipped(path, FolderWithoutDocuments(path=str(path), known=" ".join(LOADERS)), named=False)
        else:
            taken = _taken(path, path.relative_to(folder).as_posix(), named=False)
            found = found or isinstance(taken, ContentFile)
            yield taken
    if not found:
        yield Skipped(folder, FolderWithoutDocuments(path=str(folder), known=" ".join(LOADERS)), named=True)


def _is_folder(path: Path) -> bool:
    try:
        return S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def _unreadable(path: Path, error: OSError | ValueError) -> ContentUnreadable:
    return ContentUnreadable(path=str(path), reason=getattr(error, "strerror", None) or str(error))
