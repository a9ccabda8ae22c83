"""The plain values that travel through retrieval: documents, passages, terms and hits."""

from typing import Literal, NamedTuple

# Between the headings that a block stands under.
HEADING_SEPARATOR = " › "

# What may be said of the first passage: that it answers, that it may, or that nothing is near.
Certainty = Literal["sure", "possible", "none"]
CERTAINTIES: tuple[Certainty, ...] = ("sure", "possible", "none")

# What a block is, which says where it may be cut, and what it is to be read with.
Kind = Literal["paragraph", "list", "table", "code", "links"]


class Block(NamedTuple):
    """A paragraph, a list, or a whole quotation of a document, in reading order.

    `page` and `row`, that of a spreadsheet, count from 1; `date` is in ISO 8601; `url` is the block's own, where it has one.

    A "list" has a line an item, indented by two spaces for each item that it is within; a "table" a line a row, the
    names of its columns in the first; "code" is read with what explains it; "links" are no answer by themselves.
    """

    text: str
    heading: str = ""
    speaker: str | None = None
    role: str | None = None
    page: int | None = None
    date: str | None = None
    url: str | None = None
    kind: Kind = "paragraph"
    row: int | None = None


class Document(NamedTuple):
    """A text with a title, divided into blocks. `name` tells it apart from every other document.

    `warnings` are what could not be read of it: names of ContentErrors, each with its values. `dated` is the day that it
    says of itself, in ISO 8601.
    """

    name: str
    title: str
    source: str
    blocks: tuple[Block, ...]
    url: str | None = None
    warnings: tuple[tuple[str, dict[str, str]], ...] = ()
    dated: str | None = None


class Passage(NamedTuple):
    """What can be quoted as an answer: one paragraph or one quotation, and where it stands.

    `paragraph` counts the blocks of the document from 1; of blocks read together it is the first. Of a spreadsheet it is
    the row.

    `date` is when the passage was written, `dated` the day that its document says of itself; `changed` is when the
    document's texts came or changed here, and `needs_review_since` since when somebody has to say that they are still right.
    """

    id: str
    text: str
    title: str
    heading: str
    paragraph: int
    speaker: str | None
    role: str | None
    source: str
    url: str | None
    page: int | None = None
    date: str | None = None
    dated: str | None = None
    changed: str | None = None
    needs_review_since: str | None = None


class QuestionTerm(NamedTuple):
    """One term to look for: its view, its weight before idf, and the words that it was made from.

    A `bridge` term is the sound of a word that the question also asks for as written: it finds the word in
    the other script, or where the analyser divided it differently. A `synonym` says the same in another word.
    The absence of either is no fault.
    """

    view: str
    term: str
    weight: float
    surface: str
    bridge: bool = False
    synonym: bool = False


class Scored(NamedTuple):
    """A passage by its position in the collection, with its score."""

    position: int
    score: float


class Share(NamedTuple):
    """What one term of the question brought to a hit's score."""

    view: str
    term: str
    surface: str
    weight: float
    score: float


class Hit(NamedTuple):
    """A ranked passage; `sentence` is the part of its text that answers, `shares` sum up to `score`.

    `duplicates` are other passages with the same text.
    """

    rank: int
    score: float
    passage: Passage
    sentence: str
    shares: tuple[Share, ...]
    duplicates: tuple[Passage, ...] = ()


class Result(NamedTuple):
    """The hits for a question, best first, and how sure we are of the first, from 0 to 1."""

    hits: tuple[Hit, ...]
    confidence: float
    certainty: Certainty

    @property
    def answered(self) -> bool:
        """Whether the first passage is said to answer."""
        return self.certainty == "sure"
