"""Sentences in the language of whoever reads them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import PurePath
from string import Formatter

from bot.printable import one_line, printable
from bot.wording import errors
from bot.wording.sentence import Language, Sentence
from index.errors import KotaeError


class _Plurals(Formatter):
    """Fills placeholders; the format of one in English is the noun that is counted."""

    def format_field(self, value: object, format_spec: str) -> str:
        if isinstance(value, PurePath):
            return one_line(str(value))
        return f"{value} {format_spec}{'' if str(value) == '1' else 's'}" if format_spec else str(value)


_PLURALS = _Plurals()


class Wording:
    """Says sentences in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, sentence: Sentence, **values: object) -> str:
        """The sentence with its placeholders filled, without control characters."""
        return printable(_PLURALS.format(sentence.text(self.language), **values))

    def of_error(self, error: KotaeError) -> str:
        """The sentence of an error, on one line."""
        return " ".join(self(errors.ERRORS[type(error).__name__], **error.values).splitlines())


def language_of(environment: Mapping[str, str]) -> Language:
    """The user's language: KOTAE_LANGUAGE, or that of the locale; English where neither is Japanese."""
    chosen = environment.get("KOTAE_LANGUAGE", "").strip()
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        chosen = chosen or environment.get(name, "")
    if not chosen and os.name == "nt":
        import locale

        chosen = locale.getlocale()[0] or ""
    return "ja" if chosen.lower().startswith("ja") else "en"
