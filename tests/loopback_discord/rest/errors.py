"""Discord's errors, with the codes and texts of its API."""

from __future__ import annotations

from typing import Any, NamedTuple


class ErrorCode(NamedTuple):
    """An HTTP status, Discord's code, and Discord's text."""

    status: int
    code: int
    text: str


NOT_FOUND = ErrorCode(404, 0, "404: Not Found")
UNAUTHORIZED = ErrorCode(401, 0, "401: Unauthorized")
TOO_LARGE = ErrorCode(413, 40005, "Request entity too large")
UNKNOWN_CHANNEL = ErrorCode(404, 10003, "Unknown Channel")
UNKNOWN_GUILD = ErrorCode(404, 10004, "Unknown Guild")
UNKNOWN_MEMBER = ErrorCode(404, 10007, "Unknown Member")
UNKNOWN_MESSAGE = ErrorCode(404, 10008, "Unknown Message")
UNKNOWN_USER = ErrorCode(404, 10013, "Unknown User")
UNKNOWN_WEBHOOK = ErrorCode(404, 10015, "Unknown Webhook")
UNKNOWN_INTERACTION = ErrorCode(404, 10062, "Unknown interaction")
UNKNOWN_COMMAND = ErrorCode(404, 10063, "Unknown application command")
TOO_MANY_COMMANDS = ErrorCode(400, 30034, "Max number of daily application command creates has been reached (200)")
ALREADY_ACKNOWLEDGED = ErrorCode(400, 40060, "Interaction has already been acknowledged.")
MISSING_ACCESS = ErrorCode(403, 50001, "Missing Access")
FOREIGN_MESSAGE = ErrorCode(403, 50005, "Cannot edit a message authored by another user")
EMPTY_MESSAGE = ErrorCode(400, 50006, "Cannot send an empty message")
NOT_IN_DIRECT_MESSAGES = ErrorCode(403, 50003, "Cannot execute action on a DM channel")
DIRECT_MESSAGES_CLOSED = ErrorCode(403, 50007, "Cannot send messages to this user")
MISSING_PERMISSIONS = ErrorCode(403, 50013, "Missing Permissions")
WRONG_CHANNEL_TYPE = ErrorCode(400, 50024, "Cannot execute action on this channel type")
INVALID_WEBHOOK_TOKEN = ErrorCode(401, 50027, "Invalid Webhook Token")
INVALID_FORM = ErrorCode(400, 50035, "Invalid Form Body")
THREAD_ARCHIVED = ErrorCode(400, 50083, "Thread is archived")
INVALID_JSON = ErrorCode(400, 50109, "The request body contains invalid JSON.")
THREAD_EXISTS = ErrorCode(400, 160004, "A thread has already been created for this message")


class DiscordError(Exception):
    """An error as Discord answers it; with a rule, it is also a violation of that name."""

    def __init__(self, error: ErrorCode, rule: str | None = None, errors: dict[str, Any] | None = None) -> None:
        super().__init__(f"{error.status} {error.code} {error.text}" + (f" {errors}" if errors else ""))
        self.status, self.code, self.text = error
        self.rule = rule or ("bad_request" if error.status == 400 else None)
        self.errors = errors

    def to_payload(self) -> dict[str, Any]:
        """The body of the answer."""
        payload: dict[str, Any] = {"message": self.text, "code": self.code}
        return payload | ({"errors": self.errors} if self.errors else {})


class FormErrors:
    """The errors of one request body, each at its place; Discord answers all of them at once."""

    def __init__(self) -> None:
        self._tree: dict[str, Any] = {}

    def add(self, place: tuple[str | int, ...], code: str, message: str) -> None:
        """Note one error at this place of the body."""
        node = self._tree
        for part in place:
            node = node.setdefault(str(part), {})
        node.setdefault("_errors", []).append({"code": code, "message": message})

    def any_at(self, place: tuple[str | int, ...]) -> bool:
        """Whether there is an error at this place, or within it."""
        node = self._tree
        for part in place:
            node = node.get(str(part), {})
        return bool(node)

    def raise_any(self, rule: str) -> None:
        """Raise them all as one, if there are any."""
        if self._tree:
            raise DiscordError(INVALID_FORM, rule, self._tree)
