"""Files that are archives of others: which kind of document one is, before anything of it is unpacked."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import PurePath
from zipfile import BadZipFile, ZipFile

from index.errors import ContentDamaged, ContentEncrypted, ContentExpandsTooLarge, ContentOtherKind
from index.loaders.content import Content
from index.loaders.limits import MEGABYTE
from index.types import Document

ZIP = b"PK\x03\x04"
OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# How the names of streams are written in the older container, which holds encrypted documents too.
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_STRICT = b"http://purl.oclc.org/ooxml/"
_STRICT_NAME = rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)"
_NAME = rb"http://schemas.openxmlformats.org/\1/2006/\2"
_OTHERS = {"mimetype": "OpenDocument", "xl/": "Excel", "ppt/": "PowerPoint", "word/": "Word"}


def parse_archive(content: Content, known: str) -> Document:
    """The document in a Word, Excel or PowerPoint file, or in what Slack exports.

    Raises ContentEncrypted, ContentOtherKind, ContentExpandsTooLarge or ContentDamaged.
    """
    if content.data.startswith(OLD_OFFICE):
        if _ENCRYPTED in content.data:
            raise ContentEncrypted(path=content.path)
        raise ContentOtherKind(path=content.path, kind="Microsoft Office 97-2003", known=known)
    try:
        archive = ZipFile(BytesIO(content.data))
    except (BadZipFile, ValueError, OSError, NotImplementedError) as error:
        kind = PurePath(content.path).suffix.removeprefix(".").upper()
        raise ContentDamaged(path=content.path, kind=kind) from error
    names = archive.namelist()
    parse = _parser(archive, set(names))
    if parse is None:
        kind = next((kind for begin, kind in _OTHERS.items() if any(name.startswith(begin) for name in names)), "ZIP")
        raise ContentOtherKind(path=content.path, kind=kind, known=known)
    # What an archive declares is what may be unpacked of it: zipfile stops there.
    size = sum(entry.file_size for entry in archive.infolist())
    if size > content.limits.largest_file * MEGABYTE:
        largest = str(content.limits.largest_file)
        raise ContentExpandsTooLarge(path=content.path, size=str(size // MEGABYTE), largest=largest)
    return parse(_transitional(content, archive))


def _transitional(content: Content, archive: ZipFile) -> Content:
    """A document in the variant of the format that is in use, where it is in the strict one, which has other names."""
    try:
        if _STRICT not in archive.read("_rels/.rels"):
            return content
        written = BytesIO()
        with ZipFile(written, "w") as rewritten:
            for name in archive.namelist():
                data = archive.read(name)
                rewritten.writestr(
                    name, re.sub(_STRICT_NAME, _NAME, data) if name.endswith((".xml", ".rels")) else data
                )
    except (KeyError, BadZipFile, OSError, NotImplementedError, zlib.error):
        # What is missing or damaged, the parser tells.
        return content
    return content._replace(data=written.getvalue())


def _parser(archive: ZipFile, names: set[str]) -> Callable[[Content], Document] | None:
    from index.loaders.chat.slack_export import is_slack_archive

    if "word/document.xml" in names:
        from index.loaders.office.word import parse_word

        return parse_word
    if "xl/workbook.xml" in names:
        from index.loaders.office.workbook import parse_workbook

        return parse_workbook
    if "ppt/presentation.xml" in names:
        from index.loaders.office.presentation import parse_presentation

        return parse_presentation
    if is_slack_archive(names):
        from index.loaders.chat.slack_export import parse_slack_archive

        return lambda content: parse_slack_archive(content, archive)
    return None
