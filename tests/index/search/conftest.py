"""Stores that are compared were filled at one time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="module")
def one_time() -> Iterator[None]:
    """Whatever comes into a store comes at the same time: what is answered does not depend on it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("index.store.document_rows.now", lambda: "2026-11-24T00:00:00+00:00")
        yield
