from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from index.errors import ContentDamaged
from index.search.knowledge import Knowledge
from index.store.discord.guilds import Guilds
from index.store.discord.unanswered_questions import Asking, UnansweredQuestions
from index.store.job_rows import FILE, NewJob
from index.store.jobs import Jobs
from index.store.question_counts import Asked, QuestionCounts
from tests.bot.web.conftest import GUILD_NUMBER, Serving
from tests.bot.web.page.test_page import signed_in
from tests.index.meaning.examples import Bigrams
from tests.stores import document, put

TODAY = datetime.now(UTC).date()


def test_an_operator_sees_how_it_answers(serving: Serving) -> None:
    """Questions by day and certainty, and votes, of the last thirty days."""
    counts: Counter[Asked] = Counter()
    for ago, sure, none in ((0, 7, 2), (29, 5, 0), (30, 1_000, 1_000)):
        day = (TODAY - timedelta(days=ago)).isoformat()
        counts |= {Asked("serve", 1, 0, day, "sure"): sure, Asked("discord", 1, 2, day, "none"): none}
    QuestionCounts(serving.store).add(counts)
    for helpful in (True, True, False):
        Guilds(serving.store).record_feedback(1, "有給休暇は？", "0123456789ab", helpful=helpful)
    with signed_in(serving, serving.tokens.create("a", "guild", 1, is_operator=True)[1]) as client:
        page = client.get("/operators").text
    figures = [line.partition("<dd>")[2].partition("<")[0] for line in page.splitlines() if "<dd>" in line]
    assert figures == ["14", "12", "0", "2", "2", "1"]
    assert f'datetime="{TODAY}">{TODAY.isoformat()[5:]}</time></th><td>7</td><td>0</td><td>2</td>' in page
    assert page.count("<rect") == 3


def test_questions_asked_here_are_counted_but_not_those_for_some_sources_alone(serving: Serving) -> None:
    """Nor what asks about nothing, and thanks."""
    with signed_in(serving, serving.tokens.create("a", "guild", 1)[1]) as client:
        for question in ("有給休暇は何日？", "食堂はどこ？", "ありがとう", "それは？"):
            client.post("/", data={"question": question})
    with signed_in(serving, serving.tokens.create("b", "sources", sources=[serving.handbook])[1]) as client:
        client.post("/", data={"question": "有給休暇は何日？"})
    serving.services.counter.write()
    day = TODAY.isoformat()
    found = QuestionCounts(serving.store).by_day(day, day)
    assert [tuple(one) for one in found] == [(day, "none", 1), (day, "sure", 1)]
    assert found == QuestionCounts(serving.store).by_day(day, day, guild=1, front_end="serve")


@pytest.mark.parametrize("encoder", [None, Bigrams()])
def test_questions_without_an_answer_are_together_where_they_mean_the_same(
    serving: Serving, encoder: Bigrams | None
) -> None:
    """With how often they were asked, and the passages that come nearest; without an encoder each is alone."""
    unanswered = UnansweredQuestions(serving.store)
    for question, people in (("駐車場はある", 2), ("社員食堂の営業時間", 3), ("社員食堂の営業時間の変更", 2)):
        for person in range(people):
            unanswered.record(0, question, Asking(person=person + 1))
    serving.services.knowledge = Knowledge.open(serving.store, encoder=encoder)
    with signed_in(serving, serving.tokens.create("a", is_operator=True)[1]) as client:
        page = client.get("/operators").text
    headings = [line.partition('<h3 lang="ja">')[2].partition("<")[0] for line in page.splitlines() if "h3 l" in line]
    serving.services.knowledge.close()
    if encoder:
        assert headings == ["社員食堂の営業時間", "駐車場はある"]
        assert "似た質問 1件" in page
        assert "5回、最後は" in page
    else:
        assert headings == ["社員食堂の営業時間", "駐車場はある", "社員食堂の営業時間の変更"]
        assert "KOTAE_ENCODER" in page


def test_an_operator_sees_how_the_sources_are(serving: Serving) -> None:
    """How old, what waits or needs review, and what could not be read and why, without where it lies on the server."""
    serving.expire("2026-02-01T12:00:00+00:00")
    jobs = Jobs(serving.store)
    jobs.put(serving.handbook, [NewJob(FILE, f"{one}.pdf", f"/srv/secret/{one}.pdf", "", b"") for one in "ab"])
    broken = jobs.take()[0]
    jobs.fail(broken, ContentDamaged(path=broken.path, kind="PDF"), for_good=True)
    put(serving.store, "/規程/空の文書")
    put(serving.store, "/規程/今日", document("今日.md", "食堂は二階です", "売店は一階です"))
    with signed_in(serving, serving.tokens.create("a", is_operator=True)[1]) as client:
        page = client.get("/operators").text
    assert page.count('確認が必要（<span class="date">2026-02-01</span>から）') == 1
    assert "文書 1、箇所 2 · 今日変更" in page
    assert "処理待ち 1件" in page
    assert "読めなかったもの 1件" in page
    assert "a.pdf は PDF として読めません" in page
    assert "/srv/secret" not in page
    assert "空の文書" in page
    assert "読める箇所がありません" in page
    assert "notes" not in page


def test_a_long_question_is_shortened_where_it_is_listed(serving: Serving) -> None:
    """The page of its answer too has only its beginning as the title."""
    question = "社員食堂はどこにありますか" * 100
    UnansweredQuestions(serving.store).record(0, question)
    with signed_in(serving, serving.tokens.create("a", is_operator=True)[1]) as client:
        listed = client.get("/operators").text
        asked = client.post("/", data={"question": question}).text
    shortened = f"{question[:99]}…"
    assert f'<h3 lang="ja">{shortened}</h3>' in listed
    assert question not in listed
    assert f"<title>{shortened} – kotae</title>" in asked
    assert f'<h1 id="asked" lang="ja">{question}</h1>' in asked


def test_only_operators_see_it(serving: Serving) -> None:
    """Others are told so, and their pages do not name it."""
    with signed_in(serving, serving.tokens.create("a", "guild", GUILD_NUMBER)[1]) as client:
        assert client.get("/operators").status_code == 403
        assert "/operators" not in client.get("/").text
    of_sources = serving.tokens.create("b", "sources", sources=[serving.handbook], is_operator=True)[1]
    with signed_in(serving, of_sources) as client:
        assert client.get("/operators").status_code == 403


def test_a_question_that_is_answered_by_now_says_so(serving: Serving) -> None:
    """It was asked in vain before somebody wrote what answers it."""
    UnansweredQuestions(serving.store).record(0, "社員食堂はどこにありますか？")
    put(serving.store, "/規程/食堂", document("食堂.md", "社員食堂は二階にあります"))
    with signed_in(serving, serving.tokens.create("a", is_operator=True)[1]) as client:
        page = client.get("/operators").text
    assert "今は答えがあります" in page
    assert "社員食堂は二階にあります。" in page
