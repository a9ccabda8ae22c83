"""The text of a message, as people read it."""

from __future__ import annotations

import discord


def text_of(message: discord.Message) -> str:
    """What a message says."""
    return message.content.strip()
