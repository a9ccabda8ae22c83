"""Takes pictures of the page as it is: an answer in the light, and with --all the other pages and how they look elsewhere.

`make page-picture` runs it; it needs Chromium, and fonts with Japanese.
"""

from __future__ import annotations

import sys
from collections import Counter
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.knowledge import add
from bot.settings import Settings
from bot.web.app import create_app
from bot.web.services import Services
from index.intake.intake import Intake
from index.progress import no_progress
from index.search.knowledge import Knowledge
from index.store.access_tokens import AccessTokens
from index.store.discord.guilds import Guilds
from index.store.discord.unanswered_questions import Asking, UnansweredQuestions
from index.store.question_counts import Asked, QuestionCounts
from index.store.store import Store
from tests.bot.conftest import HANDBOOK
from tests.bot.web.page.browsing import chromium, listening
from tests.knowledge import real_encoder
from tests.stores import new_store

QUESTIONS = ["有給休暇は何日もらえる？", "半日でも取れる？"]
UNANSWERED = {
    "駐車場はどこにありますか？": 4,
    "来客用の駐車場はある？": 2,
    "車はどこに停められる？": 1,
    "健康診断はいつ？": 3,
    "健診の日程は？": 1,
    "忘年会の会場は？": 1,
    "在宅勤務の手当はいくら？": 1,
}


def fill(store: Store, folder: Path) -> None:
    """A handbook, and what people asked of it."""
    file = folder / "就業の手引き.md"
    file.write_text(HANDBOOK, encoding="utf-8")
    with Intake(store) as intake:
        add(store, intake, file, no_progress, sync=False)
    for question, people in UNANSWERED.items():
        for person in range(people):
            UnansweredQuestions(store).record(0, question, Asking(person=person + 1))
    counts: Counter[Asked] = Counter()
    for ago in range(30):
        day = (datetime.now(UTC) - timedelta(days=ago)).date()
        if day.weekday() < 5:
            counts[Asked("serve", 0, 0, day.isoformat(), "sure")] = 9 + (ago * 7) % 8
            counts[Asked("serve", 0, 0, day.isoformat(), "possible")] = 3 + (ago * 5) % 4
            counts[Asked("serve", 0, 0, day.isoformat(), "none")] = 1 + (ago * 3) % 5
    QuestionCounts(store).add(counts)
    for vote in range(23):
        Guilds(store).record_feedback(None, "有給休暇は？", "0123456789ab", helpful=vote % 6 > 0)


def take(page: Any, address: str, token: str, folder: Path, name: str) -> None:
    """Pictures of all pages in one look."""
    page.goto(address)
    page.screenshot(path=folder / f"{name}-sign-in.png")
    page.get_by_label("トークン").fill(token)
    page.keyboard.press("Enter")
    page.screenshot(path=folder / f"{name}-home.png")
    for question in QUESTIONS:
        page.get_by_role("textbox").fill(question)
        page.keyboard.press("Enter")
        page.wait_for_selector("#answer")
    page.screenshot(path=folder / f"{name}-answer.png", full_page=True)
    page.get_by_text("前後を読む").first.click()
    page.screenshot(path=folder / f"{name}-around.png", full_page=True)
    page.get_by_role("textbox").fill("社員食堂のメニューは？")
    page.keyboard.press("Enter")
    page.screenshot(path=folder / f"{name}-none.png", full_page=True)
    page.goto(f"{address}/operators")
    page.screenshot(path=folder / f"{name}-operators.png", full_page=True)
    page.go_back()
    page.get_by_role("link", name="この箇所へのリンク").first.click()
    page.screenshot(path=folder / f"{name}-passage.png", full_page=True)


def main(folder: Path | None) -> None:
    """Take the picture of the README, or all into a folder."""
    with TemporaryDirectory() as temporary, closing(new_store(Path(temporary))) as store:
        fill(store, Path(temporary))
        _, token = AccessTokens(store).create("佐藤", is_operator=True)
        with (
            closing(Knowledge.open(store, encoder=real_encoder())) as knowledge,
            closing(Services(Settings(), knowledge)) as services,
            listening(create_app(services)) as address,
            chromium() as browser,
        ):
            looks: dict[str, dict[str, Any]] = {
                "light": {"viewport": {"width": 760, "height": 620}},
                "dark": {"viewport": {"width": 760, "height": 620}, "color_scheme": "dark"},
                "phone": {"viewport": {"width": 375, "height": 700}, "device_scale_factor": 2},
            }
            for name, look in looks.items():
                with browser.new_context(locale="ja-JP", **look) as context:
                    take(context.new_page(), address, token, folder, name)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
