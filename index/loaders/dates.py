"""The day that a document says of itself. That of its file is none: copying changes it, and so does unpacking."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from io import BytesIO
from zipfile import BadZipFile, ZipFile

# A date with the year first: as in ISO 8601 or 2026年4月1日, and as in PDF (D:20260401…).
_DAY = re.compile(r"\s*(\d{4})\s?[-/.年]\s?(\d{1,2})\s?[-/.月]\s?(\d{1,2})|\s*(?:D:)?(\d{4})(\d\d)(\d\d)")
_EARLIEST, _LATEST = 1900, 2200

_PROPERTIES = "docProps/core.xml"
_LONGEST_PROPERTIES = 100_000
_MODIFIED = rb"<dcterms:modified[^>]*>([^<]+)<"
# What the empty documents say that python-docx and python-pptx begin with.
_OF_TEMPLATES = (b"2013-12-23T23:15:00Z", b"2013-01-27T09:15:58Z")


def first_day(texts: Iterable[str | None]) -> str | None:
    """The day of the first of some texts that is a date, in ISO 8601; None if none is."""
    return next(filter(None, map(_day, texts)), None)


def office_day(data: bytes) -> str | None:
    """The day on which a Word, Excel or PowerPoint document was last changed, as it says itself."""
    try:
        with ZipFile(BytesIO(data)) as archive, archive.open(_PROPERTIES) as file:
            properties = file.read(_LONGEST_PROPERTIES)
    except (KeyError, BadZipFile, OSError, NotImplementedError, RuntimeError):
        return None
    found = re.search(_MODIFIED, properties)
    if found is None or found[1] in _OF_TEMPLATES:
        return None
    return _day(found[1].decode(errors="replace"))


def _day(text: str | None) -> str | None:
    found = _DAY.match(text or "")
    if found is None:
        return None
    try:
        written = date(*(int(part) for part in found.groups() if part))
    except ValueError:
        return None
    return written.isoformat() if _EARLIEST <= written.year <= _LATEST else None
