"""What reading one file may take."""

from typing import NamedTuple

MEGABYTE = 1_000_000


class Limits(NamedTuple):
    """The most that a file may be and take; .env.example says how to set each.

    `largest_file` and `memory` are in megabytes, `longest_loading` in seconds. `memory` is for the process that
    reads, which takes about 150 for itself; macOS and Windows do not hold a process to it. `most_paragraphs` bounds what
    is kept of a file: a paragraph of one letter takes kilobytes in the database and the index.
    """

    largest_file: int = 100
    longest_loading: int = 60
    most_pages: int = 5_000
    memory: int = 2_000
    most_paragraphs: int = 100_000
