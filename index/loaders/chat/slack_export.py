"""Loads an export of Slack: a file for each day of each channel, or the archive (.zip) of them."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from zipfile import BadZipFile, ZipFile

from index.documents.conversations import Message, blocks_of_messages, distinct_names
from index.errors import ContentDamaged, ContentNotExport
from index.loaders.content import Content
from index.loaders.limits import MEGABYTE
from index.types import Block, Document

_DAY_FILE = r"^\d{4}-\d{2}-\d{2}\.json$"
_USERS_FILE = "users.json"
# The subtypes of messages that people write; the others report joins, topics and the like.
_USER_MESSAGE_SUBTYPES = {None, "thread_broadcast", "me_message", "file_share", "file_comment"}
# Threads on one day of a channel hardly go back to more.
_MAX_EARLIER_DAYS = 60
_REFERENCE = r"<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>"
_BOLD = r"(?<![\w*])\*(\S(?:[^*\n]*\S)?)\*(?![\w*])"


class _Person(NamedTuple):
    name: str
    account: str
    zone: timezone


def is_slack_day(export: Any) -> bool:
    """Whether this is the list of messages of a day of a channel."""
    return (
        isinstance(export, list)
        and bool(export)
        and all(
            isinstance(message, dict) and message.get("type") == "message" and "ts" in message for message in export
        )
    )


def is_slack_list(export: Any) -> bool:
    """Whether this is a list of users, channels or apps, as some files of an export are."""
    return (
        isinstance(export, list)
        and bool(export)
        and all(
            isinstance(entry, dict)
            and ({"id", "profile"} <= entry.keys() or {"id", "members", "created"} <= entry.keys())
            for entry in export
        )
    )


def is_slack_archive(names: Iterable[str]) -> bool:
    """Whether an archive with entries of these names has days of channels."""
    return any(re.match(_DAY_FILE, PurePosixPath(name).name) and "/" in name for name in names)


def is_slack_day_file(path: Path) -> bool:
    """Whether a file is called as a day of a channel is, which is read together with its neighbours."""
    return re.match(_DAY_FILE, path.name) is not None


def parse_slack_day(content: Content, export: list[dict[str, Any]]) -> Document:
    """The document in a day of a channel, whose name is that of its folder; users.json is beside the folder.

    What was replied to on that day is read from the files of earlier days. Raises ContentNotExport.
    """
    folder = Path(content.path).absolute().parent
    users = _read_list(content, folder.parent / _USERS_FILE)
    return Document(
        name=content.name,
        title="#" + folder.name,
        source=content.name,
        blocks=tuple(
            _blocks(content, [*_replied_to(content, folder, export), *export], users if is_slack_list(users) else [])
        ),
    )


def parse_slack_archive(content: Content, archive: ZipFile) -> Document:
    """The document in an archive: each channel is a heading. Raises ContentDamaged or ContentNotExport."""
    channels: dict[str, list[dict[str, Any]]] = {}
    users: list[dict[str, Any]] = []
    try:
        for name in sorted(archive.namelist()):
            path = PurePosixPath(name)
            if path.name == _USERS_FILE:
                users = json.loads(archive.read(name))
            elif re.match(_DAY_FILE, path.name) and is_slack_day(day := json.loads(archive.read(name))):
                channels.setdefault(path.parent.name, []).extend(day)
    except ValueError as error:
        raise ContentNotExport(path=content.path) from error
    except RecursionError:
        raise
    except (BadZipFile, OSError, NotImplementedError, RuntimeError) as error:
        raise ContentDamaged(path=content.path, kind="ZIP") from error
    blocks = [
        block._replace(heading=f"#{channel}")
        for channel, messages in channels.items()
        for block in _blocks(content, messages, users)
    ]
    return Document(name=content.name, title=content.stem, source=content.name, blocks=tuple(blocks))


def _read_list(content: Content, path: Path) -> list[dict[str, Any]]:
    """The list in another file of the export; empty where there is no such file, or it is too large."""
    try:
        if path.stat().st_size > content.limits.largest_file * MEGABYTE:
            return []
        entries = json.loads(path.read_bytes())
    except (OSError, ValueError):
        return []
    return entries if isinstance(entries, list) else []


def _replied_to(content: Content, folder: Path, export: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages of earlier days that those of a day reply to."""
    missing = {str(message.get("thread_ts") or "") for message in export} - {str(message["ts"]) for message in export}
    # A day begins at midnight where the workspace is, in any time zone.
    days = {
        (datetime.fromtimestamp(float(timestamp), UTC) + timedelta(days=offset)).date()
        for timestamp in missing
        if re.fullmatch(r"\d{1,10}\.\d{1,6}", timestamp)
        for offset in (-1, 0, 1)
    }
    own = Path(content.path).name
    earlier = (
        _read_list(content, folder / name) for day in sorted(days)[:_MAX_EARLIER_DAYS] if (name := f"{day}.json") != own
    )
    return [message for day in earlier if is_slack_day(day) for message in day if str(message["ts"]) in missing]


def _blocks(content: Content, messages: list[dict[str, Any]], users: list[dict[str, Any]]) -> list[Block]:
    try:
        people = _people(messages, users)
        parsed = sorted(_messages(messages, people), key=lambda message: float(message.id))
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, OSError) as error:
        raise ContentNotExport(path=content.path) from error
    return blocks_of_messages(parsed)


def _people(messages: list[dict[str, Any]], users: list[dict[str, Any]]) -> dict[str, _Person]:
    """Each author by id, from the list of users or else from their messages."""
    found = {str(user["id"]): user for user in users}
    for message in messages:
        if (profile := message.get("user_profile")) and message.get("user") not in found:
            found[str(message["user"])] = {"name": profile.get("name"), "profile": profile}
    names = distinct_names(
        (identity, _name(user, identity), str(user.get("name") or "")) for identity, user in found.items()
    )
    return {
        identity: _Person(names[identity], str(user.get("name") or ""), _zone(user)) for identity, user in found.items()
    }


def _name(user: dict[str, Any], identity: str) -> str:
    profile = user.get("profile") or {}
    return str(
        profile.get("display_name") or profile.get("real_name") or user.get("real_name") or user.get("name") or identity
    )


def _zone(user: dict[str, Any]) -> timezone:
    offset = user.get("tz_offset")
    return timezone(timedelta(seconds=offset)) if isinstance(offset, int) and abs(offset) < 86_400 else UTC


def _messages(messages: list[dict[str, Any]], people: Mapping[str, _Person]) -> Iterator[Message]:
    for message in messages:
        identity = str(message.get("user") or "")
        if message.get("subtype") not in _USER_MESSAGE_SUBTYPES or message.get("bot_id") or message.get("hidden"):
            continue
        person = people.get(identity, _Person(identity, "", UTC))
        thread = str(message.get("thread_ts") or "")
        edited = (message.get("edited") or {}).get("ts")
        parsed = Message(
            author=person.name,
            text=_text(message, people),
            date=_date(message["ts"], person.zone),
            id=str(message["ts"]),
            replies_to="" if thread == str(message["ts"]) else thread,
            author_id=identity,
            edited=_date(edited, person.zone) if edited else None,
        )
        if parsed.text:
            yield parsed
        for shared in message.get("attachments") or ():
            text = _attachment_text(shared, people)
            if text and (shared.get("is_share") or shared.get("is_msg_unfurl")):
                who = people.get(str(shared.get("author_id") or ""))
                name = who.name if who else str(shared.get("author_name") or f"{person.name}（転送）")
                yield parsed._replace(author=name, text=text, author_id=f"{identity} forwarded {name}", edited=None)
            elif text:
                yield parsed._replace(text=text)


def _date(timestamp: Any, zone: timezone) -> str:
    return datetime.fromtimestamp(int(float(timestamp)), zone).isoformat()


def _text(message: dict[str, Any], people: Mapping[str, _Person]) -> str:
    return _plain_text(str(message.get("text") or ""), people)


def _attachment_text(attachment: dict[str, Any], people: Mapping[str, _Person]) -> str:
    fields = attachment.get("fields") or ()
    parts = [attachment.get("pretext"), attachment.get("title"), attachment.get("text")]
    parts += [": ".join(filter(None, (field.get("title"), field.get("value")))) for field in fields]
    return "\n".join(filter(None, (_plain_text(str(part), people) for part in parts if part)))


def _plain_text(text: str, people: Mapping[str, _Person]) -> str:
    """A text as Slack shows it: names instead of ids, and without the marks of bold text."""

    def label_of(found: re.Match[str]) -> str:
        sign, target, label = found[1], found[2], found[3] or ""
        if sign == "@":
            return "@" + (people[target].name if target in people else label or target)
        if sign == "#":
            return "#" + (label or target)
        if sign == "!":
            return label or "@" + target.partition("^")[0]
        return label or target.removeprefix("mailto:")

    return html.unescape(re.sub(_BOLD, r"\1", re.sub(_REFERENCE, label_of, text))).strip()
