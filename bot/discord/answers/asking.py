"""A question to its answer, from what may be shown where it is asked."""

from __future__ import annotations

from collections.abc import Collection

from bot.answerer import Answer, Answerer
from bot.conversation import Conversation
from index.search.library import Library

# As many passages as a card has pages.
MOST_PAGES = 5


def ask(library: Library, question: str, conversation: Conversation, among: Collection[int] | None = None) -> Answer:
    """The answer to a question, each of its passages with the link and the date of the message that answers."""
    answer = Answerer(library).ask(question, MOST_PAGES, conversation, among)
    hits = tuple(hit._replace(passage=library.placed(hit.passage, hit.sentence)) for hit in answer.result.hits)
    return answer._replace(result=answer.result._replace(hits=hits))


def is_gone(library: Library, passage_id: str) -> bool:
    """Whether a passage that was quoted is not there any more: it was edited, removed, or is not used here now."""
    return bool(passage_id) and library.passage(passage_id) is None
