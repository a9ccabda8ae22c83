"""The OpenAPI document says what there is, and a fuzzer finds nothing that it does not say."""

from __future__ import annotations

import atexit
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis import Case, GenerationMode

from bot.settings import MOST_QUESTIONS_A_MINUTE, Settings
from index.audience import GUILD
from tests.bot.web.conftest import GUILD_NUMBER, Serving
from tests.stores import new_store

_folder = TemporaryDirectory(ignore_cleanup_errors=True)
atexit.register(_folder.cleanup)


@cache
def serving() -> Serving:
    """An app, which lasts as long as the tests do."""
    settings = Settings(serve_remember=True, serve_requests_a_minute=MOST_QUESTIONS_A_MINUTE)
    return Serving(new_store(Path(_folder.name)), settings)


@cache
def token() -> str:
    """A token that opens every route."""
    return serving().tokens.create("a", GUILD, GUILD_NUMBER, is_operator=True)[1]


def cases() -> st.SearchStrategy[Case[Any]]:
    """Requests as the document has them, and others."""
    document = schemathesis.openapi.from_asgi("/api/v1/openapi.json", serving().app)
    return document.as_strategy(GenerationMode.POSITIVE) | document.as_strategy(GenerationMode.NEGATIVE)


@settings(max_examples=30, deadline=None, suppress_health_check=[*HealthCheck], phases=[Phase.explicit, Phase.generate])
@given(case=st.deferred(cases))
def test_whatever_is_sent_is_answered_as_the_document_says(case: Case[Any]) -> None:
    """Nothing fails, what is valid is taken, what is not is refused, and nothing is open without a token."""
    case.call_and_validate(headers={"Authorization": f"Bearer {token()}"})


def test_the_document_names_no_other_place() -> None:
    """It is open to all, and says that a token is needed, and what problems look like."""
    document = serving().client().get("/api/v1/openapi.json").json()
    assert all(path.startswith("/api/v1/") for path in document["paths"])
    for operations in document["paths"].values():
        for operation in operations.values():
            assert operation["security"] == [{"HTTPBearer": []}]
            assert "application/problem+json" in operation["responses"]["429"]["content"]
    assert {"question", "answered", "certainty", "confidence", "hits"} <= set(
        document["components"]["schemas"]["ConversationalAnswer"]["properties"]
    )
