"""A process that changes a store for ever, and says on standard output what was done: to be killed by a test."""

from __future__ import annotations

import random
import sys
from pathlib import Path

from index.progress import no_progress
from index.search import ranking_index
from index.search.ranking_index import RankingIndex
from index.store.store import Store
from tests.stores import document


def main(folder: str, seed: str) -> None:
    """Put and remove documents at random, each with an index that is kept."""
    chance = random.Random(seed)
    ranking_index._WORTH_SAVING = 1
    store = Store.open(f"sqlite:///{folder}/kotae.db")
    source = next(source.number for source in store.sources())
    index = RankingIndex(store, Path(folder, "index"), "postings")
    made = [document(f"{version}.md", f"第{version}版の話", f"第{version}版の続き") for version in range(50)]
    while True:
        name, version = f"{chance.randrange(20)}.md", chance.randrange(50)
        if chance.random() < 0.3:
            version = -1
            print(f"begin {name} {version}", flush=True)
            store.put(source, removed=[name])
        else:
            print(f"begin {name} {version}", flush=True)
            named = made[version].document._replace(name=name)
            store.put(source, [made[version]._replace(document=named)])
        print(f"done {name} {version}", flush=True)
        if chance.random() < 0.2:
            index.open(no_progress)


if __name__ == "__main__":
    main(*sys.argv[1:])
