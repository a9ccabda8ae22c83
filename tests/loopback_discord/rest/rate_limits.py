"""Rate limits as Discord has them: buckets of requests, with the headers that tell of them, and 429."""

from __future__ import annotations

import hashlib
import math
import time
from collections import deque
from dataclasses import dataclass, field

from tests.loopback_discord.journal import Call

# Of what the path names, each channel, guild and webhook has buckets of its own.
MAJOR_PARAMETERS = ("channel_id", "guild_id", "webhook_id", "webhook_token")


@dataclass
class Bucket:
    """The requests since the last reset."""

    begun_at: float
    taken: int = 0


@dataclass(frozen=True)
class Verdict:
    """Whether a request is refused, with which answer, and the headers of the answer either way."""

    headers: dict[str, str] = field(default_factory=dict)
    refusal: dict[str, object] | None = None


class RateLimits:
    """Counts requests; `limits` says how many of a route Discord takes in how many seconds."""

    def __init__(self) -> None:
        self.limits: dict[str, tuple[int, float]] = {}
        self._buckets: dict[tuple[str, ...], Bucket] = {}
        self._refused_next: dict[str, deque[tuple[float, bool]]] = {}

    def refuse_next(self, route: str, retry_after: float, times: int, *, everywhere: bool) -> None:
        """Refuse the next requests of a route."""
        self._refused_next.setdefault(route, deque()).extend([(retry_after, everywhere)] * times)

    def count(self, call: Call) -> Verdict:
        """Count a request."""
        route = f"{call.method} {call.template}"
        if refusals := self._refused_next.get(route):
            retry_after, everywhere = refusals.popleft()
            return _refused({}, retry_after, everywhere=everywhere)
        if route not in self.limits:
            return Verdict()
        limit, seconds = self.limits[route]
        key = (route, *(call.parameters.get(name, "") for name in MAJOR_PARAMETERS))
        bucket, now = self._buckets.get(key), time.monotonic()
        if bucket is None or now - bucket.begun_at >= seconds:
            bucket = self._buckets[key] = Bucket(now)
        after = bucket.begun_at + seconds - now
        refused = bucket.taken >= limit
        bucket.taken += not refused
        headers = {
            "X-RateLimit-Limit": str(limit),
            "X-RateLimit-Remaining": str(limit - bucket.taken),
            "X-RateLimit-Reset": f"{time.time() + after:.3f}",
            "X-RateLimit-Reset-After": f"{after:.3f}",
            "X-RateLimit-Bucket": hashlib.sha256(route.encode()).hexdigest()[:32],
        }
        return _refused(headers, after, everywhere=False) if refused else Verdict(headers)


def _refused(headers: dict[str, str], retry_after: float, *, everywhere: bool) -> Verdict:
    headers = headers | {"Retry-After": str(math.ceil(retry_after)), "Via": "1.1 google"}
    headers["X-RateLimit-Scope"] = "global" if everywhere else "user"
    headers |= {"X-RateLimit-Global": "true"} if everywhere else {}
    message = "You are being rate limited."
    return Verdict(headers, {"message": message, "retry_after": round(retry_after, 3), "global": everywhere})
