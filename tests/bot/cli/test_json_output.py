from __future__ import annotations

import json
import re
from typing import Any

import pytest

from bot.answerer import Answerer
from bot.cli.json_output import answer_json
from index.search.library import Library
from tests.bot.examples import HIT, PASSAGE, answer
from tests.conftest import Program

KEYS = ["question", "answered", "certainty", "confidence", "hits"]
HIT_KEYS = ["rank", "score", "passage_id", "text", "sentence", "attribution", "duplicates", "pinned"]
DATES = ["date", "changed", "needs_review_since"]
ATTRIBUTION_KEYS = ["title", "heading", "page", "paragraph", "speaker", "role", "source", "url", *DATES]
TERM_KEYS = ["word", "term", "view", "weight", "score"]


CHANGED = r'"changed":\s*"[^"]+"'


def parse(line: str) -> Any:
    """A line as JSON; there must be just one."""
    assert line.count("\n") == 1
    assert line.endswith("\n")
    return json.loads(line)


def test_answer_made_by_hand() -> None:
    """Every value of the contract comes from its place in the answer, numbers to four decimals."""
    assert json.loads(answer_json(answer(HIT))) == {
        "question": "研修の費用は？",
        "answered": True,
        "certainty": "sure",
        "confidence": 0.9123,
        "hits": [
            {
                "rank": 1,
                "score": 2.2376,
                "passage_id": "0123456789ab",
                "text": "会場は大阪です。費用は会社が負担します。",
                "sentence": "費用は会社が負担します。",
                "attribution": {
                    "title": "就業の手引き",
                    "heading": "研修",
                    "page": None,
                    "paragraph": 7,
                    "speaker": "鈴木さん",
                    "role": "開発部",
                    "source": "総務部",
                    "url": "https://example.com/handbook",
                    "date": None,
                    "changed": None,
                    "needs_review_since": None,
                },
                "duplicates": [],
                "pinned": False,
            }
        ],
    }


def test_explained_answer_has_terms() -> None:
    """With explain each hit also has its terms."""
    explained = json.loads(answer_json(answer(HIT), explain=True))
    assert explained["hits"][0].pop("terms") == [
        {"word": "費", "term": "費", "view": "kanji", "weight": 0.5, "score": 0.25},
        {"word": "費用", "term": "費用", "view": "lemma", "weight": 1.0, "score": 1.9876},
    ]
    assert explained == json.loads(answer_json(answer(HIT)))


def test_duplicates_have_their_ids_and_attributions() -> None:
    """Each other place of a text is told as the first one is."""
    hit = HIT._replace(duplicates=(PASSAGE._replace(id="ba9876543210", title="案内", date="2026-11-20"),))
    (duplicate,) = json.loads(answer_json(answer(hit)))["hits"][0]["duplicates"]
    assert duplicate["passage_id"] == "ba9876543210"
    assert list(duplicate["attribution"]) == ATTRIBUTION_KEYS
    assert (duplicate["attribution"]["title"], duplicate["attribution"]["date"]) == ("案内", "2026-11-20")


def test_unknown_values_are_null() -> None:
    """What is not known of a passage is null, not left out, and nothing found is an empty list."""
    hit = HIT._replace(passage=PASSAGE._replace(speaker=None, role=None, url=None))
    attribution = json.loads(answer_json(answer(hit)))["hits"][0]["attribution"]
    assert list(attribution) == ATTRIBUTION_KEYS
    assert [key for key, value in attribution.items() if value is None] == ["page", "speaker", "role", "url", *DATES]
    assert json.loads(answer_json(answer(certainty="none")))["hits"] == []


@pytest.mark.parametrize("text", ["一行目\n二行目", '「引用」\\と"印"', "\u2028🎉\t", "</script>@everyone"])
def test_any_text_is_one_line(text: str) -> None:
    """Line feeds and quotation marks in a passage keep to the one line and come back as they were."""
    line = answer_json(answer(HIT._replace(passage=PASSAGE._replace(text=text), sentence=text)))
    assert "\n" not in line
    assert json.loads(line)["hits"][0]["text"] == text


@pytest.mark.parametrize(
    ("question", "answered"),
    [
        ("ナデラ氏はAIについて何と言った？", True),
        ("OpenAIの従業員は何人？", False),
        ("ロビン・スローンの意見は？", True),
    ],
)
def test_contract(program: Program, question: str, answered: bool) -> None:
    """`ask --json` prints one line with the keys of the contract; a refused question has its nearest passages too."""
    result = program.call("ask", "--json", question)
    content = parse(result.stdout)
    assert result.returncode == (0 if answered else 1)
    assert list(content) == KEYS
    assert content["question"] == question
    assert content["answered"] is answered
    assert (content["confidence"] >= 0.5) is answered
    assert [hit["rank"] for hit in content["hits"]] == [1, 2, 3]
    for hit in content["hits"]:
        assert list(hit) == HIT_KEYS
        assert list(hit["attribution"]) == ATTRIBUTION_KEYS
        assert hit["sentence"] in hit["text"]
        assert len(hit["passage_id"]) == 12
    scores = [hit["score"] for hit in content["hits"]]
    assert scores == sorted(scores, reverse=True)


def test_nothing_in_common_has_no_hits(program: Program) -> None:
    """A question that shares no word with any passage has no hits."""
    content = parse(program.call("ask", "--json", "ペンギンは飛べますか").stdout)
    assert content == {
        "question": "ペンギンは飛べますか",
        "answered": False,
        "certainty": "none",
        "confidence": 0.0,
        "hits": [],
    }


def test_explain_in_json(program: Program) -> None:
    """With --explain each hit has terms whose scores add up to its own."""
    content = parse(program.call("ask", "--json", "--explain", "GitHubを買収したのは？").stdout)
    for hit in content["hits"]:
        assert list(hit) == [*HIT_KEYS, "terms"]
        assert all(list(term) == TERM_KEYS for term in hit["terms"])
        assert sum(term["score"] for term in hit["terms"]) == pytest.approx(hit["score"], abs=0.01)


def test_same_as_in_process(program: Program, article: Library) -> None:
    """The process prints what the answerer answers, with a cache and without one."""
    question = "GPT-2は何が優れていた？"
    expected = answer_json(Answerer(article).ask(question, 5))
    printed = [
        program.run("ask", "--json", "--limit", "5", question, KOTAE_ENCODER="use", **changes).stdout
        for changes in ({"KOTAE_CACHE_DIR": "off"}, {}, {})
    ]
    # When it came into its store is another time.
    assert [re.sub(CHANGED, "", one) for one in printed] == [re.sub(CHANGED, "", expected) + "\n"] * 3
