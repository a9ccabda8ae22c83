from __future__ import annotations

import pytest

from index.errors import OpenSearchUrlInvalid, OpenSearchUrlMissing
from index.ranking.opensearch.addresses import Addresses, parse_addresses


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://one:9201", Addresses((("one", 9201),), False, "", "", "one:9201")),
        ("https://one", Addresses((("one", 9200),), True, "", "", "one:9200")),
        (
            "https://me:p%2Cw%40rd@one:9200, two:9201,https://three",
            Addresses(
                (("one", 9200), ("two", 9201), ("three", 9200)), True, "me", "p,w@rd", "one:9200, two:9201, three:9200"
            ),
        ),
        (
            "http://one,http://me:secret@two",
            Addresses((("one", 9200), ("two", 9200)), False, "me", "secret", "one:9200, two:9200"),
        ),
    ],
)
def test_hosts_user_and_password_are_told_apart(url: str, expected: Addresses) -> None:
    """Several hosts are separated by commas, and what is shown has no password."""
    assert parse_addresses(url) == expected


@pytest.mark.parametrize(
    "url",
    [
        "one:9200",
        "ftp://me:secret@one",
        "http://",
        "http://me:secret@one:port",
        "http://me:secret@one/path",
        "http://one,https://two",
    ],
)
def test_what_is_no_address_is_refused_without_showing_it(url: str) -> None:
    """It may have a password."""
    with pytest.raises(OpenSearchUrlInvalid) as raised:
        parse_addresses(url)
    assert raised.value.values == {}


def test_no_address_is_an_error_of_its_own() -> None:
    """Whoever chose the engine has to say where the cluster is."""
    with pytest.raises(OpenSearchUrlMissing):
        parse_addresses("")
