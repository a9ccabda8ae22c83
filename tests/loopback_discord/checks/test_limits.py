from __future__ import annotations

from typing import Any

import pytest

from tests.loopback_discord.rest import limits
from tests.loopback_discord.rest.errors import DiscordError


def button(**changes: Any) -> dict[str, Any]:
    """A button, with some of it changed."""
    return {"type": 2, "style": 1, "label": "続き", "custom_id": "more"} | changes


def row(*components: dict[str, Any]) -> dict[str, Any]:
    """A row of components."""
    return {"type": 1, "components": [*components]}


def select(count: int) -> dict[str, Any]:
    """A select of so many options."""
    return {"type": 3, "custom_id": "select", "options": [{"label": str(n), "value": str(n)} for n in range(count)]}


def embed(**parts: Any) -> dict[str, Any]:
    """A message with one embed."""
    return {"embeds": [parts]}


def field(name: str, value: str) -> dict[str, Any]:
    """A field of an embed."""
    return {"name": name, "value": value}


def command(**changes: Any) -> dict[str, Any]:
    """A command, with some of it changed."""
    return {"name": "ask", "description": "Ask", "type": 1, "options": []} | changes


def option(**changes: Any) -> dict[str, Any]:
    """An option of a command."""
    return {"name": "question", "description": "Question", "type": 3} | changes


@pytest.mark.parametrize(
    "message",
    [
        {"content": "あ" * 2_000, "nonce": "1" * 25},
        embed(title="あ" * 256, description="あ" * 3_000),
        embed(description="a" * 4_096, footer={"text": "b" * 1_904}),
        embed(fields=[field("名", "値")] * 25, author={"name": "a" * 256}, url="https://example.com"),
        {"content": "a", "components": [row(*(button(custom_id=f"{n}.{m}") for m in range(5))) for n in range(5)]},
        {
            "content": "a",
            "components": [row(select(25)), row(button(style=5, custom_id=None, url="https://a.example"))],
        },
    ],
)
def test_what_fits_passes(message: dict[str, Any]) -> None:
    """A message at its limits passes."""
    limits.check_message(message)


@pytest.mark.parametrize(
    ("message", "error"),
    [
        ({"content": "あ" * 2_001}, "Must be 2000 or fewer"),
        ({"content": "a", "nonce": "1" * 26}, "Must be 25 or fewer"),
        ({"content": ""}, "Cannot send an empty message"),
        ({"embeds": [{"title": "a"}] * 11}, "between 0 and 10"),
        (embed(title="あ" * 257), "Must be 256 or fewer"),
        (embed(description="a" * 4_097), "Must be 4096 or fewer"),
        (embed(footer={"text": "a" * 2_049}), "Must be 2048 or fewer"),
        (embed(author={"name": "a" * 257}), "Must be 256 or fewer"),
        (embed(fields=[field("a", "b")] * 26), "between 0 and 25"),
        (embed(fields=[field("a" * 257, "b")]), "Must be 256 or fewer"),
        (embed(fields=[field("a", "b" * 1_025)]), "Must be 1024 or fewer"),
        (embed(fields=[field("a", "")]), "This field is required"),
        (embed(description="a", url="javascript:alert(1)"), "URL_TYPE_INVALID_SCHEME"),
        ({"embeds": [{"description": "a" * 3_001}] * 2}, "MAX_EMBED_SIZE_EXCEEDED"),
        (embed(description="あ" * 3_334), "bytes of UTF-8"),
        ({"content": "a", "components": [row(button(custom_id=str(n))) for n in range(6)]}, "between 0 and 5"),
        ({"content": "a", "components": [row(*(button(custom_id=str(n)) for n in range(6)))]}, "between 1 and 5"),
        ({"content": "a", "components": [row()]}, "between 1 and 5"),
        ({"content": "a", "components": [row(button(), button())]}, "COMPONENT_CUSTOM_ID_DUPLICATED"),
        ({"content": "a", "components": [row(button(custom_id="a" * 101))]}, "Must be 100 or fewer"),
        ({"content": "a", "components": [row(button(label="a" * 81))]}, "Must be 80 or fewer"),
        ({"content": "a", "components": [row(button(url="https://a.example"))]}, "BUTTON_COMPONENT_INVALID_PROPERTIES"),
        ({"content": "a", "components": [row(button(custom_id=None))]}, "BUTTON_COMPONENT_INVALID_PROPERTIES"),
        ({"content": "a", "components": [row(select(26))]}, "between 1 and 25"),
        ({"content": "a", "components": [row(select(1), button())]}, "COMPONENT_LAYOUT_WIDTH_EXCEEDED"),
    ],
)
def test_what_does_not_fit_is_refused(message: dict[str, Any], error: str) -> None:
    """A message past a limit is refused with Discord's error."""
    with pytest.raises(DiscordError, match=error) as refused:
        limits.check_message(message)
    assert refused.value.status == 400


def test_an_edit_may_leave_everything_as_it_is() -> None:
    """An edit needs no content."""
    limits.check_message({}, complete=False)


def test_modals_are_limited() -> None:
    """A modal has a title of 45 characters and one to five components."""
    text = {"type": 4, "custom_id": "text", "label": "質問", "style": 1}
    limits.check_modal({"title": "あ" * 45, "custom_id": "ask", "components": [row(text)]})
    for modal in (
        {"title": "あ" * 46, "custom_id": "ask", "components": [row(text)]},
        {"title": "質問", "custom_id": "ask", "components": []},
        {"title": "質問", "custom_id": "ask", "components": [row(text | {"custom_id": str(n)}) for n in range(6)]},
        {"title": "質問", "custom_id": "ask", "components": [row(text), row(text)]},
    ):
        with pytest.raises(DiscordError):
            limits.check_modal(modal)


def test_choices_are_limited() -> None:
    """An autocompletion has 25 choices of 100 characters."""
    limits.check_choices([{"name": "あ" * 100, "value": "a"}] * 25)
    for choices in (
        [{"name": "a", "value": "a"}] * 26,
        [{"name": "a" * 101, "value": "a"}],
        [{"name": "", "value": "a"}],
    ):
        with pytest.raises(DiscordError):
            limits.check_choices(choices)


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"name": "質問 する"}, "APPLICATION_COMMAND_INVALID_NAME"),
        ({"name": "Ask"}, "APPLICATION_COMMAND_INVALID_NAME"),
        ({"name": "質問・"}, "APPLICATION_COMMAND_INVALID_NAME"),
        ({"name_localizations": {"ja": "質問？"}}, "APPLICATION_COMMAND_INVALID_NAME"),
        ({"description": ""}, "This field is required"),
        ({"description": "a" * 101}, "Must be 100 or fewer"),
        ({"options": [option(name=f"o{n}") for n in range(26)]}, "between 0 and 25"),
        ({"options": [option(), option()]}, "Option names must be unique"),
        ({"options": [option(), option(name="b", required=True)]}, "Required options come first"),
        ({"options": [option(choices=[{"name": "a", "value": "a"}] * 26)]}, "between 0 and 25"),
        ({"options": [option(choices=[{"name": str(n), "value": "a" * 100} for n in range(25)])] * 4}, "8000"),
        ({"type": 3, "name": "要約"}, "Only slash commands have one"),
    ],
)
def test_commands_are_limited(changes: dict[str, Any], error: str) -> None:
    """A command past a limit is refused."""
    with pytest.raises(DiscordError, match=error):
        limits.check_commands([command(**changes)])


def test_commands_may_be_japanese_and_are_unique() -> None:
    """A command may be called 質問; two may not be called the same."""
    limits.check_commands([command(name="質問"), command(name_localizations={"ja": "質問"})])
    with pytest.raises(DiscordError, match="must be unique"):
        limits.check_commands([command(), command()])
