"""The time, as it is stored."""

from datetime import UTC, datetime


def now() -> str:
    """The time in ISO 8601, of Greenwich, to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")
