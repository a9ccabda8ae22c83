"""What front ends tell of what they do. By itself it goes nowhere: PrometheusMetrics counts it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.answerer import Answer
from bot.metrics.health import Health
from index.stages import Stage

# What a gauge shows now: a number, one for each value of its label, or None where that is not known.
Read = Callable[[], float | Mapping[str, float] | None]


class Metrics:
    """Counts nothing, where nobody asks for it; tells of its health all the same."""

    def __init__(self) -> None:
        self.health = Health()

    def show(self, gauges: Mapping[str, Read]) -> None:
        """Show these gauges, of those in `catalogue.GAUGES`; each is read when somebody asks, from another thread."""

    def answered(self, front_end: str, answer: Answer, seconds: float) -> None:
        """A question was answered, or not, after so many seconds."""

    def voted(self, *, helpful: bool) -> None:
        """Somebody said whether a passage helped."""

    def worked(self, done: int, dead: int) -> None:
        """Jobs of the queue were done, or given up."""

    def took(self, name: Stage, seconds: float, error: type[BaseException] | None) -> None:
        """A stage took so long, perhaps in another process; an error of this class ended it, if one did."""

    def text(self, accepted: str) -> tuple[str, bytes]:  # noqa: ARG002 - there is only one
        """All that is counted, as Prometheus reads it, with its media type; `accepted` is the header of whoever asks."""
        return "text/plain", b""
