"""What people do: they use commands, buttons, modals, and write messages; and wait for what the bot answers."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from tests.loopback_discord.gateway import Gateway
from tests.loopback_discord.journal import Journal
from tests.loopback_discord.people.command_options import find_command, interaction_data
from tests.loopback_discord.rest.applications import Applications
from tests.loopback_discord.rest.interactions import Interaction, Interactions, InteractionType
from tests.loopback_discord.rest.limits import BUTTON, LABEL, LINK, ROW, SELECTS, TEXT_INPUT, walk
from tests.loopback_discord.rest.messages import REPLY, Messages, sending_in
from tests.loopback_discord.world.channel import Channel
from tests.loopback_discord.world.message import Message
from tests.loopback_discord.world.permissions import Permission
from tests.loopback_discord.world.snowflakes import now
from tests.loopback_discord.world.users import Payload, User
from tests.loopback_discord.world.world import World

# No test waits longer than this for the bot, unless it says so.
PATIENCE = 5.0
# Nobody clicks sooner than the bot knows that its message has arrived.
PAUSE = 0.1
MESSAGE_COMMAND = 3


class People:
    """The people on a server; a base of the server's class, so that a test reads `await server.slash(…)`."""

    world: World
    gateway: Gateway
    journal: Journal
    messages: Messages
    interactions: Interactions
    applications: Applications

    async def connected(self, shards: int = 1, seconds: float = PATIENCE) -> None:
        """Wait until the bot has identified, with so many shards."""
        await self.journal.wait_for(
            lambda: len(self.gateway.connected) >= shards, seconds, f"no bot connected with {shards} shards"
        )

    async def slash(
        self,
        user: User,
        channel: Channel,
        name: str,
        options: Mapping[str, Any] | None = None,
        *,
        locale: str = "ja",
        seconds: float = PATIENCE,
    ) -> Interaction:
        """Use a slash command, `group subcommand` too, by its name in the API or in the locale; a file is a tuple."""
        commands = self._commands(channel)
        command, path = find_command(commands, name, 1, channel, user, locale)
        data = interaction_data(command, path, self._uploaded(channel, options or {}), channel, user, locale)
        return await self._interact(InteractionType.COMMAND, user, channel, data, locale, f"/{name}", seconds=seconds)

    async def autocomplete(
        self,
        user: User,
        channel: Channel,
        name: str,
        options: Mapping[str, Any],
        *,
        focused: str | None = None,
        locale: str = "ja",
        seconds: float = PATIENCE,
    ) -> list[Payload]:
        """Type into an option, the last one unless another is focused; gives the choices that are offered."""
        focused = focused or list(options)[-1]
        command, path = find_command(self._commands(channel), name, 1, channel, user, locale)
        data = interaction_data(command, path, options, channel, user, locale, focused)
        kind, what = InteractionType.AUTOCOMPLETE, f"autocompletion of /{name}"
        return (await self._interact(kind, user, channel, data, locale, what, seconds=seconds)).choices

    async def context_menu(
        self, user: User, message: Message, name: str, *, locale: str = "ja", seconds: float = PATIENCE
    ) -> Interaction:
        """Use a command of the message's context menu."""
        channel = message.channel
        command, _ = find_command(self._commands(channel), name, MESSAGE_COMMAND, channel, user, locale)
        data: Payload = {key: command[key] for key in ("id", "name", "type", "guild_id") if key in command}
        data["target_id"] = str(message.id)
        data["resolved"] = {"messages": {str(message.id): message.to_payload(self.world.bot)}}
        return await self._interact(InteractionType.COMMAND, user, channel, data, locale, name, seconds=seconds)

    async def click(
        self, user: User, message: Message | None, button: str, *, locale: str = "ja", seconds: float = PATIENCE
    ) -> Interaction:
        """Click a button of the message; it is named by its custom_id, its label or its emoji."""
        return await self._use_component(user, message, button, {BUTTON}, {}, locale, seconds)

    async def select(
        self,
        user: User,
        message: Message | None,
        custom_id: str,
        values: Sequence[str],
        *,
        locale: str = "ja",
        seconds: float = PATIENCE,
    ) -> Interaction:
        """Choose values in a select of the message."""
        return await self._use_component(user, message, custom_id, SELECTS, {"values": [*values]}, locale, seconds)

    async def submit_modal(
        self,
        user: User,
        opened: Interaction,
        values: Mapping[str, str],
        *,
        locale: str = "ja",
        seconds: float = PATIENCE,
    ) -> Interaction:
        """Fill in the modal that an interaction opened, by custom_id, and submit it."""
        modal = opened.modal
        inputs = [component for _, component in walk(modal["components"]) if component["type"] == TEXT_INPUT]
        unknown = set(values) - {component["custom_id"] for component in inputs}
        assert not unknown, f"the modal has no inputs {unknown}, but {inputs}"
        for component in inputs:
            text = values.get(component["custom_id"], component.get("value") or "")
            least = component.get("min_length") or int(component.get("required", True))
            most = component.get("max_length") or 4_000
            assert least <= len(text) <= most, (
                f"{component['custom_id']!r} takes {least} to {most} characters: {text!r}"
            )
        data = {"custom_id": modal["custom_id"], "components": _submitted(modal["components"], values)}
        kind, what = InteractionType.MODAL_SUBMIT, f"modal {modal['title']!r}"
        return await self._interact(kind, user, opened.channel, data, locale, what, opened.message, seconds=seconds)

    async def answer(self, interaction: Interaction, seconds: float = PATIENCE) -> Interaction:
        """Wait until a deferred response is there."""
        failure = f"{interaction.name} was deferred, and not answered"
        await self.journal.wait_for(lambda: interaction.answered, seconds, failure)
        return interaction

    async def send_message(
        self,
        user: User,
        channel: Channel,
        content: str,
        *,
        mentions: Iterable[User] = (),
        reply_to: Message | None = None,
        ping: bool = True,
        files: Mapping[str, bytes] | None = None,
    ) -> Message:
        """Write a message; who is mentioned comes first in the text, unless it is there already."""
        assert channel.seen_by(user), f"{user.name} does not see #{channel.name}"
        assert sending_in(channel) in channel.permissions(user), f"{user.name} may not write in #{channel.name}"
        missing = [person.mention for person in mentions if person.mention not in content]
        message = Message(self.world.snowflake(), channel, user, " ".join([*missing, content]), reference=reply_to)
        message.type = REPLY if reply_to else 0
        for filename, data in (files or {}).items():
            message.attachments.append(self.messages.add_attachment(channel, filename, data))
        message.ping({"parse": ["users", "roles", "everyone"], "replied_user": ping})
        await self.messages.publish(message)
        return message

    async def edit_message(self, message: Message, content: str) -> None:
        """Edit a person's message."""
        message.content, message.edited_at = content, now()
        message.ping({"parse": ["users", "roles", "everyone"], "replied_user": message.reference is not None})
        await self.gateway.dispatch_message("MESSAGE_UPDATE", message)

    async def delete_message(self, message: Message) -> None:
        """Delete a message."""
        await self.messages.delete(message)

    async def replies(self, message: Message, count: int = 1, seconds: float = PATIENCE) -> list[Message]:
        """Wait until the bot has written so many messages after this one, in its channel or its thread."""
        failure = f"the bot did not reply {count} times to {message.content!r}"
        await self.journal.wait_for(lambda: len(self._replies(message)) >= count, seconds, failure)
        return self._replies(message)

    async def no_reply(self, message: Message, seconds: float = 0.5) -> None:
        """Fail if the bot replies within this time."""
        await asyncio.sleep(seconds)
        found = [reply.content or reply.embeds for reply in self._replies(message)]
        assert not found, f"the bot replied to {message.content!r}: {found}"

    def _replies(self, message: Message) -> list[Message]:
        places = [message.channel, *([message.thread] if message.thread else [])]
        found = (candidate for place in places for candidate in place.messages.values())
        return [candidate for candidate in found if candidate.author is self.world.bot and candidate.id > message.id]

    def _commands(self, channel: Channel) -> list[Payload]:
        guild = channel.guild
        commands = self.applications.commands_in(guild.id if guild else 0)
        if guild is None:
            return commands
        # In a guild that the bot is not in, a person has the commands of the applications that are installed for them.
        installation = 0 if self.world.bot.id in guild.members else 1
        return [command for command in commands if installation in command["integration_types"]]

    def _uploaded(self, channel: Channel, options: Mapping[str, Any]) -> dict[str, Any]:
        """The options, where a file that is given as its name and its bytes has been uploaded."""
        return {
            name: self.messages.add_attachment(channel, *value) if isinstance(value, tuple) else value
            for name, value in options.items()
        }

    async def _use_component(
        self,
        user: User,
        message: Message | None,
        name: str,
        kinds: set[int],
        data: Payload,
        locale: str,
        seconds: float,
    ) -> Interaction:
        assert message, f"there is no message with {name!r}"
        assert not message.deleted, f"the message with {name!r} was deleted"
        components = [component for _, component in walk(message.components) if component["type"] in kinds]
        found = [component for component in components if name in _names(component)]
        offered = [[name for name in _names(component) if name] for component in components]
        assert found, f"the message has no {name!r}, but {offered}"
        component = found[0]
        assert not component.get("disabled"), f"{name!r} is disabled"
        assert component.get("style") != LINK or component["type"] != BUTTON, (
            f"{name!r} is a link to {component['url']}"
        )
        if message.ephemeral and message.interaction_metadata:
            reader = message.interaction_metadata["user"]["username"]
            assert reader == user.name, f"{user.name} does not see the message, which is ephemeral, for {reader}"
        data = {"custom_id": component["custom_id"], "component_type": component["type"], "id": component["id"], **data}
        kind = InteractionType.COMPONENT
        return await self._interact(kind, user, message.channel, data, locale, name, message, seconds=seconds)

    async def _interact(
        self,
        kind: InteractionType,
        user: User,
        channel: Channel,
        data: Payload,
        locale: str,
        name: str,
        message: Message | None = None,
        *,
        seconds: float,
    ) -> Interaction:
        """Dispatch an interaction, and wait for the first response."""
        assert self.gateway.connected, f"{name}: no bot is connected"
        permissions = channel.permissions(user)
        assert Permission.VIEW_CHANNEL in permissions, f"{user.name} does not see #{channel.name}"
        assert Permission.USE_APPLICATION_COMMANDS in permissions, f"{user.name} may use no commands in #{channel.name}"
        if kind in {InteractionType.COMPONENT, InteractionType.MODAL_SUBMIT}:
            await asyncio.sleep(PAUSE)
        interaction = Interaction(self.world.snowflake(), kind, user, channel, data, locale, name, message)
        await self.interactions.send(interaction)
        failure = f"{name}: the bot did not respond"
        await self.journal.wait_for(lambda: interaction.response_type is not None, seconds, failure)
        return interaction


def _names(component: Mapping[str, Any]) -> set[str | None]:
    """What a person may call a component."""
    return {component.get("custom_id"), component.get("label"), (component.get("emoji") or {}).get("name")}


def _submitted(components: Sequence[Payload], values: Mapping[str, str]) -> list[Payload]:
    """What is submitted: the same rows and labels, with what was typed."""
    submitted: list[Payload] = []
    for component in components:
        kind = component["type"]
        if kind == ROW:
            submitted.append({"type": ROW, "components": _submitted(component["components"], values)})
        elif kind == LABEL:
            submitted.append({"type": LABEL, "component": _submitted([component["component"]], values)[0]})
        elif kind == TEXT_INPUT:
            value = values.get(component["custom_id"], component.get("value") or "")
            submitted.append({"type": TEXT_INPUT, "custom_id": component["custom_id"], "value": value})
    return submitted
