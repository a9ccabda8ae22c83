"""What `kotae doctor` tells of a cluster."""

from __future__ import annotations

from typing import NamedTuple

from index.ranking.opensearch.addresses import parse_addresses
from index.ranking.opensearch.cluster import Cluster


class ClusterHealth(NamedTuple):
    """A cluster's addresses without user and password, its version, how many nodes it has, and its status."""

    shown: str
    version: str
    nodes: int
    status: str


def examine_cluster(url: str) -> ClusterHealth:
    """The health of a cluster; raises an OpenSearchError where it cannot be used."""
    cluster = Cluster(parse_addresses(url))
    try:
        version = cluster.check_version()
        health = cluster.request("GET", "/_cluster/health")
    finally:
        cluster.close()
    return ClusterHealth(cluster.shown, version, health["number_of_nodes"], health["status"])
