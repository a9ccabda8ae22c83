"""Finds the files at paths and in folders, without reading them."""

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

# "~$" begins the lock file that Microsoft Office keeps beside an open document.
_HIDDEN_PREFIXES = (".", "~$")


class ContentFile:
    """A file that was found: its `path`, its `name` relative to the given folder, its `size` and `modified_ns`.

    `named` is whether the file itself was given, not a folder. Raises ContentNotRegular for what is no file,
    ContentLinkDangling for a link to nothing, and ContentUnreadable where the system refuses.
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
    """A file's name as it is stored: with が as one character, which macOS writes as two.

    Surrogates, which stand for bytes that are no text, become question marks.
    """
    return normalize("NFC", name.encode(errors="replace").decode())


def as_on_disk(path: Path) -> Path:
    """A path in the Unicode form, composed or decomposed, in which it is on disk."""
    if os.path.lexists(path):
        return path
    found = Path(path.anchor)
    for part in path.parts[1:] if path.anchor else path.parts:
        spellings = (part, normalize("NFC", part), normalize("NFD", part))
        found = next((found / spelling for spelling in spellings if os.path.lexists(found / spelling)), found / part)
    return found


class Skipped(NamedTuple):
    """A path that is no document, and why; `named` is whether the path itself was given."""

    path: Path
    error: ContentError
    named: bool


def find(paths: Sequence[Path]) -> Iterator[ContentFile | Skipped]:
    """The files at the paths, those of a folder in the order of their names; hidden files are left out silently.

    A file's name is relative to its folder, or its path where another file has that name already.
    A file that is given twice comes once.
    """
    names: set[str] = set()
    seen: set[Path] = set()
    for entry in _entries(paths):
        if isinstance(entry, ContentFile):
            if (resolved := entry.path.resolve()) in seen:
                continue
            seen.add(resolved)
            if entry.name in names:
                entry.name = printable(str(entry.path))
            names.add(entry.name)
        yield entry


def find_files(paths: Sequence[Path]) -> Iterator[ContentFile]:
    """The documents at the paths; raises a ContentError for a path that is none and a folder that has none."""
    for file in find(paths):
        if isinstance(file, ContentFile):
            yield file
        elif file.named:
            raise file.error


def _entries(paths: Sequence[Path]) -> Iterator[ContentFile | Skipped]:
    for path in map(as_on_disk, paths):
        if path.is_dir():
            yield from _in_folder(path)
        elif not os.path.lexists(path):
            yield Skipped(path, ContentMissing(path=str(path)), named=True)
        else:
            yield _content_file(path, path.name, named=True)


def _content_file(path: Path, name: str, *, named: bool) -> ContentFile | Skipped:
    try:
        file = ContentFile(path, name, named=named)
    except ContentError as error:
        return Skipped(path, error, named)
    if path.suffix.lower() not in LOADERS:
        return Skipped(path, ContentKindUnknown(path=str(path), known=" ".join(LOADERS)), named)
    return file


def _in_folder(folder: Path) -> Iterator[ContentFile | Skipped]:
    """The files in a folder at any depth. Links to folders are not followed, since they could be circular."""
    found = False
    # A stack: folders may be nested deeper than calls can be.
    stack = [folder]
    while stack:
        path = stack.pop()
        if path is not folder and path.is_symlink() and path.is_dir():
            yield Skipped(path, ContentFolderLink(path=str(path)), named=False)
        elif path is folder or _is_folder(path):
            try:
                entries = sorted(
                    Path(entry) for entry in os.scandir(path) if not entry.name.startswith(_HIDDEN_PREFIXES)
                )
            except OSError as error:
                yield Skipped(path, _unreadable(path, error), named=path is folder)
                found = found or path is folder
                continue
            stack += reversed(entries)
            if not entries and path is not folder:
                yield Skipped(path, FolderWithoutDocuments(path=str(path), known=" ".join(LOADERS)), named=False)
        else:
            file = _content_file(path, path.relative_to(folder).as_posix(), named=False)
            found = found or isinstance(file, ContentFile)
            yield file
    if not found:
        yield Skipped(folder, FolderWithoutDocuments(path=str(folder), known=" ".join(LOADERS)), named=True)


def _is_folder(path: Path) -> bool:
    try:
        return S_ISDIR(path.lstat().st_mode)
    except OSError:
        return False


def _unreadable(path: Path, error: OSError | ValueError) -> ContentUnreadable:
    return ContentUnreadable(path=str(path), reason=getattr(error, "strerror", None) or str(error))
