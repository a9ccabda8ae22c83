from __future__ import annotations

import re
from hashlib import sha256
from pathlib import Path

import pytest

from bot.knowledge import BUILT_IN_CONTENT
from index.search.library import Library
from tests.conftest import ROOT

ARTICLE = BUILT_IN_CONTENT / "microsoft-openai.md"
ORIGINAL = ROOT.parent / "shared" / "content" / "article.txt"
# Of the original's words, without white space.
CHECKSUM = "9890371d46f5485aac81d78968732543691767b37f4405dd99eefb00f003f35d"
TITLE = "MicrosoftはOpenAIに投資、しかしシリコンバレーは泣いている"
HEADINGS = [
    "",
    "AGIを構築するというビジョンが彼らを結びつけた",
    "協力しているように見えますが、実際には全員が必要なものを手に入れることができるのでしょうか?",
    "これについて上級者は何と言っていますか?",
    "それは大きな挑戦ですよね?",
]
SPEAKERS = [
    ("Soumith Chintala", "Facebook エンジニア"),
    ("Cade Matz", "ニューヨーク・タイムズのテクノロジー担当記者"),
    ("ジェームズ・ワン", "ARKInvestアナリスト"),
    ("François Chollet", "Google ディープラーニング エンジニア"),
    ("ロビン・スローン", "作家"),
    ("スティーブン・メリティ氏", "ディープラーニング研究者"),
    ("サム・ナザリウス", None),
]


def words(text: str) -> str:
    """A text without its white space."""
    return re.sub(r"\s+", "", text)


def words_of_markdown(path: Path) -> str:
    """A Markdown file's text without front matter, the marks of headings and quotations, and white space."""
    _, front_matter, body = path.read_text(encoding="utf-8").split("---\n", 2)
    assert "title:" in front_matter
    return words("\n".join(re.sub(r"^(?:#+|>)(?: |$)", "", line) for line in body.split("\n")))


def test_article_is_the_original() -> None:
    """Every word of the article is that of the original, and in its order."""
    assert sha256(words_of_markdown(ARTICLE).encode()).hexdigest() == CHECKSUM


@pytest.mark.skipif(not ORIGINAL.is_file(), reason="the original is not part of the project")
def test_article_is_the_original_at_hand() -> None:
    """Where the original is at hand, the article has its words, and the checksum is of them."""
    original = words(ORIGINAL.read_text(encoding="utf-8"))
    assert words_of_markdown(ARTICLE) == original
    assert sha256(original.encode()).hexdigest() == CHECKSUM


def test_speakers_in_order_with_their_roles(article: Library) -> None:
    """Each of the seven quotations is one passage with its speaker and role, in the order of the article."""
    quoted = [(passage.speaker, passage.role) for passage in list(article.collection.all()) if passage.speaker]
    assert quoted == SPEAKERS


def test_title_and_headings(article: Library) -> None:
    """Every passage has the title, and stands under one of the article's headings, in its order."""
    assert {passage.title for passage in list(article.collection.all())} == {TITLE}
    assert list(dict.fromkeys(passage.heading for passage in list(article.collection.all()))) == HEADINGS


def test_passages_are_the_article(article: Library) -> None:
    """All that the article says can be quoted: passages, speakers and headings together are its words."""
    parts = [TITLE]
    heading = ""
    for passage in list(article.collection.all()):
        if passage.heading != heading:
            heading = passage.heading
            parts.append(heading)
        parts.append(passage.text)
        if passage.speaker:
            parts.append("—" + "、".join(filter(None, (passage.speaker, passage.role))))
    expected = re.sub(r"[—-]{2,}", "—", words_of_markdown(ARTICLE))
    assert words("".join(parts)) == expected


def test_paragraphs_are_counted(article: Library) -> None:
    """Passages are numbered in the order of the article, each number once."""
    numbers = [passage.paragraph for passage in list(article.collection.all())]
    assert numbers == sorted(set(numbers))
    assert numbers[0] == 1
