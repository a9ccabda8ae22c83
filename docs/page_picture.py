"""Takes docs/page.png, the README's picture of the page: an answer in a window, and one on a phone in the dark.

`make page-picture` runs it; it needs Chromium, and fonts with Japanese.
"""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from playwright.sync_api import Browser

from bot.knowledge import add
from bot.settings import Settings
from bot.web.app import create_app
from bot.web.services import Services
from index.intake.intake import Intake
from index.progress import no_progress
from index.search.knowledge import Knowledge
from tests.bot.conftest import HANDBOOK
from tests.bot.web.page.browsing import chromium, listening
from tests.knowledge import real_encoder
from tests.stores import new_store

PICTURE = Path(__file__).with_name("page.png")
HEIGHT = 720
WINDOW: dict[str, Any] = {"viewport": {"width": 760, "height": HEIGHT}}
PHONE: dict[str, Any] = {"viewport": {"width": 375, "height": HEIGHT}, "color_scheme": "dark"}
SHARPNESS = 1.5


def asked(browser: Browser, address: str, questions: Sequence[str], look: dict[str, Any]) -> str:
    """The picture of the answer to the last of some questions, as the address of an image."""
    with browser.new_context(locale="ja-JP", device_scale_factor=SHARPNESS, **look) as context:
        page = context.new_page()
        page.goto(address)
        for question in questions:
            page.get_by_role("textbox").fill(question)
            page.get_by_role("button", name="聞く").click()
            page.get_by_role("heading", name=question).wait_for()
        page.evaluate("scrollTo(0, 0)")
        return f"data:image/png;base64,{b64encode(page.screenshot()).decode()}"


def draw(browser: Browser, address: str) -> None:
    """Both pictures beside each other."""
    window = asked(browser, address, ["有給休暇は何日もらえる？", "半日でも取れる？"], WINDOW)
    phone = asked(browser, address, ["鈴木さんは在宅勤務をどう思っている？"], PHONE)
    size = {"width": 1207, "height": HEIGHT + 50}
    with browser.new_context(viewport=size, device_scale_factor=SHARPNESS) as context:
        page = context.new_page()
        page.set_content(
            "<style>body { margin: 24px; display: flex; gap: 24px; background: #dcd7cb }"
            "img { border-radius: 10px; box-shadow: 0 1px 6px #0004 }</style>"
            f'<img width="760" src="{window}"><img width="375" src="{phone}">'
        )
        page.screenshot(path=PICTURE)


if __name__ == "__main__":
    with TemporaryDirectory() as folder, closing(new_store(Path(folder))) as store:
        handbook = Path(folder, "就業の手引き.md")
        handbook.write_text(HANDBOOK, encoding="utf-8")
        with Intake(store) as intake:
            add(store, intake, handbook, no_progress, sync=False)
        with (
            closing(Knowledge.open(store, encoder=real_encoder())) as knowledge,
            closing(Services(Settings(serve_public=True), knowledge)) as services,
            listening(create_app(services)) as address,
            chromium() as browser,
        ):
            draw(browser, address)
