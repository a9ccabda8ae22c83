"""Commands in Discord's languages: Japanese, and English for everybody else."""

from __future__ import annotations

import re

import discord
from discord import app_commands

from bot.wording import Language, Sentence

_LANGUAGES: dict[discord.Locale, Language] = {
    discord.Locale.japanese: "ja",
    discord.Locale.american_english: "en",
    discord.Locale.british_english: "en",
}


class CommandTranslator(app_commands.Translator):
    """Translates names and descriptions of commands, which carry their sentence."""

    async def translate(
        self, string: app_commands.locale_str, locale: discord.Locale, _context: app_commands.TranslationContextTypes
    ) -> str | None:
        """A command's name or description in a language; None where it stands in that one already, or for others."""
        sentence, language = string.extras.get("sentence"), _LANGUAGES.get(locale)
        text = sentence.text(language) if sentence and language else string.message
        return None if text == string.message else text


def in_english(sentence: Sentence) -> app_commands.locale_str:
    """A command's name or description in English, with the sentence that it is translated by."""
    return app_commands.locale_str(sentence.en, sentence=sentence)


def in_japanese(sentence: Sentence) -> app_commands.locale_str:
    """The name of a message's menu item, which nobody types, in Japanese, with the sentence that it is translated by."""
    return app_commands.locale_str(sentence.ja, sentence=sentence)


def language_of_locale(locale: str, question: str | None = None) -> Language:
    """The language to speak to somebody of a locale in: Japanese, unless they chose English.

    A guild's locale says little about who writes, so a question in Japanese is answered in Japanese, and one
    without any Japanese in English.
    """
    if question:
        return "ja" if re.search(r"[ぁ-ヿ]|[一-龠]", question) or not re.search(r"[A-Za-z]", question) else "en"
    return "en" if locale.startswith("en") else "ja"
