"""What tests of kotae over HTTP share: an app over a small store, and those who ask it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import update
from starlette.testclient import TestClient

from bot.settings import Settings
from bot.web.app import create_app
from bot.web.services import Services
from index.audience import CHANNEL, EVERYBODY, GUILD, Audience
from index.search.knowledge import Knowledge
from index.store.access_tokens import SOURCES, AccessTokens
from index.store.connection import writing
from index.store.expiries import Expiries, Expiry
from index.store.schema import documents
from index.store.store import Store
from tests.stores import document, new_store, put

GUILD_NUMBER = 1


class Serving:
    """An app over a small store, without an encoder.

    Everybody may read the handbook, the members of guild 1 its notes, and those of one of its channels the minutes.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        self.store = store
        self.handbook = put(
            store, "/規程/handbook", document("handbook.md", "有給休暇は年に十日です", "会議室は三つあります")
        )
        self.notes = put(
            store,
            "/規程/notes",
            document("notes.md", "有給休暇の申請は前日までです", "駐車場は五台分です"),
            audience=Audience(GUILD, GUILD_NUMBER),
        )
        self.minutes = put(
            store,
            "/規程/minutes",
            document("minutes.md", "有給休暇は来年から二十日に増える予定です"),
            audience=Audience(CHANNEL, GUILD_NUMBER, 2),
        )
        self.knowledge = Knowledge.open(store)
        self.services = Services(settings, self.knowledge)
        self.app = create_app(self.services)
        self.tokens = AccessTokens(store)

    def client(self, token: str = "") -> TestClient:
        """Whoever shows a token, or none."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        return TestClient(self.app, headers=headers)

    def everybody(self, *, is_operator: bool = False) -> TestClient:
        """Whoever has a token for what is for everybody."""
        return self.client(self.tokens.create("everybody", EVERYBODY, is_operator=is_operator)[1])

    def member(self, *, is_operator: bool = False) -> TestClient:
        """Whoever has a token of the guild."""
        return self.client(self.tokens.create("guild", GUILD, GUILD_NUMBER, is_operator=is_operator)[1])

    def reader(self, *sources: int) -> TestClient:
        """Whoever has a token for these sources."""
        return self.client(self.tokens.create("sources", SOURCES, sources=sources)[1])

    def passage_ids(self) -> dict[str, str]:
        """The id of each passage, by its text."""
        return {kept.passage.text: kept.passage.id for _, _, kept in self.store.all()}

    def expire(self, due: str) -> None:
        """Let the handbook be from the first of the year, and have to be reviewed since a time."""
        with writing(self.store.engine) as connection:
            connection.execute(update(documents).values(changed="2026-01-01T00:00:00+00:00"))
        Expiries(self.store).set(Expiry(self.handbook, due, 30))

    def close(self) -> None:
        """End."""
        self.services.close()
        self.knowledge.close()


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    """An app that asks for a token."""
    served = Serving(new_store(tmp_path), Settings())
    yield served
    served.close()


@pytest.fixture
def public(tmp_path: Path) -> Iterator[Serving]:
    """An app that anybody may ask what is for everybody."""
    served = Serving(new_store(tmp_path), Settings(serve_public=True))
    yield served
    served.close()
