"""Loads a chat exported in JSON: a channel of Discord, or a day of a channel of Slack."""

from __future__ import annotations

import json

from index.errors import ContentNotExport
from index.loaders.chat.discord_export import parse_discord_export
from index.loaders.chat.slack_export import is_slack_day, is_slack_list, parse_slack_day
from index.loaders.content import Content
from index.types import Document


def parse_chat_export(content: Content) -> Document:
    """The document in an exported chat, without blocks for a list of users or channels. Raises ContentNotExport."""
    try:
        export = json.loads(content.text())
    except ValueError as error:
        raise ContentNotExport(path=content.path) from error
    if is_slack_day(export):
        return parse_slack_day(content, export)
    if is_slack_list(export):
        return Document(name=content.name, title=content.stem, source=content.name, blocks=())
    return parse_discord_export(content, export)
