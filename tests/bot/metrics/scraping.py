"""What somebody reads who asks a process for its metrics and its health, over a real socket."""

from __future__ import annotations

import json
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

from prometheus_client.parser import text_string_to_metric_families

from tests.conftest import PATIENCE

HOST = "127.0.0.1"


def answer(port: int, path: str, method: str = "GET") -> tuple[int, str]:
    """The status and the text of an answer."""
    with closing(HTTPConnection(HOST, port, timeout=PATIENCE)) as connection:
        connection.request(method, path)
        response = connection.getresponse()
        return response.status, response.read().decode()


def health(port: int, path: str) -> tuple[int, dict[str, Any]]:
    """The status and the content of what tells of health."""
    status, text = answer(port, path)
    return status, json.loads(text)


def scraped(port: int) -> dict[str, float]:
    """Each sample, by its name and labels as Prometheus writes them."""
    status, text = answer(port, "/metrics")
    assert status == 200
    return samples(text)


def samples(text: str) -> dict[str, float]:
    """The samples in a text."""
    found = {}
    for family in text_string_to_metric_families(text):
        for one in family.samples:
            labels = ",".join(f'{name}="{value}"' for name, value in sorted(one.labels.items()))
            found[f"{one.name}{{{labels}}}" if labels else one.name] = one.value
    return found
