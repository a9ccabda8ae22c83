"""Loads a chat that was saved as text, by whichever program."""

from __future__ import annotations

from index.loaders.chat.line_export import is_line_export, parse_line_export
from index.loaders.chat.text_log import is_discord_text, is_text_log, parse_discord_text, parse_text_log
from index.loaders.content import Content
from index.types import Document


def parse_saved_chat(content: Content, text: str) -> Document | None:
    """The document in a chat of LINE, of Discord, or of another program; None for any other text."""
    if is_line_export(text):
        return parse_line_export(text, content.name)
    if is_discord_text(text):
        return parse_discord_text(content, text)
    return parse_text_log(content, text) if is_text_log(text) else None
