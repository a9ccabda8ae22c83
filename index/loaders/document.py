"""Loads the document in a file, by the loader of its kind, and checks it against the limits."""

from __future__ import annotations

import re

from index import errors
from index.errors import (
    ContentDamaged,
    ContentEmpty,
    ContentNestedTooDeep,
    ContentNotExport,
    ContentTooManyParagraphs,
    ContentTruncated,
    KotaeError,
    LoaderFailed,
)
from index.loaders.archive import ZIP
from index.loaders.content import Content, clean_document
from index.loaders.files import ContentFile
from index.loaders.kinds import HEAD_BYTES, LOADERS, kind_of
from index.loaders.limits import MEGABYTE, Limits
from index.types import Document

# Of formats with a known end: how a file begins, and how it ends.
_SIGNATURES = (
    (re.escape(ZIP), rb"PK\x05\x06"),
    (rb"%PDF-.{0,1000} obj", rb"%%EOF"),
    (rb"\s*\{\s*\"guild\"", rb"\}\s*$"),
)
# An archive may have a comment of 65,535 bytes after its end.
_TAIL_BYTES = 66_000
_LONGEST_REASON = 200


def _is_truncated(data: bytes) -> bool:
    """Whether a file that cannot be read lacks the end of its format."""
    for beginning, end in _SIGNATURES:
        if re.match(beginning, data, re.DOTALL):
            return re.search(end, data[-_TAIL_BYTES:]) is None
    return False


def load(file: ContentFile, limits: Limits | None = None) -> Document:
    """The document in a file; raises a ContentError that names it.

    Files of others are loaded through `IsolatedLoader`, which also limits time and memory.
    """
    limits = limits or Limits()
    path = str(file.path)
    file.check_size(limits.largest_file)
    content = Content(file.name, path, file.read(limits.largest_file * MEGABYTE), limits)
    if not content.data:
        raise ContentEmpty(path=path)
    kind = kind_of(file.path.suffix.lower(), content.data[:HEAD_BYTES], path)
    try:
        document = clean_document(LOADERS[kind](content))
    except (ContentDamaged, ContentNotExport) as error:
        if _is_truncated(content.data):
            raise ContentTruncated(path=path) from error
        raise
    except (KotaeError, MemoryError):
        raise
    except RecursionError as error:
        raise ContentNestedTooDeep(path=path) from error
    except Exception as error:
        # Parsers may raise anything on a damaged file.
        raise LoaderFailed(path=path, reason=f"{type(error).__name__}: {error}"[:_LONGEST_REASON]) from error
    if not document.blocks:
        cause, values = next(iter(document.warnings), ("ContentEmpty", {"path": path}))
        raise getattr(errors, cause)(**values)
    if len(document.blocks) > limits.most_paragraphs:
        paragraphs, most = str(len(document.blocks)), str(limits.most_paragraphs)
        raise ContentTooManyParagraphs(path=path, paragraphs=paragraphs, most=most)
    return document
