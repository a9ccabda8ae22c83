from collections.abc import Mapping, Sequence

from hypothesis import given
from hypothesis import strategies as st

from index.engines.memory import MemoryEngine
from index.engines.postings import PostingsEngine
from index.types import QuestionTerm
from tests.index.engines.test_engine_contract import ask, passages

WORDS = st.text("猫犬鳥魚", min_size=1, max_size=2)
PASSAGES = st.fixed_dictionaries({"lemma": st.lists(WORDS, max_size=30), "kanji": st.lists(WORDS, max_size=5)})
COLLECTIONS = st.lists(PASSAGES, max_size=40)
VIEWS = st.sampled_from(["lemma", "kanji", "latin"])
QUESTIONS = st.lists(st.builds(QuestionTerm, VIEWS, WORDS, st.floats(0.1, 3), WORDS), max_size=8)


@given(COLLECTIONS, QUESTIONS, st.integers(0, 45), st.none() | st.sets(st.integers(-1, 45)))
def test_it_ranks_and_explains_as_the_engine_in_memory(
    collection: Sequence[Mapping[str, Sequence[str]]], question: list[QuestionTerm], limit: int, among: set[int] | None
) -> None:
    """Positions, scores and shares are the same to the last bit, and so are ties."""
    expected, engine = MemoryEngine.build(collection), PostingsEngine.build(collection)
    assert engine.rank(question, limit, among) == expected.rank(question, limit, among)
    for position in range(len(collection)):
        assert engine.explain(question, position) == expected.explain(question, position)


def test_any_container_says_which_are_ranked() -> None:
    """Not only a set can be asked for its members."""
    engine = PostingsEngine.build(passages("猫", "猫", "猫", "猫"))
    assert [scored.position for scored in engine.rank(ask("猫"), 2, range(1, 4))] == [1, 2]


def test_positions_and_scores_are_plain_numbers() -> None:
    """What is shown or written as JSON holds no number of numpy's."""
    engine = PostingsEngine.build(passages("猫", "犬"))
    (scored,), (share,) = engine.rank(ask("猫"), 1), engine.explain(ask("猫"), 0)
    assert [type(number) for number in (*scored, share.score)] == [int, float, float]
