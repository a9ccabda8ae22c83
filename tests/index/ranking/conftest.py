import os
from collections.abc import Iterator

import pytest

from index.ranking.postings import gathering, pruning, scoring, state
from index.ranking.postings.storage import merging


@pytest.fixture(scope="package", autouse=True)
def _everything_happens_early() -> Iterator[None]:
    """What engines do with many passages they do here with a few."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(gathering, "_AT_ONCE", 500)
        patch.setattr(merging, "_AT_ONCE", 5)
        patch.setattr(state, "_MOST_GROWING", 3)
        patch.setattr(state, "_MOST_MERGED_AT_ONCE", 60)
        patch.setattr(state, "_MOST_AUDIENCES", 2)
        patch.setattr(state, "_MOST_KEPT", 1_600)
        patch.setattr(pruning, "_ALL_POSTINGS", 2)
        patch.setattr(pruning, "_FEW_POSTINGS", 2)
        patch.setattr(pruning, "_POSTINGS_A_LOOKUP", 0)
        patch.setattr(scoring, "_MOST_SCORED", 3)
        # Nobody pulls the plug.
        patch.setattr(os, "fsync", lambda _file: None)
        yield
