from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import docx
import pytest

from index.loaders.dates import first_day, office_day
from tests.index.loaders.examples import load_bytes, pdf


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-04-01", "2026-04-01"),
        ("2026-04-01T10:00:00+09:00", "2026-04-01"),
        ("2026/4/1", "2026-04-01"),
        ("2026年4月1日", "2026-04-01"),
        ("D:20260401120000+09'00'", "2026-04-01"),
        ("2026-02-30", None),
        ("0001-01-01", None),
        ("April 2026", None),
        ("", None),
        (None, None),
    ],
)
def test_a_day_is_read_as_documents_write_it(text: str | None, day: str | None) -> None:
    """Dates with the year first, also in PDF and Japanese; what is no day of a calendar is none."""
    assert first_day([None, text]) == day


@pytest.mark.parametrize(
    ("name", "data", "day"),
    [
        ("a.md", "---\ndate: 2026-04-01\nupdated: 2026-05-02\n---\n\n本文です。\n", "2026-05-02"),
        ("a.md", "---\n更新日: 2026年5月2日\n---\n\n本文です。\n", "2026-05-02"),
        ("a.md", "---\ndate: soon\n---\n\n本文です。\n", None),
        ("a.txt", "本文です。\n", None),
        (
            "a.html",
            (
                '<meta property="article:published_time" content="2026-04-01T00:00Z">'
                '<meta property="article:modified_time" content="2026-05-02T00:00Z"><p>本文です。これは文です。</p>'
            ),
            "2026-05-02",
        ),
    ],
)
def test_a_document_has_the_day_that_it_says(tmp_path: Path, name: str, data: str, day: str | None) -> None:
    """Of front matter and of a web page it is the day of the last change, if that is given; a file's own time is none."""
    assert load_bytes(tmp_path, data, name).dated == day


def test_a_word_document_has_the_day_of_its_last_change(tmp_path: Path) -> None:
    """But not that of the empty document that a library began with."""
    written = docx.Document()
    written.add_paragraph("本文です。")
    saved = BytesIO()
    written.save(saved)
    assert load_bytes(tmp_path, saved.getvalue(), "a.docx").dated is None
    core = written.core_properties
    core.modified = core.modified.replace(year=2026)
    written.save(changed := BytesIO())
    assert load_bytes(tmp_path, changed.getvalue(), "a.docx").dated == "2026-12-23"


def test_a_pdf_has_the_day_of_its_last_change(tmp_path: Path) -> None:
    """Which is when the program that made it did so."""
    made = load_bytes(tmp_path, pdf([[(50, 700, 12, "本文です。")]]), "a.pdf").dated
    assert made
    assert abs(date.fromisoformat(made) - datetime.now(UTC).date()) <= timedelta(days=1)


def test_properties_that_cannot_be_read_are_no_date() -> None:
    """A document without properties, or that is no archive, has no day, and is read all the same."""
    with ZipFile(empty := BytesIO(), "w"):
        pass
    assert office_day(empty.getvalue()) is None
    assert office_day(b"no archive") is None
