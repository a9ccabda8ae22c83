"""Discord's limits, checked as Discord checks them; the library checks few of them."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from tests.loopback_discord.rest.errors import EMPTY_MESSAGE, DiscordError, FormErrors

Payload = Mapping[str, Any]
Place = tuple[str | int, ...]

RULE = "limits"
EMBED_CHARACTERS = 6_000
# Discord names no limit in bytes, yet fails on large non-Latin payloads from about here.
EMBED_BYTES = 10_000
COMMAND_CHARACTERS = 8_000
COMMANDS_BY_TYPE = {1: 100, 2: 15, 3: 15}
COMPONENTS_V2 = 1 << 15
ROW, BUTTON, STRING_SELECT, TEXT_INPUT, TEXT_DISPLAY, LABEL = 1, 2, 3, 4, 10, 18
SELECTS = {3, 5, 6, 7, 8}
LINK, PREMIUM = 5, 6
SUBCOMMANDS = {1, 2}
ARCHIVE_MINUTES = {60, 1440, 4320, 10080}


def check_message(message: Payload, place: Place = (), *, complete: bool = True, files: int = 0) -> None:
    """Check a message as sent, or, not complete, the changes of an edit; `place` is where it stands in the body."""
    errors = FormErrors()
    _length(errors, (*place, "content"), message.get("content"), 2_000)
    _length(errors, (*place, "nonce"), str(message.get("nonce") or ""), 25)
    embeds = message.get("embeds") or []
    _count(errors, (*place, "embeds"), embeds, 10)
    _check_embeds(errors, (*place, "embeds"), embeds)
    components = message.get("components") or []
    if (message.get("flags") or 0) & COMPONENTS_V2:
        _check_components_v2(errors, place, message)
    else:
        _count(errors, (*place, "components"), components, 5)
        for index, row in enumerate(components):
            _check_row(errors, (*place, "components", index), row)
    _check_custom_ids(errors, (*place, "components"), components)
    errors.raise_any(RULE)
    parts = ("content", "embeds", "components", "sticker_ids", "poll")
    if complete and not files and not any(message.get(part) for part in parts):
        raise DiscordError(EMPTY_MESSAGE, RULE)


def check_modal(modal: Payload, place: Place = ()) -> None:
    """Check a modal: its title, and one to five components."""
    errors = FormErrors()
    components = modal.get("components") or []
    _length(errors, (*place, "title"), modal.get("title"), 45, 1)
    _length(errors, (*place, "custom_id"), modal.get("custom_id"), 100, 1)
    _count(errors, (*place, "components"), components, 5, 1)
    for index, component in enumerate(components):
        if component.get("type") == LABEL:
            _length(errors, (*place, "components", index, "label"), component.get("label"), 45, 1)
            _length(errors, (*place, "components", index, "description"), component.get("description"), 100)
    for where, component in walk(components, (*place, "components")):
        if component.get("type") == TEXT_INPUT:
            _length(errors, (*where, "label"), component.get("label"), 45)
            _length(errors, (*where, "placeholder"), component.get("placeholder"), 100)
            _length(errors, (*where, "value"), component.get("value"), 4_000)
    _check_custom_ids(errors, (*place, "components"), components)
    errors.raise_any(RULE)


def check_choices(choices: Sequence[Payload], place: Place = ()) -> None:
    """Check the choices of an autocompletion, or of an option."""
    errors = FormErrors()
    _check_choices(errors, place, choices)
    errors.raise_any(RULE)


def check_thread(thread: Payload) -> None:
    """Check a thread's name and the minutes until it is archived."""
    errors = FormErrors()
    _length(errors, ("name",), thread.get("name"), 100, 1)
    if thread.get("auto_archive_duration") not in {None, *ARCHIVE_MINUTES}:
        errors.add(("auto_archive_duration",), "BASE_TYPE_CHOICES", f"Value must be one of {sorted(ARCHIVE_MINUTES)}.")
    errors.raise_any(RULE)


def check_commands(commands: Sequence[Payload]) -> None:
    """Check all commands of the application, or of a guild."""
    errors = FormErrors()
    counts = Counter((command.get("type") or 1, command.get("name")) for command in commands)
    for kind, most in COMMANDS_BY_TYPE.items():
        if sum(1 for of_kind, _ in counts if of_kind == kind) > most:
            errors.add((), "APPLICATION_COMMAND_TOO_MANY", f"At most {most} commands of type {kind}.")
    for index, command in enumerate(commands):
        if counts[command.get("type") or 1, command.get("name")] > 1:
            errors.add(
                (index, "name"), "APPLICATION_COMMANDS_DUPLICATE_NAME", "Application command names must be unique"
            )
        _check_command(errors, (index,), command)
    errors.raise_any(RULE)


def walk(components: Iterable[Payload], place: Place = ()) -> Iterator[tuple[Place, Payload]]:
    """Every component within these, and where it stands."""
    for index, component in enumerate(components):
        where = (*place, index)
        yield where, component
        yield from walk(component.get("components") or [], (*where, "components"))
        for name in ("component", "accessory"):
            if single := component.get(name):
                yield (*where, name), single


def is_command_name(name: str) -> bool:
    r"""Whether this fits `^[-_'\p{L}\p{N}\p{sc=Deva}\p{sc=Thai}]{1,32}$` and is in lower case."""
    allowed = all(
        character in "-_'"
        or unicodedata.category(character)[0] in "LN"
        or unicodedata.name(character, "").startswith(("DEVANAGARI", "THAI"))
        for character in name
    )
    return 1 <= len(name) <= 32 and allowed and name == name.lower()


def _length(errors: FormErrors, place: Place, text: object, most: int, least: int = 0) -> None:
    length = len(text) if isinstance(text, str) else 0
    if length > most:
        errors.add(place, "BASE_TYPE_MAX_LENGTH", f"Must be {most} or fewer in length.")
    if length < least:
        errors.add(place, "BASE_TYPE_REQUIRED" if not length else "BASE_TYPE_MIN_LENGTH", "This field is required")


def _count(errors: FormErrors, place: Place, items: Sequence[object], most: int, least: int = 0) -> None:
    if not least <= len(items) <= most:
        errors.add(place, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {most} in length.")


def _check_embeds(errors: FormErrors, place: Place, embeds: Sequence[Payload]) -> None:
    texts: list[str] = []
    for index, embed in enumerate(embeds):
        where = (*place, index)
        fields = embed.get("fields") or []
        _count(errors, (*where, "fields"), fields, 25)
        limited: list[tuple[Place, Any, int, int]] = [
            ((*where, "title"), embed.get("title"), 256, 0),
            ((*where, "description"), embed.get("description"), 4_096, 0),
            ((*where, "footer", "text"), (embed.get("footer") or {}).get("text"), 2_048, 0),
            ((*where, "author", "name"), (embed.get("author") or {}).get("name"), 256, 0),
        ]
        for number, field in enumerate(fields):
            limited.append(((*where, "fields", number, "name"), field.get("name"), 256, 1))
            limited.append(((*where, "fields", number, "value"), field.get("value"), 1_024, 1))
        for spot, text, most, least in limited:
            _length(errors, spot, text, most, least)
            texts.append(str(text or ""))
        for part in ((), ("author",), ("image",), ("thumbnail",)):
            url = (embed.get(part[0]) or {} if part else embed).get("url")
            if url and not str(url).startswith(("http://", "https://", "attachment://")):
                errors.add((*where, *part, "url"), "URL_TYPE_INVALID_SCHEME", f'"{url}" is not an http or https URL.')
    if errors.any_at(place):  # discord.py shows either the errors of the embeds together, or of each
        return
    if sum(map(len, texts)) > EMBED_CHARACTERS:
        errors.add(place, "MAX_EMBED_SIZE_EXCEEDED", f"Embed size exceeds maximum size of {EMBED_CHARACTERS}")
    elif (size := sum(len(text.encode()) for text in texts)) > EMBED_BYTES:
        errors.add(place, "MAX_EMBED_BYTES_EXCEEDED", f"{size} bytes of UTF-8 exceed the budget of {EMBED_BYTES}")


def _check_row(errors: FormErrors, place: Place, row: Payload) -> None:
    components = row.get("components") or []
    if row.get("type") != ROW:
        errors.add((*place, "type"), "UNION_TYPE_CHOICES", "Value of field must be 1, an action row.")
    selects = [component for component in components if component.get("type") in SELECTS]
    if selects and len(components) > 1:
        errors.add(place, "COMPONENT_LAYOUT_WIDTH_EXCEEDED", "A row has five buttons, or one select.")
    _count(errors, (*place, "components"), components, 5, 1)
    for index, component in enumerate(components):
        where = (*place, "components", index)
        if component.get("type") == BUTTON:
            _check_button(errors, where, component)
        elif component.get("type") in SELECTS:
            _check_select(errors, where, component)
        else:
            errors.add((*where, "type"), "UNION_TYPE_CHOICES", "A message's row holds buttons or a select.")


def _check_button(errors: FormErrors, place: Place, button: Payload) -> None:
    _length(errors, (*place, "label"), button.get("label"), 80)
    _length(errors, (*place, "url"), button.get("url"), 512)
    link = button.get("style") == LINK
    if bool(button.get("url")) != link or bool(button.get("custom_id")) != (button.get("style") not in {LINK, PREMIUM}):
        errors.add(place, "BUTTON_COMPONENT_INVALID_PROPERTIES", "A link has a url, any other button a custom_id.")
    if not button.get("label") and not button.get("emoji") and button.get("style") != PREMIUM:
        errors.add(place, "BUTTON_COMPONENT_INVALID_LABEL", "A button must have a label or an emoji.")


def _check_select(errors: FormErrors, place: Place, select: Payload) -> None:
    _length(errors, (*place, "placeholder"), select.get("placeholder"), 150)
    options = select.get("options") or []
    if select.get("type") == STRING_SELECT:
        _count(errors, (*place, "options"), options, 25, 1)
    counts = Counter(option.get("value") for option in options)
    for index, option in enumerate(options):
        where = (*place, "options", index)
        _length(errors, (*where, "label"), option.get("label"), 100, 1)
        _length(errors, (*where, "value"), option.get("value"), 100, 1)
        _length(errors, (*where, "description"), option.get("description"), 100)
        if counts[option.get("value")] > 1:
            errors.add((*where, "value"), "SELECT_COMPONENT_OPTION_VALUE_DUPLICATED", "The value is already used")


def _check_components_v2(errors: FormErrors, place: Place, message: Payload) -> None:
    for old in ("content", "embeds", "poll", "sticker_ids"):
        if message.get(old):
            errors.add((*place, old), "MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2", f"{old} cannot be used.")
    found = list(walk(message.get("components") or []))
    _count(errors, (*place, "components"), found, 40)
    text = "".join(str(component.get("content") or "") for _, component in found)
    _length(errors, (*place, "components"), text, 4_000)
    if len(text.encode()) > EMBED_BYTES:
        errors.add((*place, "components"), "MAX_BYTES_EXCEEDED", f"More than {EMBED_BYTES} bytes of UTF-8")
    for where, component in found:
        if component.get("type") == BUTTON:
            _check_button(errors, (*place, "components", *where), component)


def _check_custom_ids(errors: FormErrors, place: Place, components: Sequence[Payload]) -> None:
    used: set[str] = set()
    for where, component in walk(components, place):
        custom_id = component.get("custom_id")
        needed = component.get("type") in SELECTS | {TEXT_INPUT}
        _length(errors, (*where, "custom_id"), custom_id, 100, int(needed))
        if custom_id in used:
            errors.add(
                (*where, "custom_id"), "COMPONENT_CUSTOM_ID_DUPLICATED", "Component custom id cannot be duplicated"
            )
        used |= {custom_id} if custom_id else set()


def _check_choices(errors: FormErrors, place: Place, choices: Sequence[Payload]) -> None:
    _count(errors, place, choices, 25)
    for index, choice in enumerate(choices):
        _length(errors, (*place, index, "name"), choice.get("name"), 100, 1)
        for name in (choice.get("name_localizations") or {}).values():
            _length(errors, (*place, index, "name_localizations"), name, 100, 1)
        _length(errors, (*place, index, "value"), choice.get("value"), 100)


def _check_command(errors: FormErrors, place: Place, command: Payload) -> None:
    kind = command.get("type") or 1
    if kind == 1:
        _check_names(errors, place, command)
        _check_options(errors, place, command.get("options") or [])
    else:
        _length(errors, (*place, "name"), command.get("name"), 32, 1)
        if command.get("description"):
            errors.add(
                (*place, "description"), "APPLICATION_COMMAND_INVALID_DESCRIPTION", "Only slash commands have one."
            )
    if _characters(command) > COMMAND_CHARACTERS:
        errors.add(place, "APPLICATION_COMMAND_TOO_LARGE", f"Command exceeds maximum size ({COMMAND_CHARACTERS})")


def _check_names(errors: FormErrors, place: Place, item: Payload) -> None:
    for name in (item.get("name"), *(item.get("name_localizations") or {}).values()):
        if not is_command_name(str(name or "")):
            errors.add((*place, "name"), "APPLICATION_COMMAND_INVALID_NAME", f"Command name is invalid: {name}")
    for text in (item.get("description"), *(item.get("description_localizations") or {}).values()):
        _length(errors, (*place, "description"), text, 100, 1)


def _check_options(errors: FormErrors, place: Place, options: Sequence[Payload]) -> None:
    _count(errors, (*place, "options"), options, 25)
    if len({option.get("name") for option in options}) < len(options):
        errors.add((*place, "options"), "APPLICATION_COMMAND_OPTIONS_NAME_INVALID", "Option names must be unique.")
    if len({option.get("type") in SUBCOMMANDS for option in options}) > 1:
        errors.add(
            (*place, "options"), "APPLICATION_COMMAND_OPTIONS_TYPE_INVALID", "Sub-command options are exclusive."
        )
    required = [bool(option.get("required")) for option in options]
    if required != sorted(required, reverse=True):
        errors.add((*place, "options"), "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", "Required options come first.")
    for index, option in enumerate(options):
        where = (*place, "options", index)
        _check_names(errors, where, option)
        _check_choices(errors, (*where, "choices"), option.get("choices") or [])
        if option.get("choices") and option.get("autocomplete"):
            errors.add(
                (*where, "autocomplete"), "APPLICATION_COMMAND_OPTIONS_AUTOCOMPLETE", "Not together with choices."
            )
        _check_options(errors, where, option.get("options") or [])


def _characters(item: Payload) -> int:
    total = 0
    for key in ("name", "description"):
        texts = (item.get(key) or "", *(item.get(f"{key}_localizations") or {}).values())
        total += max(map(len, texts))
    total += sum(_characters(option) for option in item.get("options") or [])
    return total + sum(len(str(choice.get("value"))) + _characters(choice) for choice in item.get("choices") or [])
