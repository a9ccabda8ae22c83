"""`kotae token`: who may ask `kotae serve`, and what they may read."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from bot.attribution import local_day
from bot.knowledge import existing_store, find_source, open_store
from bot.printable import one_line, to_json
from bot.settings import Settings
from bot.source_names import name_with_guild
from bot.wording import Wording, answers
from bot.wording.command_line import serving as sentences
from index.audience import EVERYBODY, GUILD
from index.store.access_tokens import SOURCES, AccessToken, AccessTokens
from index.store.discord.channels import Channels

DONE = 0
FAILED = 1


def create_token(
    say: Wording, settings: Settings, name: str, guild: int, sources: Sequence[str], is_operator: bool, as_json: bool
) -> int:
    """Make a token and print it, alone on a line of standard output; raises SourceUnknown."""
    store = open_store(settings)
    named = {source.number: source for source in (find_source(store, one) for one in sources)}
    kind = SOURCES if named else GUILD if guild else EVERYBODY
    tokens = AccessTokens(store)
    number, secret = tokens.create(name, kind, guild, named, is_operator=is_operator)
    made = next(one for one in tokens.all() if one.number == number)
    if as_json:
        print(to_json(_as_json(made) | {"token": secret}))
        return DONE
    opens = _opens(say, made)
    print(say(sentences.CREATED, number=number, name=one_line(name), opens=opens), file=sys.stderr, flush=True)
    channels = Channels(store).all()
    for source in named.values():
        readers = say(sentences.READERS[source.audience.kind], **source.audience._asdict())
        shown = one_line(name_with_guild(say, source, channels))
        print(
            say(sentences.NAMED_SOURCE, number=source.number, name=shown, readers=readers), file=sys.stderr, flush=True
        )
    print(secret)
    return DONE


def list_tokens(say: Wording, settings: Settings, as_json: bool) -> int:
    """Show the tokens, without what they say themselves, which nobody knows."""
    with existing_store(settings) as store:
        tokens = AccessTokens(store).all()
    if as_json:
        print(to_json([_as_json(token) for token in tokens]))
    elif not tokens:
        print(say(sentences.NO_TOKENS))
    else:
        for token in tokens:
            print(_line(say, token))
    return DONE


def revoke_token(say: Wording, settings: Settings, number: int) -> int:
    """Let a token open nothing from now on."""
    with existing_store(settings) as store:
        revoked = AccessTokens(store).revoke(number)
    print(say(sentences.REVOKED if revoked else sentences.UNKNOWN_TOKEN, number=number))
    return DONE if revoked else FAILED


def _as_json(token: AccessToken) -> dict[str, object]:
    return token._asdict() | {"sources": sorted(token.sources)}


def _line(say: Wording, token: AccessToken) -> str:
    used = say(sentences.USED, day=token.used) if token.used else say(sentences.NEVER_USED)
    opens, created = _opens(say, token), local_day(token.created)
    return say(sentences.TOKEN, number=token.number, name=one_line(token.name), opens=opens, created=created, used=used)


def _opens(say: Wording, token: AccessToken) -> str:
    opens = say(sentences.OPENS_EVERYBODY)
    if token.guild_removed:
        opens = say(sentences.GUILD_REMOVED, guild=token.guild, day=token.guild_removed[:10])
    elif token.kind == GUILD:
        opens = say(sentences.OPENS_GUILD, guild=token.guild)
    elif token.kind == SOURCES:
        opens = _opens_sources(say, sorted(token.sources))
    return say(sentences.WITH_OPERATOR, opens=opens) if token.is_operator else opens


def _opens_sources(say: Wording, numbers: Sequence[int]) -> str:
    match numbers:
        case []:
            return say(sentences.OPENS_NOTHING)
        case [number]:
            return say(sentences.OPENS_SOURCE, number=number)
    return say(sentences.OPENS_SOURCES, numbers=say(answers.LIST_SEPARATOR).join(map(str, numbers)))
