"""Makes discord.html, a page that shows what the bot answered to a question on a loopback Discord.

The page draws with the npm package @skyra/discord-components-core, bundled into discord.js beside it;
`make discord-picture` bundles it, and takes the picture with Chromium.
"""

from __future__ import annotations

import asyncio
import html
import re
import sys
from pathlib import Path
from typing import Any

from bot.discord.client import KotaeClient
from bot.settings import Settings
from tests.knowledge import FixedKnowledge, library_of_the_article
from tests.loopback_discord.scenario import server_with_people

QUESTION = "ロビン・スローンはこの投資をどう思っている？"


async def answer_payload() -> dict[str, Any]:
    """The message that the bot sent."""
    server, hanako, channel = server_with_people()
    library = library_of_the_article()
    async with server, server.running(KotaeClient(Settings(), FixedKnowledge(library))):
        return (await server.slash(hanako, channel, "質問", {"質問": QUESTION})).response


def page(payload: dict[str, Any]) -> str:
    """The HTML of a message with its embed and its buttons."""
    embed = payload["embeds"][0]
    rows = "".join(
        f"<discord-action-row>{''.join(button(part) for part in row['components'])}</discord-action-row>"
        for row in payload["components"]
    )
    return f"""<!doctype html><meta charset="utf-8"><script type="module" src="discord.js"></script>
<style>body {{ margin: 0; width: 760px; overflow: hidden }} discord-messages {{ border: 0 }}</style>
<discord-messages>
<discord-message author="kotae" bot avatar="{avatar("答")}">
<discord-command slot="reply" author="花子" command="/質問" avatar="{avatar("花")}"></discord-command>
<discord-embed slot="embeds" color="#{embed["color"]:06x}" embed-title="{html.escape(plain(embed["title"]))}">
<discord-embed-description slot="description">{markdown(embed["description"])}</discord-embed-description>
<discord-embed-footer slot="footer">{html.escape(embed["footer"]["text"])}</discord-embed-footer>
</discord-embed>
<discord-attachments slot="components">{rows}</discord-attachments>
</discord-message>
</discord-messages>"""


def avatar(character: str) -> str:
    """A picture of one character."""
    return (
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 40 40'%3E"
        "%3Crect width='40' height='40' fill='%232e7d32'/%3E"
        f"%3Ctext x='20' y='28' font-size='22' fill='white' text-anchor='middle'%3E{character}%3C/text%3E%3C/svg%3E"
    )


def button(part: dict[str, Any]) -> str:
    """A button's element."""
    disabled = " disabled" if part.get("disabled") else ""
    label = f"{(part.get('emoji') or {}).get('name', '')} {part.get('label') or ''}".strip()
    return f'<discord-button type="secondary"{disabled}>{html.escape(label)}</discord-button>'


def markdown(text: str) -> str:
    """The Markdown that the bot uses, as elements."""
    quoted = [line.removeprefix("> ") for line in text.split("\n") if line.startswith("> ")]
    rest = [line for line in text.split("\n") if line and not line.startswith("> ")]
    return f"<discord-quote>{'<br>'.join(map(inline, quoted))}</discord-quote><br>{'<br>'.join(map(inline, rest))}"


def inline(text: str) -> str:
    """Bold as an element, what is escaped as it is."""
    return plain(re.sub(r"\*\*(.+?)\*\*", r"<discord-bold>\1</discord-bold>", html.escape(text)))


def plain(text: str) -> str:
    """Text without the backslashes that escape Markdown."""
    return re.sub(r"\\(.)", r"\1", text.replace("\u200b", ""))


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(asyncio.run(answer_payload())), encoding="utf-8")
