"""How sources are, on either kind of database."""

from __future__ import annotations

from index.audience import CHANNEL, Audience
from index.errors import ContentDamaged
from index.store.discord.channels import Channels
from index.store.discord.guilds import Guilds
from index.store.job_rows import FILE, NewJob
from index.store.jobs import Jobs
from index.store.source_states import SourceState, source_states
from index.store.store import CHANNEL as A_CHANNEL
from index.store.store import Store
from tests.stores import document, put


def test_each_source_tells_its_age_and_what_is_wrong_with_it(store: Store) -> None:
    """When it changed, whether it is withheld, what waits, and what could not be read."""
    read = put(store, "/a", document("a.md", "有給休暇は年に十日です"))
    queued = store.put_source("folder", "/b", Audience())
    talk = store.put_source(A_CHANNEL, "7", Audience(CHANNEL, 1, 7))
    Channels(store).withhold(1, 7)
    jobs = Jobs(store)
    jobs.put(queued, [NewJob(FILE, name, f"/b/{name}", "", b"") for name in ("a.pdf", "b.pdf", "c.pdf")])
    broken = jobs.take()[0]
    jobs.fail(broken, ContentDamaged(path=broken.path, kind="PDF"), for_good=True)
    states = source_states(store)
    assert states.keys() == {read, queued, talk}
    assert (states[read].changed or "").startswith("20")
    assert states[read]._replace(changed=None) == SourceState()
    assert (states[queued].changed, states[queued].waiting) == (None, 2)
    assert [(one.path, type(one.error)) for one in states[queued].dead] == [("/b/a.pdf", ContentDamaged)]
    assert states[talk].withheld


def test_votes_are_those_of_a_guild_or_of_none(store: Store) -> None:
    """In favour and against, since a time."""
    guilds = Guilds(store)
    for guild, helpful in ((1, True), (1, True), (1, False), (2, False), (None, True)):
        guilds.record_feedback(guild, "有給休暇は？", "0123456789ab", helpful=helpful)
    assert [guilds.votes(guild, "2026-01-01") for guild in (1, 2, 0, 3)] == [(2, 1), (0, 1), (1, 0), (0, 0)]
    assert guilds.votes(1, "9999-01-01") == (0, 0)
