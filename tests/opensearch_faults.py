"""What can befall a node of a cluster, from the beginning of a `with` to its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager

from tests.opensearch_servers import OpenSearchServers

Fault = Callable[[OpenSearchServers, int], AbstractContextManager[None]]


@contextmanager
def killed(servers: OpenSearchServers, node: int) -> Iterator[None]:
    """A node ends without warning, and comes back."""
    servers.kill(node)
    yield
    servers.start(node)


@contextmanager
def hanging(servers: OpenSearchServers, node: int) -> Iterator[None]:
    """A node does nothing for a while."""
    servers.pause(node)
    yield
    servers.resume(node)


@contextmanager
def unreachable(servers: OpenSearchServers, node: int) -> Iterator[None]:
    """Nothing comes through from kotae to a node."""
    with servers.networks[node].paused():
        yield


@contextmanager
def alone(servers: OpenSearchServers, node: int) -> Iterator[None]:
    """Nothing comes through from the other nodes to a node, and it is asked all the same."""
    with servers.inner_networks[node].paused():
        servers.inner_networks[node].disconnect()
        yield


@contextmanager
def full(servers: OpenSearchServers, _node: int) -> Iterator[None]:
    """Indexes may only be read, as where a disk is full."""
    setting = "index.blocks.read_only_allow_delete"
    servers.get("/kotae-*/_settings", method="PUT", body={setting: True})
    yield
    servers.get("/kotae-*/_settings", method="PUT", body={setting: None})


FAULTS: dict[str, Fault] = {
    "killed": killed,
    "hanging": hanging,
    "unreachable": unreachable,
    "alone": alone,
    "full": full,
}
