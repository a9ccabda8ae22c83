import os
from collections.abc import Iterator

import pytest

from index.ranking.postings import inversion, inverted_index, pruning, scoring
from index.ranking.postings.storage import merging


@pytest.fixture(scope="package", autouse=True)
def _small_limits() -> Iterator[None]:
    """Let engines do with a few passages what they otherwise do with many."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(inversion, "_BATCH_BYTES", 500)
        patch.setattr(merging, "_BATCH_POSTINGS", 5)
        patch.setattr(inverted_index, "_BUFFERED", 3)
        patch.setattr(inverted_index, "_MERGED_AT_ONCE", 60)
        patch.setattr(inverted_index, "_CACHED_AUDIENCES", 2)
        patch.setattr(inverted_index, "_CACHE_BYTES", 1_600)
        patch.setattr(pruning, "_UNPRUNED_POSTINGS", 2)
        patch.setattr(pruning, "_FEW_POSTINGS", 2)
        patch.setattr(pruning, "_POSTINGS_PER_LOOKUP", 0)
        patch.setattr(scoring, "_LARGEST_SCORED", 3)
        # Tests survive no power cut.
        patch.setattr(os, "fsync", lambda _file: None)
        yield
