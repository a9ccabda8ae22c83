"""What the holder of a token may read; without a token, what is for everybody. No HTTP in it."""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

from bot.knowledge import BUILT_IN, leaves_out_built_in
from bot.settings import Settings
from index.audience import EVERYBODY, GUILD, Audience
from index.errors import DatabaseError
from index.search.knowledge import Knowledge
from index.search.library import Library
from index.store.access_tokens import SOURCES, AccessTokens
from index.store.discord.guilds import Guilds
from index.store.discord.pins import Pins
from index.store.rows import Source
from index.store.store import Store


class Access(NamedTuple):
    """Whose knowledge somebody is answered from.

    What is for everybody, and with a `guild` also what is for all of its members; or some `sources` alone, whoever else may
    read those. `number` is that of the token, 0 without one. An operator may see what the guild asked in vain, or without a
    guild, what was asked in none. `everything` is for whoever has the database itself, as at a command line.
    """

    number: int = 0
    name: str = ""
    guild: int = 0
    sources: frozenset[int] | None = None
    is_operator: bool = False
    everything: bool = False

    def admits(self, audience: Audience) -> bool:
        """Whether what an audience may read may be shown, if it is of the sources."""
        if self.everything or self.sources is not None or audience.kind == EVERYBODY:
            return True
        return bool(self.guild) and audience == Audience(GUILD, self.guild)

    def may_read(self, source: int, audience: Audience) -> bool:
        """Whether what is in a source may be shown."""
        return self.admits(audience) and (self.sources is None or source in self.sources)


# Without a token.
PUBLIC = Access()
# Of the user of a command line.
LOCAL = Access(everything=True)


def access_of(store: Store, token: str) -> Access | None:
    """What the holder of a token may read; None where it opens nothing. Raises a DatabaseError."""
    tokens = AccessTokens(store)
    found = tokens.find(token)
    if found is None:
        return None
    # A database that cannot be written, for now or because its disk is full, can still be answered from.
    with suppress(DatabaseError):
        tokens.note_used(found)
    sources = found.sources if found.kind == SOURCES else None
    return Access(found.number, found.name, found.guild, sources, found.is_operator)


def library_for(knowledge: Knowledge, access: Access) -> Library:
    """What somebody may read, as it is now, with their guild's pins, without what moderators of where it is from have hidden."""
    library = knowledge.library(access.admits, access.sources)
    if access.guild:
        library.pins = Pins(knowledge.store).all(access.guild)
    hidden = hidden_from(knowledge.store, access)
    return library.without(hidden) if hidden else library


def hidden_from(store: Store, access: Access) -> frozenset[str]:
    """The passages that are hidden from somebody."""
    guilds = {access.guild}
    if access.sources:
        audiences = store.audiences()
        guilds |= {audiences[source].guild for source in access.sources if source in audiences}
    return frozenset(passage for guild in guilds if guild for passage in Guilds(store).hidden(guild))


def sources_for(settings: Settings, store: Store, access: Access) -> list[Source]:
    """The sources that somebody is answered from, in the order in which they were added."""
    readable = {number for number, audience in store.quotable().items() if access.may_read(number, audience)}
    found = [source for source in store.sources() if source.number in readable]
    left_out = leaves_out_built_in(settings, frozenset(source.location for source in found))
    return [source for source in found if not (left_out and source.location == BUILT_IN)]
