import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.passages import LONGEST, to_passages
from index.types import Block, Document

BLOCK_TEXTS = st.builds(
    lambda part, times, end: part * times + end,
    st.text(st.sampled_from("あ漢。「」、：この \n019aB"), min_size=1, max_size=60),
    st.integers(1, 60),
    st.sampled_from(["終", "。", "："]),
)
BLOCKS = st.builds(Block, BLOCK_TEXTS, st.sampled_from(["", "章"]), st.sampled_from([None, None, "鈴木"]))
DOCUMENTS = st.builds(
    lambda blocks: Document("a.md", "題", "源", tuple(blocks), "https://example.com"), st.lists(BLOCKS, max_size=8)
)


def document(*texts: str) -> Document:
    """A document of paragraphs."""
    return Document("a.md", "題", "源", tuple(Block(text) for text in texts))


def without_space(texts: list[str]) -> str:
    """The texts in a row, without white space."""
    return re.sub(r"\s", "", "".join(texts))


def ids(*texts: str) -> dict[str, str]:
    """The id of each passage of a document, by its text."""
    return {passage.text: passage.id for passage in to_passages(document(*texts))}


@given(DOCUMENTS)
def test_no_passage_is_too_long_or_empty(document: Document) -> None:
    """Every passage can be shown whole."""
    assert all(0 < len(passage.text.strip()) <= len(passage.text) <= LONGEST for passage in to_passages(document))


@given(DOCUMENTS)
def test_passages_hold_the_words_of_the_blocks(document: Document) -> None:
    """No word is lost, none is said twice, and the order stays."""
    passages = [passage.text for passage in to_passages(document)]
    assert without_space(passages) == without_space([block.text for block in document.blocks])


@given(DOCUMENTS)
def test_ids_are_unique_and_last(document: Document) -> None:
    """No two passages share an id of twelve hex digits, and the same document has the same ids."""
    found = [passage.id for passage in to_passages(document)]
    assert len(set(found)) == len(found)
    assert all(re.fullmatch("[0-9a-f]{12}", identity) for identity in found)
    assert found == [passage.id for passage in to_passages(document)]


@given(DOCUMENTS)
def test_passages_know_where_they_stand(document: Document) -> None:
    """A passage has its document's title and source, and its block's number, heading, speaker, page, date and url."""
    for passage in to_passages(document):
        block = document.blocks[passage.paragraph - 1]
        assert (passage.heading, passage.speaker, passage.role) == (block.heading, block.speaker, block.role)
        assert (passage.page, passage.date) == (block.page, block.date)
        assert (passage.title, passage.source) == ("題", "源")
        assert passage.url == (block.url or "https://example.com")


@pytest.mark.parametrize(
    "edited",
    [
        ("前書き。", "甲の話。", "乙の話。"),
        ("乙の話。", "甲の話。"),
        ("甲の話。",),
        ("甲の話。", "乙の話を直した。", "後書き。"),
    ],
    ids=["before", "order", "deleted", "after"],
)
def test_an_id_survives_edits_elsewhere(edited: tuple[str, ...]) -> None:
    """What is added, moved, deleted or changed around a passage leaves its id."""
    assert ids(*edited)["甲の話。"] == ids("甲の話。", "乙の話。")["甲の話。"]


def test_an_id_depends_on_document_and_text() -> None:
    """The same text in another document, or another text in the same, has another id."""
    here, there = document("甲の話。"), document("甲の話。")._replace(name="b.md")
    assert to_passages(here)[0].id != to_passages(there)[0].id
    assert len(set(ids("甲の話。", "乙の話。").values())) == 2


def test_of_equal_texts_the_first_keeps_its_id() -> None:
    """A text that is repeated later changes nothing for where it stood first."""
    first, second = (passage.id for passage in to_passages(document("甲の話。", "甲の話。")))
    assert first == ids("甲の話。")["甲の話。"] != second


@pytest.mark.parametrize(
    ("before", "after", "together"),
    [
        ("投資した。", "しかし、額は不明だ。", True),
        ("投資した。", "この額は多い。", True),
        ("投資した。", "同社の話だ。", True),
        ("投資した。", "額は不明だ。", False),
        ("投資した。", "これ" + "あ" * 36 + "。", True),
        ("投資した。", "これ" + "あ" * 37 + "。", False),
        ("次の通り：", "・甲\n・乙", True),
        ("For example: ", "Azure", True),
        ("「投資した。", "発表した」と言う。", True),
        ("「投資した。", "発表した。", False),
        ("「投資した」。", "発表した」と言う。", False),
        ("あ" * (LONGEST - 4) + "：", "・甲", True),
        ("あ" * (LONGEST - 3) + "：", "・甲", False),
    ],
)
def test_blocks_that_make_sense_only_together_are_one_passage(before: str, after: str, together: bool) -> None:
    """What points back, what was led in to, and the rest of a quotation go with what stands before."""
    expected = [(1, f"{before}\n{after}")] if together else [(1, before), (2, after)]
    assert [(passage.paragraph, passage.text) for passage in to_passages(document(before, after))] == expected


@pytest.mark.parametrize(
    "blocks",
    [
        (Block("投資した。", "章"), Block("しかし不明だ。", "次章")),
        (Block("投資した。", speaker="鈴木"), Block("しかし不明だ。")),
        (Block("投資した。"), Block("しかし不明だ。", speaker="鈴木")),
        (Block("投資した。", date="2026-11-20"), Block("しかし不明だ。", date="2026-11-21")),
        (Block("投資した。", url="https://a.example"), Block("しかし不明だ。")),
    ],
    ids=["heading", "after a quotation", "before a quotation", "date", "url"],
)
def test_headings_and_speakers_part_what_they_part(blocks: tuple[Block, ...]) -> None:
    """Nothing is read together across a heading, with a quotation, or with what was written elsewhere or later."""
    assert len(to_passages(Document("a.md", "題", "源", blocks))) == 2


def test_the_end_of_a_page_parts_nothing() -> None:
    """What belongs to the page before is read with it, and stands where it begins."""
    blocks = (Block("次の通り：", page=1), Block("・甲", page=2), Block("甲の話。", page=2))
    passages = to_passages(Document("a.pdf", "題", "源", blocks))
    assert [(passage.text, passage.page) for passage in passages] == [("次の通り：\n・甲", 1), ("甲の話。", 2)]


def test_paragraphs_are_counted_by_block() -> None:
    """Of blocks read together the first counts, and the next passage goes on after the last of them."""
    passages = to_passages(document("甲の話。", "投資した。", "しかし不明だ。", "乙の話。"))
    assert [passage.paragraph for passage in passages] == [1, 2, 4]


def test_a_long_text_is_cut_between_sentences() -> None:
    """As many whole sentences as fit make a piece; a sentence too long for one is cut by length."""
    short, long = "あ" * (LONGEST // 2 - 1) + "。", "い" * (LONGEST + 10)
    assert [p.text for p in to_passages(document(short * 3))] == [short * 2, short]
    assert [p.text for p in to_passages(document(long))] == [long[:LONGEST], long[LONGEST:]]
    assert [p.text for p in to_passages(document("う" * LONGEST))] == ["う" * LONGEST]
