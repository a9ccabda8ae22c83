from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.opensearch_servers import OpenSearchServers, shared_servers

# The first question asked of a process loads the dictionary: time says nothing here. Derandomised, so that
# a run tells about the code alone.
settings.register_profile("kotae", deadline=None, derandomize=True)
settings.load_profile("kotae")


@pytest.fixture
def opensearch() -> Iterator[OpenSearchServers]:
    """A cluster of three nodes, without indexes afterwards."""
    yield shared_servers()
    shared_servers().clear()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what takes the cluster."""
    for item in items:
        if "opensearch" in getattr(item, "fixturenames", ()):
            item.add_marker("opensearch")
