"""A sentence in both languages."""

from typing import Literal, NamedTuple

Language = Literal["ja", "en"]


class Sentence(NamedTuple):
    """A sentence with `{placeholders}`; in English `{count:message}` is "1 message" or "2 messages"."""

    ja: str
    en: str

    def text(self, language: Language) -> str:
        """The sentence in a language, its placeholders not filled."""
        return self.ja if language == "ja" else self.en
