"""Files to documents. To read another kind of file, add a function to LOADERS."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from index.errors import (
    ContentBinary,
    ContentEmpty,
    ContentKindUnknown,
    ContentMissing,
    ContentNotUtf8,
    ContentUnreadable,
    FolderWithoutDocuments,
)
from index.types import Document

# Control characters, which could play tricks with a terminal, but for tab and line feed.
_CONTROLS = dict.fromkeys([*range(9), *range(11, 32), *range(127, 160)])


class ContentFile:
    """A file as found: its `path`, its `name` within the folder that was asked for, its `data`."""

    def __init__(self, path: Path, name: str) -> None:
        self.path = path
        self.name = name
        try:
            self.data = path.read_bytes()
        except OSError as error:
            raise ContentUnreadable(path=str(path), reason=error.strerror or str(error)) from error

    def text(self) -> str:
        """The file's text; raises ContentEmpty, ContentBinary or ContentNotUtf8."""
        if b"\0" in self.data:
            raise ContentBinary(path=str(self.path))
        try:
            text = self.data.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ContentNotUtf8(path=str(self.path)) from error
        text = text.replace("\r\n", "\n").replace("\r", "\n").translate(_CONTROLS)
        if not text.strip():
            raise ContentEmpty(path=str(self.path))
        return text


def load_markdown(file: ContentFile) -> Document:
    """CommonMark with tables, and front matter for title, source and url."""
    from index.markdown import parse_markdown

    return parse_markdown(file.text(), file.name, str(file.path))


def load_text(file: ContentFile) -> Document:
    """Plain text; a first line alone, without a full stop, is the title."""
    from index.plain_text import parse_plain_text

    return parse_plain_text(file.text(), file.name)


LOADERS: dict[str, Callable[[ContentFile], Document]] = {
    ".md": load_markdown,
    ".txt": load_text,
}


def find_files(paths: Sequence[Path]) -> Iterator[ContentFile]:
    """The files at the paths, those of a folder in the order of their names; hidden ones are left out.

    A file's name is that within its folder, or its path where another file has that name already. A file that is named twice is read once.
    """
    names: set[str] = set()
    found: set[Path] = set()
    for file in _find(paths):
        if (resolved := file.path.resolve()) in found:
            continue
        found.add(resolved)
        if file.name in names:
            file.name = str(file.path)
        names.add(file.name)
        yield file


def _find(paths: Sequence[Path]) -> Iterator[ContentFile]:
    for path in paths:
        if path.is_dir():
            yield from _files_of_folder(path)
        elif not path.exists():
            raise ContentMissing(path=str(path))
        elif not path.is_file():
            raise ContentUnreadable(path=str(path), reason="not a regular file")
        elif path.suffix.lower() not in LOADERS:
            raise ContentKindUnknown(path=str(path), known=" ".join(LOADERS))
        else:
            yield ContentFile(path, path.name)


def _files_of_folder(folder: Path) -> Iterator[ContentFile]:
    found = False
    try:
        inside = sorted(folder.rglob("*"))
    except OSError as error:
        raise ContentUnreadable(path=str(folder), reason=error.strerror or str(error)) from error
    for path in inside:
        relative = path.relative_to(folder)
        if (
            path.suffix.lower() in LOADERS
            and not any(part.startswith(".") for part in relative.parts)
            and path.is_file()
        ):
            found = True
            yield ContentFile(path, relative.as_posix())
    if not found:
        raise FolderWithoutDocuments(path=str(folder), known=" ".join(LOADERS))


def load(file: ContentFile) -> Document:
    """The document in a file; raises a ContentError that names it."""
    document = LOADERS[file.path.suffix.lower()](file)
    if not document.blocks:
        raise ContentEmpty(path=str(file.path))
    return document
