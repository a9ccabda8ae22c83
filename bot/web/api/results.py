"""What is found for somebody, as programs get it: over HTTP, and through MCP."""

from __future__ import annotations

from bot.access import Access, sources_for
from bot.answerer import Answer
from bot.json_contract import answer_result, attribution_of
from bot.source_names import source_name
from bot.web.api.models import (
    ConversationalAnswer,
    ConversationSoFar,
    Paragraph,
    PassageInContext,
    SourceOfAnswers,
    Sources,
)
from bot.web.services import Services
from bot.wording import Wording
from index.store.discord.channels import Channels
from index.types import Passage


def conversational_answer(answer: Answer) -> ConversationalAnswer:
    """An answer, with what to send back to go on from it."""
    return ConversationalAnswer(
        **vars(answer_result(answer)),
        earlier_words=answer.earlier,
        needs_words=answer.needs_words,
        no_more=answer.ends,
        courtesy=answer.courtesy,
        conversation=ConversationSoFar.after(answer.conversation),
    )


def passage_in_context(services: Services, access: Access, passage_id: str, distance: int) -> PassageInContext | None:
    """A passage with so many before and after it; None where there is none for somebody."""
    library = services.library_for(access)
    passage = library.passage(passage_id)
    if passage is None:
        return None
    around = tuple(_paragraph(one) for one in library.around(passage, distance))
    return PassageInContext(**vars(_paragraph(passage)), around=around)


def sources_of_answers(services: Services, access: Access, say: Wording) -> Sources:
    """The sources that somebody is answered from."""
    channels = Channels(services.store).all()
    return Sources(
        tuple(
            SourceOfAnswers(source_name(say, one, channels), one.kind, one.added, one.documents, one.passages)
            for one in sources_for(services.settings, services.store, access)
        )
    )


def _paragraph(passage: Passage) -> Paragraph:
    return Paragraph(passage.id, passage.text, attribution_of(passage))
