"""What happened on the server: every request, every broken rule, and a way to wait for more."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Call:
    """A request to the REST API, taken apart; its template is the route's in Discord's description."""

    method: str
    path: str
    template: str
    parameters: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)

    def number(self, name: str) -> int:
        """An id in the path, or in the query; 0 where there is none."""
        return int(self.parameters.get(name) or self.query.get(name) or 0)


@dataclass(frozen=True)
class Request:
    """A request that was answered."""

    method: str
    path: str
    template: str
    body: Any
    status: int
    answer: Any
    received_at: float

    def __str__(self) -> str:
        return f"{self.method} {self.path} -> {self.status}"


@dataclass(frozen=True)
class Violation:
    """A rule that the bot broke, what exactly, and in which request."""

    rule: str
    detail: str
    request: str = ""


class Journal:
    """Collects requests and violations, and wakes those who wait for something to happen."""

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._violations: list[Violation] = []
        self._checks: list[Callable[[], None]] = []
        self._happened = asyncio.Event()

    @property
    def violations(self) -> list[Violation]:
        """Every broken rule; what was left to be checked is checked now."""
        while self._checks:
            self._checks.pop(0)()
        return self._violations

    def check_later(self, check: Callable[[], None]) -> None:
        """Leave a check until somebody asks: a slow one would take the bot's time, which shares this process."""
        self._checks.append(check)

    def violate(self, rule: str, detail: str, call: Call | None = None) -> None:
        """Note a broken rule."""
        self._violations.append(Violation(rule, detail, f"{call.method} {call.path}" if call else ""))
        self.notify()

    def notify(self) -> None:
        """Wake those who wait."""
        self._happened.set()
        self._happened = asyncio.Event()

    async def wait_for(self, condition: Callable[[], object], seconds: float, failure: str) -> None:
        """Wait until the condition holds; where it does not in time, fail with all that is known."""
        try:
            async with asyncio.timeout(seconds):
                while not condition():
                    await self._happened.wait()
        except TimeoutError:
            raise AssertionError(f"{failure} within {seconds} s.\n{self.story()}") from None

    def story(self) -> str:
        """The last requests and all violations, for the message of a failed test."""
        requests = [f"  {request}" for request in self.requests[-8:]] or ["  none"]
        violations = [f"  {violation}" for violation in self.violations] or ["  none"]
        return "\n".join(["Last requests:", *requests, "Violations:", *violations])
