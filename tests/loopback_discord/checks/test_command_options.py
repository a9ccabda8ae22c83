from __future__ import annotations

from typing import Any

import pytest

from tests.loopback_discord.people.command_options import find_command, interaction_data
from tests.loopback_discord.world.channel import Channel
from tests.loopback_discord.world.world import World

QUESTION = {"type": 3, "name": "question", "description": "Question", "required": True, "max_length": 5}
COUNT = {"type": 4, "name": "count", "description": "Count", "min_value": 1, "max_value": 3}
ORDER = {"type": 3, "name": "order", "description": "Order", "choices": [{"name": "新しい順", "value": "new"}]}
ASK = {"id": "1", "type": 1, "name": "ask", "name_localizations": {"ja": "質問"}, "options": [QUESTION, COUNT, ORDER]}
ADD = {"type": 1, "name": "add", "description": "Add", "options": []}
LIBRARY = {"id": "2", "type": 1, "name": "library", "options": [ADD], "contexts": [0]}
RESET = {"id": "3", "type": 1, "name": "reset", "default_member_permissions": "32"}
COMMANDS: list[dict[str, Any]] = [ASK, LIBRARY, RESET]


def places() -> tuple[World, Channel]:
    """A channel that 花子, the first user after the bot, sees."""
    world = World()
    return world, world.add_channel(world.add_guild("会社", world.add_user("花子")), "質問")


def data(given: dict[str, Any], name: str = "ask", focused: str | None = None) -> dict[str, Any]:
    """What is sent for a command with these options."""
    world, channel = places()
    hanako = list(world.users.values())[1]
    command, path = find_command(COMMANDS, name, 1, channel, hanako, "ja")
    return interaction_data(command, path, given, channel, hanako, "ja", focused)


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ({}, "needs the options"),
        ({"question": "有給休暇は？"}, "takes 0 to 5 characters"),
        ({"question": 3}, "takes"),
        ({"question": "有給", "count": 4}, "takes 1 to 3"),
        ({"question": "有給", "count": True}, "takes"),
        ({"question": "有給", "order": "old"}, "offers only"),
        ({"question": "有給", "page": 1}, "has no options"),
    ],
)
def test_what_the_app_would_not_send_fails(given: dict[str, Any], error: str) -> None:
    """Options that Discord's app refuses never reach the bot."""
    with pytest.raises(AssertionError, match=error):
        data(given)


@pytest.mark.parametrize(
    ("name", "error"),
    [("answer", "there is no command"), ("library remove", "there is no"), ("library", "is no command")],
)
def test_an_unknown_command_fails(name: str, error: str) -> None:
    """A command that is not registered cannot be used."""
    with pytest.raises(AssertionError, match=error):
        data({}, name)


def test_a_command_is_offered_where_and_to_whom_it_should_be() -> None:
    """Contexts and default permissions hide a command."""
    world, channel = places()
    hanako = list(world.users.values())[1]
    with pytest.raises(AssertionError, match="who lacks"):
        find_command(COMMANDS, "reset", 1, channel, hanako, "ja")
    assert channel.guild
    assert find_command(COMMANDS, "reset", 1, channel, channel.guild.owner, "ja")
    with pytest.raises(AssertionError, match="its contexts are"):
        find_command(COMMANDS, "library add", 1, world.direct_channel(hanako), hanako, "ja")


def test_a_command_that_shows_twice_fails() -> None:
    """A command that is registered globally and in the guild is a mistake that people see."""
    world, channel = places()
    with pytest.raises(AssertionError, match="shows 2 times"):
        find_command([ASK, ASK], "ask", 1, channel, list(world.users.values())[1], "ja")
