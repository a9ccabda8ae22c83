"""Every sentence that a user sees, in Japanese and English, in a file or folder for each reader.

    answers        whoever asks, in every front end
    command_line   whoever uses `kotae` in a terminal
    discord        members, moderators and administrators of guilds
    errors         whoever can mend what went wrong
    evaluation     whoever measures retrieval
    web            whoever asks over HTTP or through MCP, and those who run that

A sentence is a constant, and is said by a `Wording`: `say(answers.PAGE, page=3)`.
"""

from bot.wording.language import Wording, language_of
from bot.wording.sentence import Language, Sentence

__all__ = ["Language", "Sentence", "Wording", "language_of"]
