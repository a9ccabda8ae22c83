"""The messages of a channel, in their order, so that a page of a long history is found at once."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterator, MutableMapping
from typing import TypeVar

Message = TypeVar("Message")


class MessageLog(MutableMapping[int, Message]):
    """Messages by id, the oldest first."""

    def __init__(self) -> None:
        self._by_id: dict[int, Message] = {}
        self._ids: list[int] = []

    def __getitem__(self, number: int) -> Message:
        return self._by_id[number]

    def __setitem__(self, number: int, message: Message) -> None:
        if number not in self._by_id:
            insort(self._ids, number)
        self._by_id[number] = message

    def __delitem__(self, number: int) -> None:
        del self._by_id[number]
        del self._ids[bisect_left(self._ids, number)]

    def __iter__(self) -> Iterator[int]:
        return iter(self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    @property
    def latest(self) -> int | None:
        """The id of the newest message."""
        return self._ids[-1] if self._ids else None

    def page(self, limit: int, *, before: int = 0, after: int = 0, around: int = 0) -> list[Message]:
        """As many as Discord gives for a request, the newest first."""
        end = len(self._ids)
        if before:
            end = bisect_left(self._ids, before)
        elif after:
            end = bisect_right(self._ids, after) + limit
        elif around:
            end = bisect_right(self._ids, around) + limit // 2
        # Around a message, half of the page is newer, even where there is not as much.
        return [self._by_id[number] for number in reversed(self._ids[max(0, end - limit) : end])]
