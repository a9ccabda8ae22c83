"""`kotae gaps`: questions that found no answer, of all guilds."""

from __future__ import annotations

import json
from collections.abc import Sequence

from bot.settings import Settings
from bot.storing import open_store
from bot.wording import Wording
from index.store.gaps import NO_GUILD, Gap, Gaps
from index.store.peek import is_there

DONE = 0
FAILED = 1


def list_gaps(say: Wording, settings: Settings, limit: int, as_json: bool) -> int:
    """Show the questions, those asked most often first."""
    found = Gaps(open_store(settings)).all(limit=limit) if is_there(settings.database_url) else []
    if as_json:
        print(json.dumps([gap._asdict() for gap in found], ensure_ascii=False))
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
    # Anybody in Discord may have written it: nothing in it is to move a terminal's cursor, or turn its text around.
    question = " ".join("".join(one if one.isprintable() else " " for one in gap.question).split())
    return say(
        "gaps.line", number=gap.number, times=gap.times, question=question, last=gap.last_asked[:10], guild=guild
    )
