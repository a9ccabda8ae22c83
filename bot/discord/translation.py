"""Commands in Discord's languages: Japanese, and English for everybody else."""

from __future__ import annotations

import re

import discord
from discord import app_commands

from bot.wording import SENTENCES, Language


class CommandTranslator(app_commands.Translator):
    """Translates names and descriptions of commands that carry the key of their wording."""

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, _context: app_commands.TranslationContextTypes
    ) -> str | None:
        """The Japanese of a command's name or description; None, which leaves the English, for other languages."""
        key = string.extras.get("key")
        return SENTENCES[key]["ja"] if key and locale is discord.Locale.japanese else None


def in_english(key: str) -> app_commands.locale_str:
    """A text of a command, in English, with the key that it is translated by."""
    return app_commands.locale_str(SENTENCES[key]["en"], key=key)


def language_of_locale(locale: str, question: str | None = None) -> Language:
    """The language to speak to somebody of a locale in: Japanese, unless they chose English.

    A guild's locale says little about who writes, so a question in Japanese is answered in Japanese, and one
    without any Japanese in English.
    """
    if question:
        return "ja" if re.search(r"[ぁ-ヿ]|[一-龠]", question) or not re.search(r"[A-Za-z]", question) else "en"
    return "en" if locale.startswith("en") else "ja"
