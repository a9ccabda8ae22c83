"""Which engine ranks a collection."""

from __future__ import annotations

from index.ranking.engine import LocalEngine
from index.ranking.memory.engine import MemoryEngine
from index.ranking.postings.engine import PostingsEngine

ENGINES: dict[str, type[LocalEngine]] = {"memory": MemoryEngine, "postings": PostingsEngine}

# The name of the engine that several processes share. It is in no list of engines: it takes a cluster to make one.
SHARED_ENGINE = "opensearch"

# Above this, building rank-bm25 anew at each start takes as long as reading an index from the disk, and adding scores
# up one by one takes milliseconds.
LARGEST_IN_MEMORY = 2_000


def engine_for(size: int) -> str:
    """The name of the engine that suits so many passages."""
    return "memory" if size <= LARGEST_IN_MEMORY else "postings"
