from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

from index.audience import EVERYBODY, GUILD, Audience
from index.store.access_tokens import PREFIX, SOURCES, AccessTokens
from index.store.backup.backup import back_up
from index.store.backup.restoring import restore, verified_backup
from index.store.discord.guilds import Guilds
from index.store.store import Store
from tests.stores import document, put


def test_a_token_opens_what_it_was_made_for(store: Store) -> None:
    """Only itself does, and it is made of as much chance as a key."""
    tokens, source = AccessTokens(store), put(store, "/a", document("a.md", "犬は遊ぶ"))
    number, secret = tokens.create("受付の画面", SOURCES, sources=[source, source])
    tokens.create("調べ物", GUILD, 5, is_operator=True)
    found = tokens.find(secret)
    assert found is not None
    assert (found.number, found.name, found.kind, found.sources) == (number, "受付の画面", SOURCES, frozenset([source]))
    assert [(one.guild, one.is_operator) for one in tokens.all()] == [(0, False), (5, True)]
    assert re.fullmatch(PREFIX + r"[\w-]{43}", secret)
    for wrong in ("", PREFIX, secret[:-1], secret + "a", secret.upper(), "\ud800", "\0"):
        assert tokens.find(wrong) is None


def test_what_opens_is_nowhere_in_the_database(tmp_path: Path, store: Store) -> None:
    """Whoever reads its files cannot ask with what is there."""
    _, secret = AccessTokens(store).create("a")
    assert AccessTokens(store).find(secret)
    store.close()
    kept = b"".join(file.read_bytes() for file in tmp_path.glob("*.db*"))
    assert secret.removeprefix(PREFIX).encode() not in kept


def test_a_revoked_token_opens_nothing(store: Store) -> None:
    """It leaves the list, and cannot be revoked twice; none that is made later gets its number."""
    tokens = AccessTokens(store)
    number, secret = tokens.create("a", EVERYBODY)
    assert tokens.revoke(number)
    assert tokens.find(secret) is None
    assert not tokens.revoke(number)
    assert not tokens.revoke(number + 1)
    assert tokens.all() == []
    assert tokens.create("b")[0] > number


def test_only_the_day_is_known_on_which_a_token_was_used(store: Store) -> None:
    """When somebody asked is nobody's business."""
    tokens = AccessTokens(store)
    _, secret = tokens.create("a")
    for _ in range(2):
        found = tokens.find(secret)
        assert found
        tokens.note_used(found)
    assert [one.used for one in tokens.all()] == [f"{datetime.now(UTC):%Y-%m-%d}T00:00:00+00:00"]


def test_a_source_that_was_removed_is_opened_by_no_token(store: Store) -> None:
    """The token stays for its other sources, and opens nothing, rather than everything, once there are none."""
    tokens = AccessTokens(store)
    first, second = (put(store, f"/{name}", document("a.md", "犬は遊ぶ")) for name in "ab")
    _, secret = tokens.create("a", SOURCES, sources=[first, second])
    for source, left in ((first, frozenset([second])), (second, frozenset())):
        store.remove_source(source)
        found = tokens.find(secret)
        assert found
        assert (found.kind, found.sources) == (SOURCES, left)


def test_a_backup_brings_no_token_back_and_no_source_to_one(tmp_path: Path, store: Store) -> None:
    """What was revoked since stays revoked, and a number of before the restore may be another source."""
    tokens, source = AccessTokens(store), put(store, "/a", document("a.md", "犬は遊ぶ"))
    number, revoked = tokens.create("a")
    _, secret = tokens.create("b", SOURCES, sources=[source])
    back_up(store, tmp_path / "backup.zip")
    tokens.revoke(number)
    with verified_backup(tmp_path / "backup.zip") as backup:
        restore(store, backup)
    assert tokens.find(revoked) is None
    found = tokens.find(secret)
    assert found
    assert (found.kind, found.sources) == (SOURCES, frozenset())


def test_a_forgotten_guild_has_no_tokens(store: Store) -> None:
    """Others keep theirs."""
    tokens = AccessTokens(store)
    put(store, "/a", document("a.md", "犬は遊ぶ"), audience=Audience(GUILD, 1))
    (_, ours), (_, theirs) = (tokens.create("a", GUILD, guild) for guild in (1, 2))
    Guilds(store).forget(1)
    assert tokens.find(ours) is None
    assert tokens.find(theirs)


def test_a_guild_that_removed_the_bot_is_opened_by_no_token_until_it_is_back(store: Store) -> None:
    """Neither by its own, nor by one that names sources of it; what it named of others stays open."""
    tokens = AccessTokens(store)
    ours, theirs = (
        put(store, f"/{guild}", document("a.md", "犬は遊ぶ"), audience=Audience(GUILD, guild)) for guild in (1, 2)
    )
    secrets = [tokens.create("a", GUILD, 1)[1], tokens.create("b", SOURCES, sources=[ours, theirs])[1]]
    everybodys = tokens.create("c")[1]
    for present, opened in (([2], [None, {theirs}]), ([1, 2], [set(), {ours, theirs}])):
        Guilds(store).note_present(present)
        found = [tokens.find(secret) for secret in secrets]
        assert [token and token.sources for token in found] == opened
        assert [bool(token.guild_removed) for token in tokens.all()] == [opened[0] is None, False, False]
        assert tokens.find(everybodys)


def test_a_guild_with_nothing_but_a_token_is_known(store: Store) -> None:
    """Once the bot was removed from it, the token is forgotten in time."""
    AccessTokens(store).create("a", GUILD, 7)
    Guilds(store).note_present([])
    assert Guilds(store).removed(datetime.now(UTC)) == [7]
