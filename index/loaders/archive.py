"""Documents that are ZIP archives: .docx, .xlsx, .pptx and the export of Slack. The entries' names tell which."""

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
# The name of a stream in the format of Office 97-2003, which also holds encrypted documents of newer versions.
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_STRICT_NAMESPACE = b"http://purl.oclc.org/ooxml/"
_STRICT_URI = rb"http://purl\.oclc\.org/ooxml/(\w+)/(\w+)"
_TRANSITIONAL_URI = rb"http://schemas.openxmlformats.org/\1/2006/\2"
_OTHER_KINDS = {"mimetype": "OpenDocument", "xl/": "Excel", "ppt/": "PowerPoint", "word/": "Word"}


def parse_archive(content: Content, known: str) -> Document:
    """The document in a Word, Excel or PowerPoint file, or in what Slack exports.

    Raises ContentEncrypted, ContentOtherKind, ContentExpandsTooLarge or ContentDamaged.
    """
    if content.data.startswith(OLD_OFFICE):
        if _ENCRYPTED_STREAM in content.data:
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
        kind = next(
            (kind for prefix, kind in _OTHER_KINDS.items() if any(name.startswith(prefix) for name in names)), "ZIP"
        )
        raise ContentOtherKind(path=content.path, kind=kind, known=known)
    # zipfile unpacks no more of an entry than the size that it declares.
    size = sum(entry.file_size for entry in archive.infolist())
    if size > content.limits.largest_file * MEGABYTE:
        largest = str(content.limits.largest_file)
        raise ContentExpandsTooLarge(path=content.path, size=str(size // MEGABYTE), largest=largest)
    return parse(_to_transitional(content, archive))


def _to_transitional(content: Content, archive: ZipFile) -> Content:
    """A document in Strict Open XML converted to Transitional, which the parsers read: other names of namespaces."""
    try:
        if _STRICT_NAMESPACE not in archive.read("_rels/.rels"):
            return content
        written = BytesIO()
        with ZipFile(written, "w") as rewritten:
            for name in archive.namelist():
                data = archive.read(name)
                rewritten.writestr(
                    name, re.sub(_STRICT_URI, _TRANSITIONAL_URI, data) if name.endswith((".xml", ".rels")) else data
                )
    except (KeyError, BadZipFile, OSError, NotImplementedError, zlib.error):
        # The parser reports what is missing or damaged.
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
