"""The line of attribution under a quotation: its speaker and their role."""

from __future__ import annotations

import re

_ATTRIBUTION = r"^\s*(?:[—―–]+|-{2,}|──+)[-\s]*(?P<who>\S.{0,79})$"
_LONGEST_LINE = 200


def parse_attribution(line: str) -> tuple[str, str | None] | None:
    """Speaker and role of a line such as `—Cade Matz、記者`; None if the line is something else."""
    if len(line) > _LONGEST_LINE:
        return None  # a rule of 100,000 dashes can be divided in too many ways to try them all
    match = re.match(_ATTRIBUTION, line)
    if match is None or match["who"].endswith(("。", "！", "？", "!", "?")) or not any(map(str.isalnum, match["who"])):
        return None
    speaker, _, role = re.sub(r"[,，]\s*", "、", match["who"], count=1).partition("、")
    return speaker.strip(), role.strip() or None
