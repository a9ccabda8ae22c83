"""Messages that address the bot: what they ask, and the conversation that they continue."""

from __future__ import annotations

import discord

from bot.conversation import NEW_CONVERSATION, Conversation
from bot.discord.answers.embeds import conversation_of, question_of
from bot.discord.message_text import asks_experts, names_person, text_of

_LOOK_BACK = 20


async def addressed_question(
    message: discord.Message, me: discord.ClientUser, *, direct: bool, among_people: bool = False
) -> str | None:
    """What a message asks the bot, without the mention; None if the message is not meant for the bot.

    It is meant for the bot in `direct` messages, when it mentions the bot itself (not everyone, not a role),
    when it replies to the bot, and in threads that the bot opened, but not among people that the bot asked there.
    Empty where nothing is asked, or where Discord does not let us read it.
    """
    mentioned = me in message.mentions
    own_thread = is_own_thread(message, me) and not among_people
    replied = await replied_message(message)
    if replied is not None and replied.author.id == me.id and asks_experts(replied):
        mentioned, replied = names_person(message, me.id), None
    if message.type not in (discord.MessageType.default, discord.MessageType.reply):
        return None
    if not (mentioned or direct or (replied is not None and replied.author.id == me.id)):
        if not own_thread or replied is not None or message.mentions:
            return None
        if not message.content and await _reason_was_given(message, me):
            return None
    return text_of(message, addressee=me.id)


def is_own_thread(message: discord.Message, me: discord.ClientUser) -> bool:
    """Whether a message is in a thread that the bot opened."""
    return isinstance(message.channel, discord.Thread) and message.channel.owner_id == me.id


async def _reason_was_given(message: discord.Message, me: discord.ClientUser) -> bool:
    """Whether the bot said before, in a message's thread, why it does not read what people write there."""
    try:
        async for earlier in message.channel.history(limit=_LOOK_BACK, before=message):
            if earlier.author.id == me.id and question_of(earlier) is None:
                return True
    except discord.HTTPException:
        return True
    return False


async def replied_message(message: discord.Message) -> discord.Message | None:
    """The message that another replies to; None if it is none, is gone, or may not be read."""
    reference = message.reference
    if reference is None or reference.message_id is None or message.type is not discord.MessageType.reply:
        return None
    if isinstance(reference.resolved, discord.Message):
        return reference.resolved
    if isinstance(reference.resolved, discord.DeletedReferencedMessage):
        return None
    try:
        return await message.channel.fetch_message(reference.message_id)
    except discord.HTTPException:
        return None


async def conversation_before(message: discord.Message, me: discord.ClientUser, *, direct: bool) -> Conversation:
    """The conversation that a message continues, read from the messages themselves.

    That of the card it replies to, or of the latest card in a thread or among `direct` messages.
    """
    replied = await replied_message(message)
    # A reply to what is no card, as to "you're welcome", goes on from the latest card.
    if replied is not None and (replied.author.id != me.id or question_of(replied) is not None):
        return conversation_of(replied) if replied.author.id == me.id else NEW_CONVERSATION
    channel = message.channel
    if not direct and not isinstance(channel, discord.Thread):
        return NEW_CONVERSATION
    try:
        async for earlier in channel.history(limit=_LOOK_BACK, before=message):
            if earlier.author.id == me.id and question_of(earlier) is not None:
                return conversation_of(earlier)
        if isinstance(channel, discord.Thread) and isinstance(channel.parent, discord.TextChannel):
            # A thread has the id of the message that it hangs on.
            beginning = await channel.parent.fetch_message(channel.id)
            return conversation_of(beginning) if beginning.author.id == me.id else NEW_CONVERSATION
    except discord.HTTPException:
        return NEW_CONVERSATION
    return NEW_CONVERSATION
