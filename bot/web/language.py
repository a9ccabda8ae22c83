"""In which language somebody reads: as their browser or program says."""

from __future__ import annotations

import re

from starlette.requests import HTTPConnection

from bot.web.services import services_of
from bot.wording import Language, Wording

_RANGE = re.compile(r"\s*(ja|en)(?:-[\w-]*)?\s*(?:;\s*q=([01](?:\.\d{0,3})?))?\s*", re.IGNORECASE)


def language_for(connection: HTTPConnection) -> Language:
    """The one that the Accept-Language header puts first of those that there are, else that of the server."""
    best, preferred = 0.0, services_of(connection).language
    for part in connection.headers.get("accept-language", "").split(","):
        if (found := _RANGE.fullmatch(part)) and (quality := float(found[2] or 1)) > best:
            best, preferred = quality, "ja" if found[1].lower() == "ja" else "en"
    return preferred


def wording_for(connection: HTTPConnection) -> Wording:
    """The sentences in that language."""
    return Wording(language_for(connection))
