from collections.abc import Callable

import pytest

from index.query.bridges import is_spelling_of, weigh_bridges
from index.types import QuestionTerm

OWN = QuestionTerm("lemma", "microsoft", 1.0, "Microsoft")
BRIDGE = QuestionTerm("katakana", "マイクロソフト", 2.0, "Microsoft", bridge=True)
OTHER = QuestionTerm("lemma", "投資", 1.0, "投資")


def lookup(own: float, bridge: float) -> Callable[[str, str], float]:
    """What a collection says of the two spellings; of any other term it says 9."""
    return lambda view, _term: {"lemma": own, "katakana": bridge}.get(view, 9)


def known(own: int, bridge: int) -> Callable[[str, str], int]:
    """In how many passages a collection has the two spellings."""
    return lambda view, _term: own if view == "lemma" else bridge


def test_a_bridge_replaces_a_word_that_no_passage_has() -> None:
    """Where no passage has the question's own spelling, the other keeps its full weight."""
    assert weigh_bridges([OWN, BRIDGE], lookup(3.0, 1.0), known(0, 4)) == [OWN, BRIDGE]


@pytest.mark.parametrize(
    ("own_rarity", "bridge_rarity", "own", "bridge"),
    [(1.0, 1.0, 1.0, 1.0), (2.0, 1.0, 0.5, 1.0), (1.0, 2.0, 1.0, 0.5), (1.0, 4.0, 1.0, 0.25)],
)
def test_two_spellings_that_occur_score_the_same(
    own_rarity: float, bridge_rarity: float, own: float, bridge: float
) -> None:
    """Neither spelling counts more for being the rarer one."""
    weighed = weigh_bridges([OWN, BRIDGE], lookup(own_rarity, bridge_rarity), known(5, 2))
    assert weighed == [OWN._replace(weight=own), BRIDGE._replace(weight=bridge)]
    assert own * own_rarity == bridge * bridge_rarity


def test_a_spelling_scores_as_all_words_of_the_other() -> None:
    """A katakana word that is several words scores as their sum."""
    parts = [QuestionTerm("lemma", "micro", 1.0, "マイクロ"), QuestionTerm("lemma", "soft", 1.0, "ソフト")]
    bridge = QuestionTerm("latin", "マイクロソフト", 2.0, "マイクロソフト", bridge=True)
    rarity = {"micro": 2.0, "soft": 1.0, "マイクロソフト": 4.0}
    weighed = weigh_bridges([*parts, bridge], lambda _view, term: rarity[term], lambda _view, _term: 1)
    assert weighed[2].weight == (2.0 + 1.0) / 4.0


def test_words_that_are_no_bridge_keep_their_weight() -> None:
    """Only bridges are weighed anew, and the order stays."""
    weighed = weigh_bridges([OTHER, BRIDGE, OWN], lookup(1.0, 1.0), known(5, 5))
    assert weighed == [OTHER, BRIDGE._replace(weight=1.0), OWN]


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (OWN, True),
        (QuestionTerm("lemma", "micro", 1.0, "Micro"), True),
        (QuestionTerm("lemma", "microsoft-azure", 1.0, "Microsoft-Azure"), True),
        (OTHER, False),
        (QuestionTerm("trigram", "mic", 0.3, "Mic"), False),
    ],
)
def test_a_bridge_is_a_spelling_of_the_words_in_it(word: QuestionTerm, expected: bool) -> None:
    """A bridge belongs to the lemma of its own surface, of a part of it, or of what it is part of, and to no other term."""
    assert is_spelling_of(BRIDGE, word) is expected


def test_a_bridge_that_no_passage_has_keeps_its_weight() -> None:
    """A term that occurs nowhere scores nothing, whatever its weight."""
    assert weigh_bridges([OWN, BRIDGE], lookup(1.0, 9.0), known(5, 0)) == [OWN, BRIDGE]


@pytest.mark.parametrize(
    ("surface", "view", "kept"),
    [
        ("Microsoft", "latin", False),
        ("Microsoft", "katakana", True),
        ("ナデラ", "katakana", False),
        ("ナデラ", "latin", True),
    ],
)
def test_a_word_that_occurs_needs_no_bridge_to_its_own_script(surface: str, view: str, kept: bool) -> None:
    """The sound of a word in its own script counts only where no passage has the word."""
    word = QuestionTerm("lemma", surface, 1.0, surface)
    bridge = QuestionTerm(view, "音", 2.0, surface, bridge=True)
    weighed = weigh_bridges([word, bridge], lambda _view, _term: 1.0, lambda _view, _term: 1)
    assert weighed == [word, *([bridge._replace(weight=1.0)] if kept else [])]
    assert weigh_bridges([word, bridge], lambda _view, _term: 1.0, known(0, 1)) == [word, bridge]
