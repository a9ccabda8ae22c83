"""Which limits a request must keep, whatever state the server is in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.loopback_discord.journal import Call
from tests.loopback_discord.rest import limits
from tests.loopback_discord.world.message import EPHEMERAL

MESSAGES = "/channels/{channel_id}/messages"
WEBHOOK = "/webhooks/{webhook_id}/{webhook_token}"
CALLBACK = "/interactions/{interaction_id}/{interaction_token}/callback"
THREADS = "/channels/{channel_id}/threads"
SEND, DEFER, UPDATE, CHOICES, MODAL = 4, 5, 7, 8, 9


def check(call: Call, note: Callable[[str, str, Call], None]) -> None:
    """Raise Discord's error where a limit is exceeded; note what Discord allows, but a correct bot does not do."""
    if message_in(call) is not None:
        message, place = message_in(call) or ({}, ())
        _check_allowed_mentions(call, message, note)
        edit = call.method == "PATCH" or (bool(place) and call.body.get("type") == UPDATE)
        limits.check_message(message, place, complete=not edit, files=len(call.files))
    elif call.template == CALLBACK:
        data = call.body.get("data") or {}
        if call.body.get("type") == MODAL:
            limits.check_modal(data, ("data",))
        elif call.body.get("type") == CHOICES:
            limits.check_choices(data.get("choices") or [], ("data", "choices"))
        elif call.body.get("type") == DEFER and data.get("flags", 0) & ~EPHEMERAL:
            note("deferred_flags", f"a deferred reply takes only EPHEMERAL: {data['flags']}", call)
    if call.template.startswith("/applications/") and call.method in {"PUT", "POST", "PATCH"}:
        limits.check_commands(call.body if isinstance(call.body, list) else [call.body])
    if call.template.endswith("/threads") and call.method == "POST":
        limits.check_thread(call.body)


def message_in(call: Call) -> tuple[dict[str, Any], tuple[str, ...]] | None:
    """The message that a request sends or edits, and where it stands in the body."""
    if call.method not in {"POST", "PATCH"} or not isinstance(call.body, dict):
        return None
    if call.template == CALLBACK:
        sends = call.body.get("type") in {SEND, UPDATE}
        return (call.body.get("data") or {}, ("data",)) if sends else None
    if call.template == THREADS and "message" in call.body:
        return call.body["message"], ("message",)
    if call.template in {MESSAGES, f"{MESSAGES}/{{message_id}}"} or call.template.startswith(WEBHOOK):
        return call.body, ()
    return None


def _check_allowed_mentions(call: Call, message: dict[str, Any], note: Callable[[str, str, Call], None]) -> None:
    """Without `parse: []` a message pings whatever its text mentions, and an edit reverts to that default."""
    allowed = message.get("allowed_mentions")
    if allowed is None:
        note("allowed_mentions", "allowed_mentions is missing: everything in the text pings", call)
    elif allowed.get("parse") != []:
        note("allowed_mentions", f"allowed_mentions parses {allowed.get('parse')}", call)
