"""Reads files as documents. To read another kind of file, write a module here and add it to `kinds.py`.

A loader's module is imported when the first file of its kind is read, so that a start does not wait for it.
"""

from index.loaders.document import load
from index.loaders.files import ContentFile, Skipped, as_on_disk, find, find_files, printable
from index.loaders.kinds import LOADERS, TABLE_SUFFIXES
from index.loaders.limits import Limits

__all__ = [
    "LOADERS",
    "TABLE_SUFFIXES",
    "ContentFile",
    "Limits",
    "Skipped",
    "as_on_disk",
    "find",
    "find_files",
    "load",
    "printable",
]
