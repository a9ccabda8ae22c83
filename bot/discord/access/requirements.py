"""The permissions that the bot itself needs in a channel."""

from __future__ import annotations

import discord

NEEDED = ("view_channel", "read_message_history", "send_messages", "embed_links")
NEEDED_IN_THREADS = ("view_channel", "read_message_history", "send_messages_in_threads", "embed_links")
# For further questions in a thread; without it everything else works.
USEFUL = ("create_public_threads",)


def missing_permissions(permissions: discord.Permissions, in_threads: bool) -> list[str]:
    """The names of the permissions without which the bot cannot answer."""
    return [name for name in (NEEDED_IN_THREADS if in_threads else NEEDED) if not getattr(permissions, name)]
