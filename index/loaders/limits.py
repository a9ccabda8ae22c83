"""Limits of time, memory and size for loading one file."""

from typing import NamedTuple

MEGABYTE = 1_000_000


class Limits(NamedTuple):
    """The limits for one file; .env.example says how to set each.

    `largest_file` and `memory` are in megabytes, `longest_loading` in seconds. `memory` is that of the worker process,
    which needs about 150 for itself; macOS and Windows do not enforce it. `most_paragraphs` bounds what is stored of a
    file: a paragraph of one letter takes kilobytes in the database and the index.
    """

    largest_file: int = 100
    longest_loading: int = 60
    most_pages: int = 5_000
    memory: int = 2_000
    most_paragraphs: int = 100_000
