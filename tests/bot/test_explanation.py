from __future__ import annotations

import pytest

from bot.explanation import Row, feature_rows, term_rows
from bot.wording import Sentence, Wording, answers
from index.types import Share
from tests.bot.examples import HIT, SHARES

FEATURES = (
    Share(view="feature", term="nearness", surface="nearness", weight=2.0, score=0.5),
    Share(view="feature", term="length", surface="length", weight=-1.0, score=-0.2),
)
TRIGRAMS = tuple(Share("trigram", f"三文{number}", f"三文{number}", 0.35, 0.01) for number in range(40))


def test_a_feature_has_a_readable_name(monkeypatch: pytest.MonkeyPatch) -> None:
    """A feature is called as the wording calls it, and by its own name where that says nothing."""
    monkeypatch.setitem(answers.FEATURES, "length", Sentence(ja="長さ", en="length of the passage"))
    names = [row.word for row in feature_rows(Wording("ja"), HIT._replace(shares=FEATURES))]
    assert names == ["nearness", "長さ"]


def test_small_terms_of_a_view_share_a_row() -> None:
    """Terms below one percent are one row a view after the others; one alone keeps its own."""
    alone = Share("number", "7", "7", 0.7, 0.001)
    hit = HIT._replace(score=2.6386, shares=(*TRIGRAMS, alone, *SHARES))
    rows = term_rows(Wording("en"), hit)
    assert [row.word for row in rows] == ["費用", "費", "7", "40 more"]
    assert rows[-1]._replace(score=0) == Row("40 more", "", "trigram", None, 0, 15)
    assert rows[-1].score == pytest.approx(0.4)


@pytest.mark.parametrize("score", [0.0, 1e-308, -0.004])
def test_a_score_of_nothing_has_no_shares(score: float) -> None:
    """Where terms and features add up to nothing, no part of it is a percentage."""
    rows = feature_rows(Wording("ja"), HIT._replace(score=score, shares=FEATURES))
    assert [row.percent for row in rows] == [0, 0]


def test_what_takes_away_is_negative_also_in_a_negative_score() -> None:
    """The sign of a share is that of what it brought."""
    rows = feature_rows(Wording("ja"), HIT._replace(score=-0.1, shares=FEATURES))
    assert [row.percent for row in rows] == [500, -200]
