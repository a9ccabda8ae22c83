"""Discord's own description of its HTTP API, against which requests are checked."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import best_match
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

_BESIDE_THE_PROJECT = Path(__file__).parents[3].parent / "shared" / "discord" / "openapi.json"
_ADDRESS = "urn:discord"
_JSON = "application/json"
_FORM = "multipart/form-data"


class Description:
    """An OpenAPI 3.1 description; it says what is wrong with a request, or with an answer."""

    def __init__(self, path: Path) -> None:
        text = path.read_text(encoding="utf-8")
        # With absolute references every schema can be taken out of the document by itself.
        document: dict[str, Any] = json.loads(text.replace('"#/components/', f'"{_ADDRESS}#/components/'))
        # Discord takes ids as integers too, and discord.py sends some so (in message_reference, recipient_id,
        # allowed_mentions); the description only knows strings.
        document["components"]["schemas"]["SnowflakeType"]["type"] = ["string", "integer"]
        self._paths: dict[str, Any] = document["paths"]
        resource = Resource.from_contents(document, default_specification=DRAFT202012)
        self._registry: Registry[Any] = Registry().with_resource(_ADDRESS, resource)

    def request_problems(
        self,
        method: str,
        template: str,
        parameters: Mapping[str, str],
        query: Mapping[str, str],
        body: object,
        *,
        form: bool = False,
    ) -> list[str]:
        """What is wrong with a request: its path, its query, its body (of a form: the part payload_json)."""
        item = self._paths.get(template, {})
        operation = item.get(method.lower())
        if operation is None:
            return [f"{method} {template} is no route of Discord's"]
        problems: list[str] = []
        unknown = set(query)
        for parameter in [*item.get("parameters", []), *operation.get("parameters", [])]:
            name, place = parameter["name"], parameter["in"]
            given = parameters if place == "path" else query
            if name in given:
                problems += self._problems(
                    f"{place} {name}", _typed(given[name], parameter["schema"]), parameter["schema"]
                )
            elif parameter.get("required"):
                problems.append(f"{place} {name} is missing")
            unknown -= {name} if place == "query" else set()
        problems += [f"query {name} is unknown" for name in sorted(unknown)]
        described = operation.get("requestBody", {})
        content = described.get("content", {}).get(_FORM if form else _JSON)
        if content and (body is not None or described.get("required")):
            problems += self._problems("body", body, content["schema"])
        elif body is not None and not content:
            problems.append(f"{method} {template} takes no such body")
        return problems

    def answer_problems(self, method: str, template: str, status: int, body: object) -> list[str]:
        """What is wrong with an answer of the server's own."""
        answers = self._paths[template][method.lower()]["responses"]
        answer = answers.get(str(status))
        if answer is None:
            return [] if status >= 400 and "4XX" in answers else [f"{method} {template} never answers {status}"]
        content = answer.get("content", {}).get(_JSON)
        if content is None:
            return [] if body is None else [f"{method} {template} answers {status} without a body"]
        return self._problems("answer", body, content["schema"])

    def _problems(self, what: str, value: object, schema: Mapping[str, Any]) -> list[str]:
        error = best_match(Draft202012Validator(schema, registry=self._registry).iter_errors(value))
        if error is None:
            return []
        where = "".join(f"[{part!r}]" for part in error.absolute_path)
        return [f"{what}{where}: {error.message[:300]}"]


def description_path() -> Path | None:
    """The file that the environment variable DISCORD_OPENAPI names, or the one beside the project; None if absent."""
    path = Path(os.environ.get("DISCORD_OPENAPI") or _BESIDE_THE_PROJECT)
    return path if path.is_file() else None


@cache
def description(path: Path) -> Description:
    """The description in this file, read once."""
    return Description(path)


def _typed(text: str, schema: Mapping[str, Any]) -> str | int | bool:
    """A value from an address, as the type that is described; Discord takes 1 and 0 for true and false."""
    if schema.get("type") == "boolean":
        return {"1": True, "0": False, "true": True, "false": False}.get(text.lower(), text)
    if schema.get("type") == "integer" and text.isdecimal():
        return int(text)
    return text
