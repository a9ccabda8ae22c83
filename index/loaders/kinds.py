"""The kinds of files, and the loader of each: content decides, and the suffix among kinds of text."""

from __future__ import annotations

import re
from collections.abc import Callable

from index.errors import ContentOtherKind
from index.loaders.archive import OLD_OFFICE, ZIP
from index.loaders.content import Content
from index.types import Document


def _markdown(content: Content) -> Document:
    """CommonMark with tables, and front matter for title, source and url."""
    from index.loaders.web.markdown import parse_markdown

    return parse_markdown(content.text(), content.name, content.path)


def _text(content: Content) -> Document:
    """Plain text; a first line alone, without a full stop, is the title. Also a chat that was saved as text."""
    from index.loaders.chat.saved_text import parse_saved_chat
    from index.loaders.plain_text import parse_plain_text

    text = content.text()
    return parse_saved_chat(content, text) or parse_plain_text(text, content.name)


def _subtitles(content: Content) -> Document:
    """A transcript: what was said, with its speakers."""
    from index.loaders.chat.subtitles import parse_subtitles

    return parse_subtitles(content)


def _html(content: Content) -> Document:
    """The main text of a web page."""
    from index.loaders.web.web_page import parse_web_page

    return parse_web_page(content)


def _pdf(content: Content) -> Document:
    """The text of a PDF file, page by page."""
    from index.loaders.pdf.pdf import parse_pdf

    return parse_pdf(content)


def _archive(content: Content) -> Document:
    """A document of Microsoft Word, Excel or PowerPoint, or an export of Slack."""
    from index.loaders.archive import parse_archive

    return parse_archive(content, " ".join(LOADERS))


def _table(content: Content) -> Document:
    """Questions and answers, or another table."""
    from index.loaders.tables.table import parse_table

    return parse_table(content)


def _chat(content: Content) -> Document:
    """A channel of Discord as DiscordChatExporter saves it, or a day of a channel of Slack."""
    from index.loaders.chat.chat_export import parse_chat_export

    return parse_chat_export(content)


LOADERS: dict[str, Callable[[Content], Document]] = {
    ".md": _markdown,
    ".markdown": _markdown,
    ".mdx": _markdown,
    ".txt": _text,
    ".text": _text,
    ".vtt": _subtitles,
    ".srt": _subtitles,
    ".html": _html,
    ".htm": _html,
    ".pdf": _pdf,
    ".docx": _archive,
    ".xlsx": _archive,
    ".pptx": _archive,
    ".csv": _table,
    ".tsv": _table,
    ".json": _chat,
    ".zip": _archive,
}
TABLE_SUFFIXES = (".csv", ".tsv", ".xlsx")
BINARY_SUFFIXES = (".pdf", ".docx", ".xlsx", ".pptx", ".zip")

# How files of other kinds begin, which people rename by mistake.
_OTHER_SIGNATURES = (
    (rb"\x89PNG\r\n", "PNG"),
    (rb"\xff\xd8\xff", "JPEG"),
    (rb"GIF8[79]a", "GIF"),
    (rb"RIFF....(?:WEBP|WAVE|AVI )", "RIFF"),
    (rb"II\*\0|MM\0\*", "TIFF"),
    (rb"....ftyp", "MP4"),
    (rb"\x1f\x8b", "gzip"),
    (rb"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (rb"Rar!\x1a", "RAR"),
    (rb"\{\\rtf", "RTF"),
    (rb"%!PS", "PostScript"),
    (rb"\x7fELF|MZ.\0", "EXE"),
    (rb"SQLite format 3\0", "SQLite"),
)
HEAD_BYTES = 1_024


def kind_of(suffix: str, head: bytes, path: str) -> str:
    """The suffix whose loader reads a file with this suffix and beginning; raises ContentOtherKind."""
    if b"%PDF-" in head[:HEAD_BYTES]:
        return ".pdf"
    if head.startswith((ZIP, OLD_OFFICE)):
        return ".zip"
    for beginning, kind in _OTHER_SIGNATURES:
        if re.match(beginning, head, re.DOTALL):
            raise ContentOtherKind(path=path, kind=kind, known=" ".join(LOADERS))
    if suffix in BINARY_SUFFIXES and b"\0" not in head:
        return ".html" if re.match(rb"(?i)(?:\xef\xbb\xbf)?\s*<(?:!doctype html|html)", head) else ".txt"
    return suffix
