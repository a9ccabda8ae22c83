"""Why a passage was chosen: its terms and features, each with its share of the score."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from bot.wording import Wording, answers
from index.types import Hit, Share

FEATURE = "feature"
# Terms of a view that brought less than this part of the score stand together in one line.
_SMALL = 0.01
# A score below this is shown as 0.00, of which nothing is a part.
_NOTHING = 0.005


class Row(NamedTuple):
    """What one term or feature brought to a score, also in percent of it; small ones together have no weight."""

    word: str
    term: str
    view: str
    weight: float | None
    score: float
    percent: int


def term_rows(say: Wording, hit: Hit) -> list[Row]:
    """A hit's terms, the most first, and after them the small ones of each view in one row."""
    terms = _most_first(share for share in hit.shares if share.view != FEATURE)
    small = Counter(share.view for share in terms if _is_small(share, hit))
    # One alone is as short by its name.
    folded = {view: count for view, count in small.items() if count > 1}
    rows = [_row(say, hit, share) for share in terms if share.view not in folded or not _is_small(share, hit)]
    for view, count in folded.items():
        score = sum(share.score for share in terms if share.view == view and _is_small(share, hit))
        more = say(answers.MORE_TERMS, count=count)
        rows.append(Row(more, "", say(answers.VIEWS[view]), None, score, percent(score, hit)))
    return rows


def feature_rows(say: Wording, hit: Hit) -> list[Row]:
    """A hit's features, the most first."""
    features = _most_first(share for share in hit.shares if share.view == FEATURE)
    return [_row(say, hit, share)._replace(word=_feature_name(say, share.term), term="") for share in features]


def _row(say: Wording, hit: Hit, share: Share) -> Row:
    view = say(answers.VIEWS[share.view])
    return Row(share.surface, share.term, view, share.weight, share.score, percent(share.score, hit))


def _feature_name(say: Wording, feature: str) -> str:
    return say(answers.FEATURES[feature]) if feature in answers.FEATURES else feature


def _most_first(shares: Iterable[Share]) -> list[Share]:
    return sorted(shares, key=lambda share: -share.score)


def _is_small(share: Share, hit: Hit) -> bool:
    return abs(share.score) < _SMALL * abs(hit.score)


def percent(score: float, hit: Hit) -> int:
    """A part of a hit's score in percent of all of it."""
    # Of the absolute value: what takes away from a score is negative, also where the score itself is.
    return round(100 * score / abs(hit.score)) if abs(hit.score) >= _NOTHING else 0
