"""The names of the leases of the bot's processes."""

from __future__ import annotations

SHARDS = "shard "


def shard_lease(shard: int, count: int) -> str:
    """The lease on acting for a shard; with another number of shards its guilds are others."""
    return f"{SHARDS}{shard} of {count}"


def identify_lease(key: int) -> str:
    """The lease on identifying with one of Discord's rate-limit keys."""
    return f"identify {key}"
