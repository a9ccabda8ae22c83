"""Reads KOTAE_OPENSEARCH_URL: one or more hosts, and the user and password for all of them."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import SplitResult, unquote, urlsplit

from index.errors import OpenSearchUrlInvalid, OpenSearchUrlMissing

_SCHEMES = ("http", "https")
_DEFAULT_PORT = 9200


class Addresses(NamedTuple):
    """The hosts of a cluster. `shown` names them without user and password."""

    hosts: tuple[tuple[str, int], ...]
    encrypted: bool
    user: str
    password: str
    shown: str


def parse_addresses(url: str) -> Addresses:
    """The hosts in a URL such as https://user:password@first:9200,second:9200.

    Raises OpenSearchUrlMissing, or OpenSearchUrlInvalid, which never has the password.
    """
    if not url:
        raise OpenSearchUrlMissing
    parts = url.split(",")
    try:
        first = urlsplit(parts[0].strip())
        # Each host may be a URL of its own.
        others = [part.strip() for part in parts[1:]]
        urls = [first, *(urlsplit(one if "://" in one else f"{first.scheme}://{one}") for one in others)]
        hosts = tuple(_host(one) for one in urls)
    except ValueError as error:
        raise OpenSearchUrlInvalid from error
    if first.scheme not in _SCHEMES or any(one.scheme != first.scheme for one in urls):
        raise OpenSearchUrlInvalid
    with_user = next((one for one in urls if one.username), first)
    return Addresses(
        hosts,
        first.scheme == "https",
        unquote(with_user.username or ""),
        unquote(with_user.password or ""),
        ", ".join(f"{host}:{port}" for host, port in hosts),
    )


def _host(url: SplitResult) -> tuple[str, int]:
    if not url.hostname or url.path.strip("/") or url.query:
        raise ValueError
    return url.hostname, url.port or _DEFAULT_PORT
