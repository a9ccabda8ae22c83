"""What the bot shows of itself to whoever operates it: whether it is connected, and what waits."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Mapping

import discord

from bot.discord.answers.feedback import FeedbackWriter
from bot.discord.learning.learning import Learning
from bot.discord.services import Services
from bot.metrics.health import responds
from bot.metrics.standing import Sampled, knowledge_checks, knowledge_gauges, queue_gauges
from index.store.jobs import Jobs


class Observation:
    """Knows which shards are connected. What it shows is read from other threads."""

    def __init__(self, services: Services, client: discord.AutoShardedClient) -> None:
        self._services = services
        self._client = client
        # Those that the gateway has let in.
        self._let_in: set[int] = set()

    def begin(self) -> None:
        """Show from now on what there is; to be called within the event loop."""
        services, loop = self._services, asyncio.get_running_loop()
        checks = {"gateway": self._is_connected} | knowledge_checks(services.knowledge)
        services.metrics.health.watch(checks, lambda: responds(loop))
        services.metrics.show(
            knowledge_gauges(services.knowledge)
            | (queue_gauges(Sampled(Jobs(services.store).state)) if services.store else {})
            | {
                "kotae_guilds": lambda: len(self._client.guilds),
                "kotae_gateway_latency_seconds": self._latency,
                "kotae_shards": self._shards,
                "kotae_learning_channels": self._learning,
                "kotae_notes_waiting": lambda: services.get(FeedbackWriter).waiting,
            }
        )

    def shard_let_in(self, shard: int) -> None:
        """A shard is connected."""
        self._let_in.add(shard)

    def shard_cut_off(self, shard: int) -> None:
        """A shard is connected no more."""
        self._let_in.discard(shard)

    def _wanted(self) -> int:
        """How many shards this process has; 0 where it does not know yet."""
        shards = self._services.settings.shards
        return len(shards.ids) if shards else self._client.shard_count or 0

    def _is_connected(self) -> bool:
        return 0 < self._wanted() <= len(self._let_in)

    def _shards(self) -> Mapping[str, float]:
        wanted = self._wanted()
        return {"wanted": wanted, "connected": len(self._let_in), "held": self._services.ownership.held_of(wanted)}

    def _latency(self) -> float | None:
        latencies = [seconds for _, seconds in self._client.latencies if math.isfinite(seconds)]
        return max(latencies, default=None)

    def _learning(self) -> Mapping[str, float] | None:
        learning = self._services.find(Learning)
        if learning is None:
            return None
        under_way, failing = learning.backlog()
        return {"under_way": under_way - failing, "failing": failing}
