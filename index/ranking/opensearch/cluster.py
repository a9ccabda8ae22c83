"""Requests to an OpenSearch cluster: retried where that may help, and whole or an OpenSearchError.

A node that has lost the others goes on answering searches, from what it had before and, if it reaches them, from what they
have now. So one node is asked until it fails, or is doubted and turns out to be no member of the cluster any more; then
another one is. What a member answers has all that was written before.
"""

from __future__ import annotations

import json
import logging
import random
import re
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from threading import Lock
from typing import Any

from opensearchpy import OpenSearch
from opensearchpy.exceptions import (
    AuthenticationException,
    AuthorizationException,
    ConnectionTimeout,
    NotFoundError,
    OpenSearchException,
    SSLError,
    TransportError,
)
from opensearchpy.exceptions import ConnectionError as NotConnected

from index.errors import (
    OpenSearchCertificateRefused,
    OpenSearchError,
    OpenSearchForbidden,
    OpenSearchFull,
    OpenSearchIncomplete,
    OpenSearchLoginRefused,
    OpenSearchRefused,
    OpenSearchTimedOut,
    OpenSearchUnreachable,
    OpenSearchVersionUnsupported,
)
from index.ranking.opensearch.addresses import Addresses

# All in seconds. How long one attempt may take; a node that was stopped does not answer at all.
_ATTEMPT = 4.0
_WRITING_ATTEMPT = 30.0
# How long attempts are made while something is missing: a killed node's shards are taken over within a second or two.
_PATIENCE = 15.0
# How long a node may take to ask the cluster manager whether it is a member.
_ASKING_MANAGER = 2.0
# How long while no node accepts a connection at all.
_PATIENCE_UNCONNECTED = 2.0
# In this order: the first of these is a kind of the third.
_CAUSES: dict[type[OpenSearchException], type[OpenSearchError]] = {
    SSLError: OpenSearchCertificateRefused,
    ConnectionTimeout: OpenSearchTimedOut,
    NotConnected: OpenSearchUnreachable,
    AuthenticationException: OpenSearchLoginRefused,
}
_FIRST_PAUSE, _LONGEST_PAUSE = 0.05, 1.0

_OLDEST = (2, 19)
_TRANSIENT = (429, 500, 502, 503, 504)
# The client logs every request that fails; what comes of it is ours to say.
logging.getLogger("opensearch").setLevel(logging.CRITICAL)
_NDJSON = {"content-type": "application/x-ndjson"}


class Conflict(Exception):
    """Somebody else changed, or made, the same before."""


class Missing(Exception):
    """There is no such index or document."""


class Cluster:
    """A cluster, of which one node is asked as long as it can be relied on. Safe for threads."""

    def __init__(self, addresses: Addresses) -> None:
        self.shown = addresses.shown
        # Retries are our own: those of the client know nothing of missing shards.
        self._nodes = [
            OpenSearch(
                hosts=[{"host": host, "port": port}],
                use_ssl=addresses.encrypted,
                http_auth=(addresses.user, addresses.password) if addresses.user else None,
                max_retries=0,
                pool_maxsize=16,
            )
            for host, port in addresses.hosts
        ]
        self._lock = Lock()
        # So that several processes ask several nodes.
        self._asked = random.randrange(len(self._nodes))  # noqa: S311 - any will do
        self._is_member = False
        self._ids: dict[int, str] = {}

    def check_version(self) -> str:
        """The cluster's version; raises OpenSearchVersionUnsupported if it is too old, or that of another product."""
        answer = self.request("GET", "/")
        version = answer.get("version", {})
        number = tuple(map(int, re.findall(r"\d+", version.get("number", ""))[:2]))
        if version.get("distribution") != "opensearch" or number < _OLDEST:
            raise OpenSearchVersionUnsupported(cluster=self.shown, version=str(version.get("number", "?")))
        return str(version["number"])

    def close(self) -> None:
        """Close all connections."""
        for node in self._nodes:
            node.close()

    @property
    def asked(self) -> int:
        """The place of the node that is asked, among the addresses."""
        return self._asked

    def doubt(self) -> None:
        """Ask on only once it is known that the node still is a member of the cluster; else another one."""
        with self._lock:
            self._is_member = False

    def search(self, index: str, body: Mapping[str, Any]) -> dict[str, Any]:
        """The answer of all shards; raises Missing where there is no index."""
        return self.request("POST", f"/{index}/_search", body, {"allow_partial_search_results": "false"}, whole=True)

    def search_together(self, index: str, bodies: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
        """The answers to several searches; raises Missing where there is no index."""
        lines = [line for body in bodies for line in ({"allow_partial_search_results": False}, body)]
        answer = self.request("POST", f"/{index}/_msearch", lines, whole=True)
        answers: list[dict[str, Any]] = answer["responses"]
        return answers

    def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | list[Any] | str | None = None,
        parameters: Mapping[str, Any] | None = None,
        *,
        whole: bool = False,
        writing: bool = False,
    ) -> dict[str, Any]:
        """The cluster's answer; a list is sent as lines. `whole`: an answer without some of the shards is none.

        Raises an OpenSearchError, Conflict or Missing.
        """
        sent = "".join(f"{json.dumps(line)}\n" for line in body) if isinstance(body, list) else body
        lines = isinstance(sent, str)
        began = time.monotonic()
        pause, attempt = _FIRST_PAUSE, 0
        while True:
            settings = dict(parameters or {}) | {"request_timeout": _WRITING_ATTEMPT if writing else _ATTEMPT}
            if attempt and whole and path.endswith("_search"):
                # Perhaps of other copies of the shards.
                settings["preference"] = f"attempt-{attempt}"
            node = self._asked
            try:
                self._check(node)
                answer: dict[str, Any] = self._nodes[node].transport.perform_request(
                    method, path, params=settings, body=sent, headers=_NDJSON if lines else None
                )
                if any(one.get("status") == 404 for one in answer.get("responses", ())):
                    raise Missing
                if not whole or _is_whole(answer):
                    return answer
                error: OpenSearchError = OpenSearchIncomplete(cluster=self.shown)
            except OpenSearchException as raised:
                error = self._translated(raised)
            patience = _PATIENCE_UNCONNECTED if isinstance(error, OpenSearchUnreachable) else _PATIENCE
            if not _may_pass(error):
                raise error
            self._leave(node)
            # A node that is shut out while it writes says nothing for as long as it may: then another one is tried once.
            if attempt and time.monotonic() - began + pause > patience:
                raise error
            time.sleep(pause)
            pause, attempt = min(2 * pause, _LONGEST_PAUSE), attempt + 1

    def _check(self, node: int) -> None:
        """Raise an OpenSearchException where a node is no member of the cluster, unless that is known, or there is no other."""
        if self._is_member or len(self._nodes) == 1:
            return
        # Whoever may not ask that has to do without.
        with suppress(AuthorizationException):
            if node not in self._ids:
                (self._ids[node],) = self._known_to(node, "/_nodes/_local/none", {})
            if self._ids[node] not in self._known_to(node, "/_cluster/state/nodes", {"cluster_manager_timeout": "1s"}):
                # Perhaps another node has its address now.
                del self._ids[node]
                raise NotConnected("N/A", "The node is no member of the cluster", None)
        with self._lock:
            self._is_member = self._is_member or node == self._asked

    def _known_to(self, node: int, path: str, parameters: dict[str, Any]) -> dict[str, Any]:
        """The nodes of an answer of a node, by their ids."""
        parameters |= {"filter_path": "nodes.*.name", "request_timeout": _ASKING_MANAGER}
        known: dict[str, Any] = self._nodes[node].transport.perform_request("GET", path, params=parameters)["nodes"]
        return known

    def _leave(self, node: int) -> None:
        """Ask another node than this one from now on."""
        with self._lock:
            if node == self._asked:
                self._asked = (node + 1) % len(self._nodes)
                self._is_member = False

    def _translated(self, error: OpenSearchException) -> OpenSearchError:
        """The cause of the client's error; raises Conflict and Missing, which are no errors to a user."""
        for kind, cause in _CAUSES.items():
            if isinstance(error, kind):
                return cause(cluster=self.shown, reason=_reason(error))
        if not isinstance(error, TransportError):
            return OpenSearchRefused(cluster=self.shown, reason=_reason(error))
        status = error.status_code
        if status == 409 or "resource_already_exists" in str(error.error):
            raise Conflict from error
        if isinstance(error, NotFoundError):
            raise Missing from error
        if is_full(status, str(error.error), str(error.info)):
            return OpenSearchFull(cluster=self.shown)
        if status == 403:
            return OpenSearchForbidden(cluster=self.shown)
        return (OpenSearchIncomplete if status in _TRANSIENT else OpenSearchRefused)(
            cluster=self.shown, reason=_reason(error)
        )


def is_full(status: int | str, kind: str, reason: str) -> bool:
    """Whether an answer says that indexes may only be read, since a disk is full."""
    return status in (403, 429) and "read-only" in f"{kind} {reason}"


def _may_pass(error: OpenSearchError) -> bool:
    return isinstance(error, OpenSearchIncomplete | OpenSearchTimedOut | OpenSearchUnreachable)


def _is_whole(answer: Mapping[str, Any]) -> bool:
    """Whether all shards answered, and in time; an answer to several searches has one of each."""
    if "responses" in answer:
        return all("error" not in one and _is_whole(one) for one in answer["responses"])
    shards = answer.get("_shards", {})
    return not answer.get("timed_out") and not shards.get("failed") and "error" not in answer


def _reason(error: OpenSearchException) -> str:
    info = getattr(error, "info", None)
    cause = info.get("error") if isinstance(info, dict) else None
    reason = cause.get("reason") if isinstance(cause, dict) else None
    return str(reason or error)[:200]
