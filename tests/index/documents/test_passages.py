import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.documents.grouping import LONGEST_PASSAGE, leads_in
from index.documents.passages import to_passages
from index.types import Block, Document, Kind

BLOCK_TEXTS = st.builds(
    lambda part, times, end: part * times + end,
    st.text(st.sampled_from("あ漢。「」、：この \n019aB"), min_size=1, max_size=60),
    st.integers(1, 60),
    st.sampled_from(["終", "。", "："]),
)
KINDS: st.SearchStrategy[Kind] = st.sampled_from(["paragraph", "paragraph", "list", "table", "code", "links"])
BLOCKS = st.builds(
    Block,
    BLOCK_TEXTS,
    st.sampled_from(["", "章", "章 › 節"]),
    st.sampled_from([None, None, "鈴木"]),
    kind=KINDS,
    row=st.none(),
)
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
    """Every passage has a text no longer than LONGEST_PASSAGE."""
    assert all(
        0 < len(passage.text.strip()) <= len(passage.text) <= LONGEST_PASSAGE for passage in to_passages(document)
    )


@given(DOCUMENTS)
def test_passages_hold_the_words_of_the_blocks(document: Document) -> None:
    """No word of prose is lost, none is said twice, and the order stays."""
    texts = {f"{number}番の{block.text}": block for number, block in enumerate(document.blocks)}
    blocks = tuple(block._replace(text=text, kind="paragraph") for text, block in texts.items())
    read = [block for block in blocks if any(map(str.isalnum, block.text))]
    without_headings = [block._replace(heading="") for block in read]
    passages = [passage.text for passage in to_passages(document._replace(blocks=tuple(without_headings)))]
    assert without_space(passages) == without_space([block.text for block in read])


@given(DOCUMENTS)
def test_every_line_of_a_list_is_in_some_passage(document: Document) -> None:
    """The context repeated where a list, a table or code continues replaces no word."""
    blocks = tuple(block._replace(kind="list") if block.kind == "links" else block for block in document.blocks)
    passages = without_space([passage.text for passage in to_passages(document._replace(blocks=blocks))])
    for block in blocks:
        words = re.findall(r"[^\W_]{1,20}", block.text)
        if block.kind != "code":
            assert all(word in passages for word in words)


@given(DOCUMENTS)
def test_ids_are_unique_and_stable(document: Document) -> None:
    """No two passages share an id of twelve hex digits, and a document divided again has the same ids."""
    found = [passage.id for passage in to_passages(document)]
    assert len(set(found)) == len(found)
    assert all(re.fullmatch("[0-9a-f]{12}", identity) for identity in found)
    assert found == [passage.id for passage in to_passages(document)]


@given(DOCUMENTS)
def test_passages_have_the_metadata_of_their_block(document: Document) -> None:
    """A passage has its document's title and source, and its block's number, heading, speaker, page, date and url."""
    for passage in to_passages(document):
        block = document.blocks[passage.paragraph - 1]
        assert passage.heading in (block.heading, block.heading.removesuffix(" › 節"))
        assert (passage.speaker, passage.role) == (block.speaker, block.role)
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
    """Additions, moves, deletions and changes around a passage leave its id."""
    assert ids(*edited)["甲の話。"] == ids("甲の話。", "乙の話。")["甲の話。"]


def test_an_id_depends_on_document_and_text() -> None:
    """The same text in another document, or another text in the same, has another id."""
    here, there = document("甲の話。"), document("甲の話。")._replace(name="b.md")
    assert to_passages(here)[0].id != to_passages(there)[0].id
    assert len(set(ids("甲の話。", "乙の話。").values())) == 2


def test_of_equal_texts_the_first_keeps_its_id() -> None:
    """A text that another section repeats is another passage, and leaves the id of the first."""
    blocks = (Block("完結の日から二年間とする。", "雇用"), Block("完結の日から二年間とする。", "労災"))
    first, second = to_passages(Document("a.md", "題", "源", blocks))
    assert first.id == to_passages(Document("a.md", "題", "源", blocks[:1]))[0].id != second.id


def test_a_text_repeated_under_one_heading_is_one_passage() -> None:
    """Only another heading, speaker, role, date or url makes it another passage."""
    texts = ("甲の話をした。", "乙の話をした。", "甲の話をした。")
    assert [passage.text for passage in to_passages(document(*texts))] == list(texts[:2])


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
        ("あ" * (LONGEST_PASSAGE - 4) + "：", "・甲", True),
        ("あ" * (LONGEST_PASSAGE - 3) + "：", "・甲", False),
    ],
)
def test_blocks_that_make_sense_only_together_are_one_passage(before: str, after: str, together: bool) -> None:
    """Anaphora, what follows a lead-in, and the rest of a quotation join the block before."""
    expected = [(1, f"{before}\n{after}")] if together else [(1, before), (2, after)]
    assert [(passage.paragraph, passage.text) for passage in to_passages(document(before, after))] == expected


@pytest.mark.parametrize(
    ("texts", "passages"),
    [
        (
            ("次の措置を講ずる。", "(1) 施錠", "(2) 暗号化", "毎年見直す。"),
            ["次の措置を講ずる。\n(1) 施錠\n(2) 暗号化", "毎年見直す。"],
        ),
        (
            ("各号の意味は次による。", "一　本人　社員をいう。", "二　会社　当社をいう。"),
            ["各号の意味は次による。\n一　本人　社員をいう。\n二　会社　当社をいう。"],
        ),
        (("第一章　総則", "（目的）", "第一条　規律を定める。"), ["第一章　総則\n（目的）\n第一条　規律を定める。"]),
        (("A", "全国一律で五百円です。"), ["全国一律で五百円です。"]),
    ],
)
def test_paragraphs_of_a_law_or_a_form_are_read_together(texts: tuple[str, ...], passages: list[str]) -> None:
    """Items in paragraphs of their own belong to what leads in to them, and captions to their article."""
    assert [passage.text for passage in to_passages(document(*texts))] == passages


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
def test_headings_speakers_dates_and_urls_divide_passages(blocks: tuple[Block, ...]) -> None:
    """No passage joins blocks with different headings, dates or urls, or a quotation with anything."""
    assert len(to_passages(Document("a.md", "題", "源", blocks))) == 2


def test_a_passage_may_continue_on_the_next_page() -> None:
    """A block that belongs to one on the page before joins it, and the passage has the first page."""
    blocks = (Block("次の通り：", page=1), Block("・甲", page=2), Block("甲の話。", page=2))
    passages = to_passages(Document("a.pdf", "題", "源", blocks))
    assert [(passage.text, passage.page) for passage in passages] == [("次の通り：\n・甲", 1), ("甲の話。", 2)]


def test_paragraphs_are_counted_by_block() -> None:
    """A passage of several blocks has the number of the first."""
    passages = to_passages(document("甲の話。", "投資した。", "しかし不明だ。", "乙の話。"))
    assert [passage.paragraph for passage in passages] == [1, 2, 4]


def test_a_long_text_is_cut_between_sentences() -> None:
    """As many whole sentences as fit make a piece; a sentence too long for one is cut by length."""
    short, long = "あ" * (LONGEST_PASSAGE // 2 - 1) + "。", "い" * (LONGEST_PASSAGE + 10)
    assert [p.text for p in to_passages(document(short * 3))] == [short * 2, short]
    assert [p.text for p in to_passages(document(long))] == [long[:LONGEST_PASSAGE], long[LONGEST_PASSAGE:]]
    assert [p.text for p in to_passages(document("う" * LONGEST_PASSAGE))] == ["う" * LONGEST_PASSAGE]


def passages_of(*blocks: Block) -> list[str]:
    """The texts of the passages of a document."""
    return [passage.text for passage in to_passages(Document("a.md", "題", "源", blocks))]


@pytest.mark.parametrize(
    ("text", "leads"),
    [
        ("次の書類を提出する。", True),
        ("クラウドなど次の時代の鍵となると述べた。", False),
        ("会社は、次のとおり定める。", True),
        ("以下に例を示します。", True),
        ("必要なものは以下です", True),
        ("支払条件：", True),
        ("たとえば、", True),
        ("話した。次に示す。", True),
        ("次の日に届く。", False),
        ("次のバージョンで直す。", False),
        ("次に行くのは京都だ。", False),
        ("以下のとおりだった。その後に変えた。", False),
        ("十日です。", False),
    ],
)
def test_a_lead_in_is_recognised(text: str, leads: bool) -> None:
    """By the last sentence: 次の, 以下の, a colon; 次の日 is none."""
    assert leads_in(text) == leads


def test_a_list_is_led_in_to_by_less_than_a_paragraph() -> None:
    """次の規則 before a list is the list; before a paragraph it may be anything."""
    assert leads_in("次の規則を守る。", "list")
    assert not leads_in("次の規則を守る。")
    assert not leads_in("次の日に届く。", "list")


@pytest.mark.parametrize(
    ("blocks", "texts"),
    [
        (
            (Block("出発の前に書類を全て出す。", "章"), Block("・甲", "章", kind="list")),
            ["出発の前に書類を全て出す。\n・甲"],
        ),
        (
            (Block("あ" * 299 + "。"), Block("・甲は十日とする。\n・乙", kind="list")),
            ["あ" * 299 + "。", "・甲は十日とする。\n・乙"],
        ),
        (
            (Block("料金は曜日で違う。"), Block("曜日 | 料金\n平日 | 五百円", kind="table")),
            ["料金は曜日で違う。\n曜日 | 料金\n平日 | 五百円"],
        ),
        (
            (Block("・うどん", "品書き", kind="list"), Block("曜日 | 料金\n平日 | 五百円", "品書き", kind="table")),
            ["品書き\n・うどん", "曜日 | 料金\n平日 | 五百円"],
        ),
        ((Block("実行する。"), Block("x = 1", kind="code"), Block("y", kind="code")), ["実行する。\nx = 1\ny"]),
        (
            (Block("x = 1", "起動", kind="code"), Block("起動するときにこう書く。", "起動")),
            ["x = 1\n起動するときにこう書く。"],
        ),
        ((Block("x = 1", "章 › 起動", kind="code"),), ["起動\nx = 1"]),
        ((Block("x = 1", "設定 › init()", kind="code"),), ["設定 › init()\nx = 1"]),
        ((Block("x = 1", kind="code"),), []),
        ((Block("甲・乙", "関連", kind="links"),), []),
        ((Block("様式の絵", "様式は？", kind="links"),), []),
        (
            (Block("様式はこちら（https://a.example）", "様式は？", kind="links"),),
            ["様式はこちら（https://a.example）"],
        ),
        ((Block("次の様式を使う。"), Block("・甲\n・乙", kind="links")), ["次の様式を使う。\n・甲\n・乙"]),
        ((Block("必要です。", "届けは要りますか？"),), ["届けは要りますか？\n必要です。"]),
        ((Block("/home/kotae", "置き場所"),), ["置き場所\n/home/kotae"]),
        ((Block("個人の場合"), Block("届けを出す。")), ["個人の場合\n届けを出す。"]),
        ((Block("→"), Block("届けを出した。"), Block("以上")), ["届けを出した。"]),
        (
            (
                Block("Q1. 駐車場はありますか？"),
                Block("裏に三台あります。予約はいりません。"),
                Block("問2　休日はいつですか。"),
                Block("答　毎週火曜日が休みです。"),
                Block("【Q3】送料はいくらですか？"),
                Block("【Q4】返品できますか？"),
                Block("七日以内ならできます。"),
            ),
            [
                "Q1. 駐車場はありますか？\n裏に三台あります。予約はいりません。",
                "問2　休日はいつですか。\n答　毎週火曜日が休みです。",
                "【Q3】送料はいくらですか？",
                "【Q4】返品できますか？\n七日以内ならできます。",
            ],
        ),
        (
            (
                Block("場所は次の通りです。", "Q"),
                Block("C:\\kotae", "Q › Windows"),
                Block("/kotae", "Q › Mac"),
                Block("ここからはまた別の話を長くする。", "R"),
            ),
            ["場所は次の通りです。\nWindows\nC:\\kotae\nMac\n/kotae", "ここからはまた別の話を長くする。"],
        ),
        ((Block("はい。", "無料で使えますか？"),), ["無料で使えますか？\nはい。"]),
        (
            (
                Block("置き場所には次の二つがある。", "Q"),
                Block("あ" * 500 + "。", "Q › 甲"),
                Block("い" * 500 + "。", "Q › 乙"),
            ),
            ["置き場所には次の二つがある。\n・甲\n・乙", "あ" * 500 + "。", "い" * 500 + "。"],
        ),
    ],
    ids=str,
)
def test_what_belongs_together_is_one_passage(blocks: tuple[Block, ...], texts: list[str]) -> None:
    """A lead-in, a label or a heading with what it leads to; code with prose; navigation and signs with nothing."""
    assert passages_of(*blocks) == texts


@pytest.mark.parametrize(
    ("before", "after", "together"),
    [
        ("初めて開くと警告が出るかもしれません。", "その際は右のボタンを押しながらもう一度開いてください。" * 2, True),
        ("設定の画面から音声を選びます。", "もしくは、画面の左上にあるメニューの音声から選んでください。" * 2, True),
        (
            "五十万円を超える契約は部長が決める。",
            "この場合には、見積書を三社から取って稟議書に添えるものとする。" * 2,
            True,
        ),
        ("二つに分かれてしまった語は、", "間をクリックすることで、また一つの語にまとめることができます。" * 2, True),
        ("この規程は四月から施行する。", "この規程は、会社に勤めるすべての社員に適用するものとする。" * 2, False),
        ("休暇は年に十日とする。", "通勤手当は、会社が認めた経路の実費を支給するものとする。" * 2, False),
        ("警告が出るかもしれません。" * 25, "その際は右のボタンを押しながらもう一度開いてください。" * 2, False),
    ],
)
def test_a_paragraph_is_read_with_the_one_that_it_refers_back_to(before: str, after: str, together: bool) -> None:
    """One that begins with その際 or もしくは, or follows a comma, says nothing alone; one of its own subject does."""
    assert passages_of(Block(before), Block(after)) == ([f"{before}\n{after}"] if together else [before, after])


def test_what_explains_code_is_read_with_it() -> None:
    """この例 is the code above, however long."""
    program = "\n".join(f"x{line} = {line}" for line in range(30))
    assert (
        len(
            passages_of(Block("次のように書く。"), Block(program, kind="code"), Block("この例では三十の値がある。" * 5))
        )
        == 1
    )


def test_a_long_list_has_its_lead_in_and_parent_items_in_each_passage() -> None:
    """No item is cut, numbers stay, and a piece can be understood without the one before it."""
    items = "\n".join(f"  {number}. 項目{number}は" + "あ" * 50 for number in range(1, 21))
    texts = passages_of(Block("次のとおりとする。"), Block(f"1. 前\n2. 次を守る。\n{items}\n3. 後", kind="list"))
    assert len(texts) > 2
    assert texts[0].startswith("次のとおりとする。\n1. 前\n2. 次を守る。\n  1. 項目1は")
    for text in texts[1:]:
        assert text.startswith("次のとおりとする。\n2. 次を守る。\n  ")
    lines = [line for text in texts for line in text.split("\n")]
    assert [line for line in lines if "項目" in line] == items.split("\n")
    assert texts[-1].endswith("\n3. 後")


def test_a_long_table_has_its_header_in_each_passage() -> None:
    """Rows are whole."""
    rows = [f"{number}番 | " + "あ" * 50 for number in range(30)]
    texts = passages_of(Block("\n".join(["番号 | 名", *rows]), kind="table"))
    assert len(texts) > 2
    assert all(text.startswith("番号 | 名\n") for text in texts)
    assert [line for text in texts for line in text.split("\n")[1:]] == rows


def test_long_code_has_its_lead_in_in_each_passage() -> None:
    """It is cut at empty lines, or else between lines."""
    program = "\n\n".join("\n".join(f"x{part}{line} = 1" for line in range(20)) for part in range(6))
    texts = passages_of(Block("前の文。次のように書きます。"), Block(program, kind="code"))
    assert len(texts) > 1
    assert all(text.startswith("前の文。次のように書きます。\nx") for text in texts)


def test_a_lead_in_never_stands_at_the_end() -> None:
    """Where what it leads to does not fit, it goes with that."""
    texts = passages_of(Block("あ" * 500 + "。次の通りです。"), Block("・" + "い" * 200, kind="list"))
    assert texts == ["あ" * 500 + "。", "次の通りです。\n・" + "い" * 200]


@pytest.mark.parametrize("end", ["1234567890" * 20, "abcdefghij" * 20])
def test_no_number_and_no_word_is_cut(end: str) -> None:
    """A text without sentences is cut where a word begins."""
    first, second = passages_of(Block("あいう、" * 125 + end))
    assert (first, second) == (("あいう、" * 125), end)


def test_a_row_of_a_spreadsheet_is_found_by_its_number() -> None:
    """Rows above it need not be passages."""
    rows = Document(
        "a.csv", "題", "a.csv", (Block("大人: 5円", kind="list", row=3), Block("子供: 3円", kind="list", row=7))
    )
    assert [passage.paragraph for passage in to_passages(rows)] == [3, 7]
