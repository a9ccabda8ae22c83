"""Which engine ranks a collection."""

from __future__ import annotations

from index.ranking.engine import GrowingEngine
from index.ranking.memory.engine import MemoryEngine
from index.ranking.postings.engine import PostingsEngine

ENGINES: dict[str, type[GrowingEngine]] = {"memory": MemoryEngine, "postings": PostingsEngine}

# Above this, building rank-bm25 anew at each start takes as long as reading an index from the disk, and adding scores
# up one by one takes milliseconds.
LARGEST_IN_MEMORY = 2_000


def engine_for(size: int) -> str:
    """The name of the engine that suits so many passages."""
    return "memory" if size <= LARGEST_IN_MEMORY else "postings"
