import pytest

from index.documents.passages import to_passages
from index.query.question import Question
from index.search.library import Library
from index.types import Block, Document
from tests.knowledge import library_of

TEXTS = (
    "経費の申請は総務部に出します。",
    "有給休暇は十日です。",
    "駐車場は裏にあります。",
    "やすみの届けは前日までに出します。",
)


@pytest.fixture(scope="module")
def library() -> Library:
    """A library of a few rules."""
    return library_of(to_passages(Document("a.md", "題", "源", tuple(Block(text) for text in TEXTS))))


@pytest.mark.parametrize(
    ("question", "position"),
    [
        ("けいひのしんせいはどこに出す？", 0),
        ("ゆうきゅうきゅうかは何日？", 1),
        ("ゆうきゅうは何日？", 1),
        ("ちゅうしゃじょうはどこ？", 2),
        ("やすみの届けはいつまで？", 3),
    ],
)
def test_a_noun_in_kana_is_found_as_the_documents_write_it(library: Library, question: str, position: int) -> None:
    """A question needs no kanji, however the analyser divides its kana."""
    result = library.search(Question(question), 1)
    assert result.answered
    assert result.hits[0].passage.text == TEXTS[position]


@pytest.mark.parametrize("question", ["きいろのはたはどこ？", "さくらはいつ咲く？"])
def test_kana_without_a_noun_of_that_reading_stays_kana(library: Library, question: str) -> None:
    """A noun that no document has is not found."""
    assert not library.search(Question(question), 1).answered
