"""The button under an answer that opens a form for a further question."""

from __future__ import annotations

from discord.ui import Button, Modal, TextInput, View

from bot.discord.components import PersistentItem
from bot.discord.replies import Interaction, reply_to, send_ephemeral
from bot.discord.services import wording_for
from bot.wording import Wording
from bot.wording.discord import answers as sentences
from bot.wording.discord import responses

FORM_ID = "kotae:form"
_QUESTION_LENGTH = 1_000


class FollowUpButton(
    PersistentItem[Button[View]], template=r"kotae:follow:(?P<asker>\d+)(?::(?P<continued>[0-9a-f]{12}))?"
):
    """Opens a form for a further question, so that no intent is needed to read it.

    It also keeps the id of the passage that the card's own question continues, if it does.
    """

    def __init__(self, asker: int | str, continued: str | None = None, label: str = "") -> None:
        custom_id = f"kotae:follow:{asker}:{continued}" if continued else f"kotae:follow:{asker}"
        super().__init__(Button(label=label or "…", emoji="💬", custom_id=custom_id, row=0))

    async def respond(self, interaction: Interaction) -> None:
        """Open the form."""
        say = wording_for(interaction)
        if not await reply_to(interaction).open_form(FollowUpModal(say)):
            await send_ephemeral(interaction, say(responses.FORM_TOO_LATE))


class FollowUpModal(Modal):
    """The form for a further question; the client answers it, whichever process opened it."""

    def __init__(self, say: Wording) -> None:
        super().__init__(title=say(sentences.FORM_TITLE), timeout=None, custom_id=FORM_ID)
        question: TextInput[View] = TextInput(
            label=say(sentences.FORM_QUESTION),
            placeholder=say(sentences.FORM_PLACEHOLDER),
            max_length=_QUESTION_LENGTH,
            custom_id="question",
        )
        self.add_item(question)
