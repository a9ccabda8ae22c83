"""Requests for the help of experts, each below an answer of the bot's: asked once, resolved, and perhaps answered."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select, update

from index.store.connection import reading, writing
from index.store.rows import now
from index.store.schema import help_requests, opted_out
from index.store.store import Store, lock_collection

# For so long whoever claimed a request may take to ask; then they have ended meanwhile, and another may.
_ASKING = timedelta(minutes=1)


class HelpRequest(NamedTuple):
    """A request below a card, made for the readers of a channel by a person, 0 where they opted out.

    Experts are asked in `place`, the channel or a thread, by `message`; both are None until they are. `accepted` is the
    message that answers.
    """

    number: int
    guild: int
    channel: int
    card: int
    person: int
    asked: str
    place: int | None
    message: int | None
    accepted: int | None
    resolved: str | None


class HelpRequests:
    """A store's requests for help, which no index depends on. Ids are Discord's. All methods raise a DatabaseError."""

    def __init__(self, store: Store) -> None:
        self._engine = store.engine

    def claim(self, guild: int, channel: int, card: int, person: int) -> int | None:
        """The number of a new request below a card; None where there is one already, whichever process makes it."""
        same = help_requests.c.card == card
        unasked = help_requests.c.message.is_(None)
        too_old = (datetime.now(UTC) - _ASKING).isoformat(timespec="seconds")
        with writing(self._engine) as connection:
            lock_collection(connection)
            connection.execute(delete(help_requests).where(same, unasked, help_requests.c.asked < too_old))
            if connection.execute(select(help_requests.c.number).where(same)).first():
                return None
            opted = connection.execute(select(opted_out.c.person).where(opted_out.c.person == person)).first()
            values = {"guild": guild, "channel": channel, "card": card, "asked": now()}
            new = insert(help_requests).values(values | {"person": 0 if opted else person})
            return int(connection.execute(new.returning(help_requests.c.number)).scalar_one())

    def withdraw(self, number: int) -> None:
        """Take back a request that could not be made, so that it can be made again."""
        with writing(self._engine) as connection:
            connection.execute(delete(help_requests).where(help_requests.c.number == number))

    def note_asked(self, number: int, place: int, message: int) -> None:
        """Note where experts were asked."""
        self._change(number, place=place, message=message)

    def resolve(self, number: int, accepted: int | None = None) -> None:
        """Close a request, perhaps with the message that answers."""
        self._change(number, resolved=now(), **({"accepted": accepted} if accepted else {}))

    def below(self, card: int) -> HelpRequest | None:
        """The request below a card."""
        return next(iter(self._where(help_requests.c.card == card)), None)

    def asked_by(self, place: int, message: int) -> HelpRequest | None:
        """The request by which a message asks experts."""
        return next(iter(self._where(help_requests.c.place == place, help_requests.c.message == message)), None)

    def asked_in(self, place: int) -> list[HelpRequest]:
        """The requests in a channel or a thread, in order."""
        return self._where(help_requests.c.place == place)

    def _where(self, *conditions: Any) -> list[HelpRequest]:
        query = select(*(help_requests.c[name] for name in HelpRequest._fields)).where(*conditions)
        with reading(self._engine) as connection:
            return [HelpRequest(*row) for row in connection.execute(query.order_by(help_requests.c.number))]

    def _change(self, number: int, **values: object) -> None:
        with writing(self._engine) as connection:
            connection.execute(update(help_requests).where(help_requests.c.number == number).values(values))
