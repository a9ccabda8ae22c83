from __future__ import annotations

import json
from dataclasses import asdict

import pytest

from bot.answerer import Answerer
from bot.json_contract import answer_result
from index.audience import GUILD, Audience
from index.store.discord.guilds import Guilds
from index.store.discord.pins import Pins
from index.store.discord.unanswered_questions import NO_GUILD, UnansweredQuestions
from tests.bot.web.conftest import GUILD_NUMBER, Serving

QUESTION = "有給休暇は何日？"


def test_an_answer_is_what_the_command_line_gives_with_the_conversation(serving: Serving) -> None:
    """The same fields with the same values, and what to send back with the next question."""
    with serving.everybody() as client:
        answered = client.post("/api/v1/ask", json={"question": QUESTION, "limit": 2}).json()
    asked = Answerer(serving.knowledge.library(sources=[serving.handbook])).ask(QUESTION, 2)
    expected = asdict(answer_result(asked))
    assert {name: answered[name] for name in expected} == json.loads(json.dumps(expected))
    assert answered.keys() - expected.keys() == {
        "earlier_words",
        "needs_words",
        "no_more",
        "courtesy",
        "conversation",
    }


def test_a_follow_up_question_takes_the_words_before_it(serving: Serving) -> None:
    """The client sends back the conversation as it came."""
    with serving.member() as client:
        first = client.post("/api/v1/ask", json={"question": QUESTION}).json()
        followed = client.post(
            "/api/v1/ask", json={"question": "申請はいつまで？", "conversation": first["conversation"]}
        ).json()
    assert "有給休暇" in followed["earlier_words"]
    assert "有給休暇の申請は前日までです。" in [hit["text"] for hit in followed["hits"]]


def test_what_moderators_pinned_comes_first_for_their_guild_alone(serving: Serving) -> None:
    """It is sure, and marked; whoever has no token of the guild is answered as if there were no pin."""
    passage = serving.passage_ids()["駐車場は五台分です。"]
    Pins(serving.store).pin(GUILD_NUMBER, 2, QUESTION, passage, Audience(GUILD, GUILD_NUMBER), 3)
    with serving.member() as member, serving.everybody() as other:
        pinned, usual = (client.post("/api/v1/ask", json={"question": QUESTION}).json() for client in (member, other))
    assert (pinned["certainty"], pinned["hits"][0]["passage_id"], pinned["hits"][0]["pinned"]) == (
        "sure",
        passage,
        True,
    )
    assert not any(hit["pinned"] or hit["passage_id"] == passage for hit in usual["hits"])


@pytest.mark.parametrize(
    ("question", "field", "value"), [("ありがとう", "courtesy", "thanks"), ("？", "needs_words", True)]
)
def test_what_is_no_question_is_told_apart(serving: Serving, question: str, field: str, value: object) -> None:
    """A program can say the right thing."""
    with serving.everybody() as client:
        answered = client.post("/api/v1/ask", json={"question": question}).json()
    assert (answered["certainty"], answered["hits"], answered[field]) == ("none", [], value)


def test_a_passage_comes_with_its_surroundings(serving: Serving) -> None:
    """In reading order, and as many as are asked for."""
    passage = serving.passage_ids()["会議室は三つあります。"]
    with serving.everybody() as client:
        found = client.get(f"/api/v1/passages/{passage}").json()
        alone = client.get(f"/api/v1/passages/{passage}?around=0").json()
    assert [one["text"] for one in found["around"]] == ["有給休暇は年に十日です。", "会議室は三つあります。"]
    assert (found["text"], found["attribution"]["title"]) == ("会議室は三つあります。", "handbook.md")
    assert [one["passage_id"] for one in alone["around"]] == [passage]


def test_what_may_not_be_read_is_as_if_it_were_not_there(serving: Serving) -> None:
    """One who asks for a passage of others gets the same as for one that there is not."""
    ids = serving.passage_ids()
    closed = ids["有給休暇は来年から二十日に増える予定です。"]
    with serving.member() as client:
        answers = [client.get(f"/api/v1/passages/{one}", headers={"X-Request-ID": "a"}) for one in (closed, "0" * 12)]
        vote = {"question": QUESTION, "passage_id": closed, "helpful": True}
        assert client.post("/api/v1/feedback", json=vote).status_code == 404
    assert {answer.status_code for answer in answers} == {404}
    assert answers[0].content == answers[1].content
    with serving.reader(serving.minutes) as reader:
        assert reader.get(f"/api/v1/passages/{closed}").status_code == 200


def test_sources_are_those_that_one_is_answered_from(serving: Serving) -> None:
    """By name, without the way to them on the machine."""
    for client, names in (
        (serving.everybody(), ["handbook"]),
        (serving.member(), ["handbook", "notes"]),
        (serving.reader(serving.minutes, serving.handbook), ["handbook", "minutes"]),
        (serving.reader(), []),
    ):
        with client:
            found = client.get("/api/v1/sources")
        assert [one["name"] for one in found.json()["sources"]] == names
        assert "規程" not in found.text


def test_what_moderators_have_hidden_is_hidden_from_the_tokens_of_their_guild(serving: Serving) -> None:
    """Also from a token for a source of that guild, but not from one for everybody."""
    ids = serving.passage_ids()
    hidden = {ids["有給休暇は年に十日です。"], ids["有給休暇は来年から二十日に増える予定です。"]}
    for passage in hidden:
        Guilds(serving.store).hide(GUILD_NUMBER, passage)
    for client in (serving.member(), serving.reader(serving.minutes, serving.handbook)):
        with client:
            hits = client.post("/api/v1/ask", json={"question": QUESTION}).json()["hits"]
            assert not hidden & {hit["passage_id"] for hit in hits}
            assert {client.get(f"/api/v1/passages/{one}").status_code for one in hidden} == {404}
    with serving.everybody() as client:
        assert client.get(f"/api/v1/passages/{ids['有給休暇は年に十日です。']}").status_code == 200


def test_a_vote_is_counted_for_the_guild_of_the_token(serving: Serving) -> None:
    """It answers with nothing."""
    passage = serving.passage_ids()["駐車場は五台分です。"]
    with serving.member() as client:
        given = client.post(
            "/api/v1/feedback", json={"question": "駐車場は？", "passage_id": passage, "helpful": False}
        )
    assert (given.status_code, given.content) == (204, b"")
    (vote,) = Guilds(serving.store).feedback(GUILD_NUMBER)
    assert (vote.question, vote.passage, vote.helpful) == ("駐車場は？", passage, False)


def test_a_vote_with_a_token_for_some_sources_is_in_nobodys_totals(serving: Serving) -> None:
    """Neither in those of the guild whose source it is, nor in those outside of all guilds."""
    passage = serving.passage_ids()["駐車場は五台分です。"]
    vote = {"question": "駐車場は？", "passage_id": passage, "helpful": True}
    with serving.reader(serving.notes) as client:
        assert client.post("/api/v1/feedback", json=vote).status_code == 204
    assert [Guilds(serving.store).votes(guild, "") for guild in (0, GUILD_NUMBER)] == [(0, 0), (0, 0)]


def test_questions_without_an_answer_are_for_operators(serving: Serving) -> None:
    """Each sees those of the guild of their token, or those of none."""
    questions = UnansweredQuestions(serving.store)
    questions.record(GUILD_NUMBER, "社員食堂はどこ？")
    questions.record(GUILD_NUMBER + 1, "隣の秘密は？")
    questions.record(NO_GUILD, "誰かの質問")
    for client, expected in (
        (serving.member(is_operator=True), ["社員食堂はどこ？"]),
        (serving.everybody(is_operator=True), ["誰かの質問"]),
    ):
        with client:
            found = client.get("/api/v1/unanswered-questions").json()["questions"]
        assert [one["question"] for one in found] == expected
    with serving.member() as client:
        assert client.get("/api/v1/unanswered-questions").status_code == 403


@pytest.mark.parametrize(("remember", "expected"), [(False, []), (True, ["社員食堂はどこにある？"])])
def test_what_found_no_answer_is_remembered_where_the_operator_says_so(
    serving: Serving, remember: bool, expected: list[str]
) -> None:
    """Of those with a token for a guild or for everybody; thanks are no question, and なぜ？ is none without what it follows."""
    serving.services.settings = serving.services.settings._replace(serve_remember=remember)
    for client in (serving.member(), serving.reader(serving.handbook)):
        with client:
            for question in ("社員食堂はどこにある？", "ありがとう", QUESTION):
                client.post("/api/v1/ask", json={"question": question})
            following = {"words": ["社員食堂", "富士山"]}
            asked = client.post("/api/v1/ask", json={"question": "なぜ？", "conversation": following}).json()
            assert (asked["needs_words"], asked["certainty"]) == (False, "none")
    assert [one.question for one in UnansweredQuestions(serving.store).all()] == expected


def test_nothing_listed_tells_how_much_else_there_is(serving: Serving) -> None:
    """A number of the store's would: there are sources and questions of others in between."""
    for guild in (2, GUILD_NUMBER):
        UnansweredQuestions(serving.store).record(guild, "社員食堂の営業時間は？")
    with serving.member(is_operator=True) as client:
        listed = client.get("/api/v1/sources").json()["sources"]
        listed += client.get("/api/v1/unanswered-questions").json()["questions"]
    assert len(listed) == 3
    assert not any("number" in one for one in listed)
