"""`kotae gaps`: questions that found no answer, of all guilds."""

from __future__ import annotations

from collections.abc import Sequence

from bot.knowledge import open_store
from bot.printable import one_line, to_json
from bot.settings import Settings
from bot.wording import Wording
from index.store.discord.unanswered_questions import NO_GUILD, Gap, Gaps

DONE = 0
FAILED = 1


def list_gaps(say: Wording, settings: Settings, limit: int, as_json: bool) -> int:
    """Show the questions, those asked most often first."""
    found = Gaps(open_store(settings)).all(limit=limit)
    if as_json:
        print(to_json([gap._asdict() for gap in found]))
    elif not found:
        print(say("gaps.none"))
    else:
        for gap in found:
            print(_line(say, gap))
    return DONE


def forget_gaps(say: Wording, settings: Settings, numbers: Sequence[int]) -> int:
    """Take questions off the list."""
    gaps = Gaps(open_store(settings))
    missing = [number for number in numbers if not gaps.close(number)]
    for number in numbers:
        print(say("gaps.unknown" if number in missing else "gaps.forgotten", number=number))
    return FAILED if missing else DONE


def _line(say: Wording, gap: Gap) -> str:
    guild = say("gaps.direct") if gap.guild == NO_GUILD else str(gap.guild)
    question, last = one_line(gap.question), gap.last_asked[:10]
    return say("gaps.line", number=gap.number, times=gap.times, question=question, last=last, guild=guild)
