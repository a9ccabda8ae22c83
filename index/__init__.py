"""kotae's retrieval: documents to passages to terms to ranking to hits. It knows nothing of chat."""

from index.errors import ContentError, KotaeError
from index.library import Library
from index.loaders import LOADERS, ContentFile, find_files, load
from index.snapshot import open_library
from index.types import Block, Document, Hit, Passage, Result, Share

__all__ = [
    "LOADERS",
    "Block",
    "ContentError",
    "ContentFile",
    "Document",
    "Hit",
    "KotaeError",
    "Library",
    "Passage",
    "Result",
    "Share",
    "find_files",
    "load",
    "open_library",
]
