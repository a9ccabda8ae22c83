"""`kotae gaps`: the questions of all guilds that found no answer."""

from __future__ import annotations

from collections.abc import Sequence

from bot.attribution import local_day
from bot.knowledge import open_store
from bot.printable import listed, to_json
from bot.settings import Settings
from bot.wording import Wording
from bot.wording.command_line import documents as sentences
from index.store.discord.unanswered_questions import NO_GUILD, UnansweredQuestion, UnansweredQuestions

DONE = 0
FAILED = 1


def list_gaps(say: Wording, settings: Settings, limit: int, as_json: bool) -> int:
    """Show the questions, those asked most often first."""
    found = UnansweredQuestions(open_store(settings)).all(limit=limit)
    if as_json:
        print(to_json([gap._asdict() for gap in found]))
    elif not found:
        print(say(sentences.NO_UNANSWERED_QUESTIONS))
    else:
        for gap in found:
            print(_line(say, gap))
    return DONE


def forget_gaps(say: Wording, settings: Settings, numbers: Sequence[int]) -> int:
    """Take questions off the list."""
    gaps = UnansweredQuestions(open_store(settings))
    missing = [number for number in numbers if not gaps.close(number)]
    for number in numbers:
        print(say(sentences.UNKNOWN_QUESTION if number in missing else sentences.QUESTION_CLOSED, number=number))
    return FAILED if missing else DONE


def _line(say: Wording, gap: UnansweredQuestion) -> str:
    guild = say(sentences.IN_NO_GUILD) if gap.guild == NO_GUILD else str(gap.guild)
    question, last = listed(gap.question), local_day(gap.last_asked)
    return say(
        sentences.UNANSWERED_QUESTION, number=gap.number, times=gap.times, question=question, last=last, guild=guild
    )
