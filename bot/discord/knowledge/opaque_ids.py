"""Ids for what is in the store that tell nothing of what else there is, as counted numbers would."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import blake2b

from index.store.store import Store


def opaque_ids(store: Store, kind: str, numbers: Iterable[int]) -> dict[int, str]:
    """The opaque id of each of these numbers, which may be numbers of sources or of questions; raises a DatabaseError."""
    # A secret of the database.
    key = store.state().identity.encode()
    return {number: blake2b(f"{kind} {number}".encode(), key=key, digest_size=8).hexdigest() for number in numbers}
