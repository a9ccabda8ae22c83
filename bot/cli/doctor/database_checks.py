"""The checks of `kotae doctor` on the database: its file, revision, documents, analysis and vectors, and the engine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from bot.cli.doctor.checks import Check
from bot.knowledge import leaves_out_built_in
from bot.settings import Settings
from bot.wording import Wording, answers
from bot.wording.command_line import doctor as sentences
from index.errors import DatabaseError, DatabaseMissing, KotaeError, OpenSearchClientMissing, OpenSearchError
from index.meaning.encoder import shared_encoder
from index.meaning.passage_texts import vectors_name
from index.ranking.choice import LARGEST_IN_MEMORY, SHARED_ENGINE, engine_for
from index.store.connection import file_of, shown_address
from index.store.health import Health, examine, generations_behind
from index.store.jobs import QueueState
from index.store.leases import SHARD_LEASE, Lease
from index.store.schema import REVISION

_LONGEST_WAIT = timedelta(minutes=5)


def check_database(say: Wording, settings: Settings) -> list[Check]:
    """Where the database lies, whether it can be used and is whole, and what is in it; raises a DatabaseError."""
    place = shown_address(settings.database_url)
    health = _health(settings)
    if health is None:
        health, database = Health(None, ""), say(sentences.NO_DATABASE, database=place)
        return [Check("database", True, database), _engine(say, settings, 0), _encoder(say, settings, health)]
    return [
        Check("database", True, place),
        *_replica(say, settings, health),
        *_integrity(say, settings, health),
        _revision(say, health),
        _documents(say, settings, health),
        *_review(say, health),
        _analysis(say, health),
        _engine(say, settings, health.passages),
        _encoder(say, settings, health),
        *_queue(say, settings, health),
        *check_shards(say, health.leases),
    ]


def check_shards(say: Wording, leases: Iterable[Lease]) -> list[Check]:
    """Which process holds which of a bot's shards, and which nobody does, where processes share them."""
    held: defaultdict[int, dict[int, Lease]] = defaultdict(dict)
    for lease in leases:
        if match := SHARD_LEASE.fullmatch(lease.name):
            held[int(match["of"])][int(match["shard"])] = lease
    checks = []
    for of, shards in sorted(held.items()):
        holders: defaultdict[str, list[int]] = defaultdict(list)
        for shard, lease in sorted(shards.items()):
            if lease.seconds:
                holders[lease.holder].append(shard)
        free = sorted(set(range(of)) - {shard for some in holders.values() for shard in some})
        if not holders and len(held) > 1:
            # There were so many once.
            continue
        found = say(answers.LIST_SEPARATOR).join(
            say(sentences.SHARDS_HELD, shards=_ranges(some), machine=holder.split(":")[0], process=holder.split(":")[1])
            for holder, some in holders.items()
        )
        found = say(sentences.SHARDS_OF, of=of, held=found) if found else say(sentences.NO_SHARDS_HELD, of=of)
        advice = say(sentences.SHARDS_FREE, shards=_ranges(free)) if free else ""
        checks.append(Check("shards", not free, found, advice))
    return checks


def _ranges(numbers: list[int]) -> str:
    """Ascending numbers, as `0-3, 7`."""
    ranges: list[list[int]] = []
    for number in numbers:
        if ranges and ranges[-1][-1] == number - 1:
            ranges[-1][1:] = [number]
        else:
            ranges.append([number])
    return ", ".join("-".join(map(str, one)) for one in ranges)


def _health(settings: Settings) -> Health | None:
    """None where nothing was ever stored."""
    try:
        health = examine(settings.database_url)
    except DatabaseMissing:
        return None
    return health if health.revision else None


def _replica(say: Wording, settings: Settings, health: Health) -> list[Check]:
    """Whether the replica, if there is one, can be read from, and follows."""
    if not settings.database_read_url or health.revision != REVISION:
        return []
    place = shown_address(settings.database_read_url)
    try:
        behind = generations_behind(settings.database_url, settings.database_read_url)
    except DatabaseError as error:
        return [Check("replica", False, place, say.of_error(error))]
    found = say(sentences.REPLICA_BEHIND, database=place, changes=behind) if behind else place
    return [Check("replica", True, found)]


def _integrity(say: Wording, settings: Settings, health: Health) -> list[Check]:
    """Whether the file of the database is whole; another kind of database looks after itself."""
    if file_of(settings.database_url) is None:
        return []
    found, advice = (
        health.damage or say(sentences.DATABASE_WHOLE),
        say(sentences.DATABASE_DAMAGED) if health.damage else "",
    )
    return [Check("integrity", not health.damage, found, advice)]


def _revision(say: Wording, health: Health) -> Check:
    """An older revision is well: whatever opens the store next brings it to this one."""
    found = REVISION if health.revision == REVISION else say(sentences.OLDER_REVISION, revision=health.revision)
    return Check("revision", True, found)


def _documents(say: Wording, settings: Settings, health: Health) -> Check:
    counts = {"sources": health.sources, "documents": health.documents, "passages": health.passages}
    found = say(sentences.COUNTS, **counts)
    if leaves_out_built_in(settings, health.locations):
        found = say(sentences.COUNTS_WITHOUT_BUILT_IN, counts=found, left_out=say(answers.BUILT_IN_LEFT_OUT))
    return Check("documents", True, found)


def _review(say: Wording, health: Health) -> list[Check]:
    if not health.to_review:
        return []
    return [Check("review", False, say(sentences.TO_REVIEW, count=health.to_review), say(sentences.REVIEW_THEM))]


def _analysis(say: Wording, health: Health) -> Check:
    """Passages of an older analysis are well: whatever opens the store next makes them anew."""
    if health.mismatched:
        found = say(sentences.ANALYSIS_UNFOUNDED, passages=health.mismatched)
        return Check("analysis", False, found, say(sentences.ANALYSE_AGAIN))
    found = (
        say(sentences.ANALYSIS_OUTDATED, passages=health.outdated)
        if health.outdated
        else say(sentences.ANALYSIS_UP_TO_DATE)
    )
    return Check("analysis", True, found)


def _engine(say: Wording, settings: Settings, passages: int) -> Check:
    if settings.engine == SHARED_ENGINE:
        return _cluster(say, settings)
    if settings.engine:
        return Check("engine", True, say(sentences.ENGINE_CHOSEN, engine=settings.engine))
    engine = engine_for(passages)
    return Check("engine", True, say(sentences.ENGINE_BY_SIZE, engine=engine, passages=LARGEST_IN_MEMORY))


def _cluster(say: Wording, settings: Settings) -> Check:
    """Whether the cluster can be used, and all its nodes and shards are there."""
    try:
        from index.ranking.opensearch.health import examine_cluster
    except ImportError:
        return Check("engine", False, SHARED_ENGINE, say.of_error(OpenSearchClientMissing()))
    try:
        health = examine_cluster(settings.opensearch_url.reveal())
    except OpenSearchError as error:
        return Check("engine", False, SHARED_ENGINE, say.of_error(error))
    found = say(sentences.ENGINE_CLUSTER, cluster=health.shown, version=health.version, nodes=health.nodes)
    return Check("engine", health.status != "red", found, say(sentences.CLUSTER_RED) if health.status == "red" else "")


def _encoder(say: Wording, settings: Settings, health: Health) -> Check:
    """Which encoder reads what passages mean; passages without vectors are well: workers, or whoever opens the store next, make them."""
    if settings.encoder is None:
        return Check("encoder", True, say(sentences.ENCODER_OFF))
    try:
        encoder = shared_encoder(settings.encoder, settings.cache_folder)
    except KotaeError as error:
        return Check("encoder", False, settings.encoder, say.of_error(error))
    vectors = health.vectors.get(vectors_name(encoder), 0)
    if vectors == health.passages:
        return Check("encoder", True, say(sentences.ENCODER_ALL, encoder=encoder.name, passages=vectors))
    behind = sentences.ENCODER_BEHIND_WORKERS if settings.queued_intake else sentences.ENCODER_BEHIND
    found = say(behind, encoder=encoder.name, vectors=vectors, passages=health.passages)
    return Check("encoder", True, found)


def _queue(say: Wording, settings: Settings, health: Health) -> list[Check]:
    """How the queue stands, and each of the first that could not be worked, with its cause."""
    queue = health.queue
    if not (settings.queued_intake or queue.waiting or queue.dead):
        return []
    found = say(sentences.QUEUE, waiting=queue.waiting, held=queue.held, dead=queue.dead)
    advice = say(sentences.QUEUE_DEAD) if queue.dead else say(sentences.QUEUE_IDLE) if _is_idle(queue) else ""
    dead = [Check("dead_letter", False, say.of_error(letter.error)) for letter in health.dead_letters]
    return [Check("queue", not advice, found, advice), *dead]


def _is_idle(queue: QueueState) -> bool:
    """Whether something has waited for long, and nobody works."""
    if not queue.waiting or queue.held or queue.since is None:
        return False
    return datetime.now(UTC) - datetime.fromisoformat(queue.since) > _LONGEST_WAIT
