from pathlib import Path

import pytest

from index.audience import GUILD, Audience
from index.meaning.vector_index import VectorIndex
from index.query.question import Question
from index.ranking import choice
from index.ranking.engine import Engine
from index.ranking.memory.engine import MemoryEngine
from index.ranking.postings.engine import PostingsEngine
from index.reranking.confidence import FEATURES, features_of, first_of
from index.reranking.lacking_words import NOTHING_KNOWN
from index.reranking.nearness import UNKNOWN
from index.reranking.reranker import DEPTH, Reranked
from index.search.knowledge import Knowledge
from index.search.library import Library
from index.types import Result
from tests.index.examples import library, passage
from tests.index.meaning.examples import Bigrams
from tests.knowledge import library_of
from tests.stores import document, new_store, put

INVESTMENT = "Microsoft は 2019 年 7 月に OpenAI へ 10 億ドルを投資した。契約は長い。"
OFFICE = "GitHub の本社はサンフランシスコにある。社員は三千人である。"
SPEECH = "ナデラ氏は人工知能が重要だと述べた。"


def found(result: Result) -> list[str]:
    """The ids of the passages found, best first."""
    return [hit.passage.id for hit in result.hits]


def lacks_kind(one: Library, question: str) -> float:
    """Whether the first passage lacks what the question word asks for, which makes less sure of it."""
    query, _, (first, *_) = one.candidates(Question(question))
    values = features_of(query, first_of([Reranked(0, 0.0, {}, first)], one.engine.size, NOTHING_KNOWN))
    return dict(zip(FEATURES, values, strict=True))["lacks_kind"]


def by_meaning(*texts: str) -> Library:
    """A library of the texts, with an encoder for which texts are near that share pairs of characters."""
    return library_of([passage(text, str(place)) for place, text in enumerate(texts)], encoder=Bigrams())


def test_an_empty_library_answers_nothing() -> None:
    """Without passages there is a result without hits."""
    assert library_of([]).search(Question("誰が投資した？"), 3) == ((), 0.0, "none")


@pytest.mark.parametrize(("largest", "engine"), [(2, MemoryEngine), (1, PostingsEngine)])
def test_the_number_of_passages_decides_on_the_engine(
    monkeypatch: pytest.MonkeyPatch, largest: int, engine: type[Engine]
) -> None:
    """Up to the largest number that suits it, the engine in memory ranks; the answers are the same."""
    expected = library(INVESTMENT, OFFICE).search(Question("いくら投資しましたか"), 3)
    monkeypatch.setattr(choice, "LARGEST_IN_MEMORY", largest)
    small = library(INVESTMENT, OFFICE)
    assert type(small.engine) is engine
    assert small.search(Question("いくら投資しましたか"), 3) == expected


@pytest.mark.parametrize("count", [1, 2, 3])
def test_the_smallest_libraries_answer(count: int) -> None:
    """With one passage or two, a question about it is answered and one about something else is not."""
    small = library(*[INVESTMENT, OFFICE, SPEECH][:count])
    answered = small.search(Question("いくら投資しましたか"), 3)
    assert (found(answered), answered.answered) == (["0"], True)
    assert small.search(Question("富士山の高さは？"), 3) == ((), 0.0, "none")


@pytest.mark.parametrize(
    ("question", "identity", "sentence"),
    [
        ("OpenAIへの投資はいつですか", "0", "Microsoft は 2019 年 7 月に OpenAI へ 10 億ドルを投資した。"),
        ("マイクロソフトは幾ら投資した？", "0", "Microsoft は 2019 年 7 月に OpenAI へ 10 億ドルを投資した。"),
        ("オープンエーアイとは", "0", "Microsoft は 2019 年 7 月に OpenAI へ 10 億ドルを投資した。"),
        ("十億ドル", "0", "Microsoft は 2019 年 7 月に OpenAI へ 10 億ドルを投資した。"),
        ("ギットハブの本社はどこ？", "1", "GitHub の本社はサンフランシスコにある。"),
        ("社員について教えてください", "1", "社員は三千人である。"),
        ("Nadellaとは", "2", SPEECH),
        ("ナデラは誰ですか", "2", SPEECH),
    ],
)
def test_questions_find_passage_and_sentence(question: str, identity: str, sentence: str) -> None:
    """The first hit is the passage that answers, in whichever script, with the sentence that does."""
    result = library(INVESTMENT, OFFICE, SPEECH).search(Question(question), 3)
    assert result.answered
    assert (result.hits[0].passage.id, result.hits[0].sentence) == (identity, sentence)


@pytest.mark.parametrize("question", ["", "教えてください", "？", "何ですか"])
def test_a_question_about_nothing_is_not_answered(question: str) -> None:
    """A question without content finds no answer, and is no error."""
    assert not library(INVESTMENT, OFFICE).search(Question(question), 3).answered


def test_hits_are_numbered_and_explained() -> None:
    """Ranks count from 1, scores fall, and the shares of each hit sum up to its score."""
    hits = library(INVESTMENT, OFFICE, SPEECH, "投資と契約の話。").search(Question("投資の契約"), 3).hits
    assert [hit.rank for hit in hits] == [1, 2]
    assert hits[0].score >= hits[1].score > 0
    assert [sum(share.score for share in hit.shares) for hit in hits] == pytest.approx([hit.score for hit in hits])


def test_no_more_hits_than_asked_for_and_none_that_is_not_wanted() -> None:
    """The limit holds, and passages that are not wanted leave their place to the next."""
    many = library("投資の話。", "投資の話だ。", "投資の話である。", "別件。")
    every = found(many.search(Question("投資の話"), 3))
    assert len(every) == 3
    assert found(many.search(Question("投資の話"), 2)) == every[:2]
    assert found(many.search(Question("投資の話"), 2, without=every[:1])) == every[1:]
    numbers = [many.collection.number_of(one) or 0 for one in ("1", "2")]
    assert found(many.search(Question("投資の話"), 2, among=numbers)) == ["1", "2"]
    assert many.search(Question("投資の話"), 2, among=[]) == ((), 0.0, "none")


def test_what_is_below_the_depth_comes_after_in_the_engines_order() -> None:
    """Only so many are ranked again, however good the others are; those are hits all the same."""
    texts = [f"投資の話{'。別件' * place}。" for place in range(DEPTH + 5)]
    many = library(*texts)
    question = Question("投資の話")
    in_order = [str(one.position - 1) for one in many.engine.rank(question.terms, len(texts))]
    ids = found(many.search(question, len(texts)))
    assert sorted(ids[:DEPTH]) == sorted(in_order[:DEPTH])
    assert ids[DEPTH:] == in_order[DEPTH:]
    assert set(found(many.search(question, 3, without=in_order[:DEPTH]))) <= {*in_order[DEPTH:]}


def test_what_shares_no_word_is_found_by_its_meaning() -> None:
    """It is a hit beside what shares words, explained to the last share; without an encoder there is none of it."""
    texts, question = ("投資の話。", "メラミン。"), Question("カメラ")
    assert found(library(*texts).search(question, 3)) == []
    hits = by_meaning(*texts).search(question, 3).hits
    assert [hit.passage.id for hit in hits] == ["1", "0"]
    assert all(any(share.term == "nearest_sentence" for share in hit.shares) for hit in hits)
    assert [sum(share.score for share in hit.shares) for hit in hits] == pytest.approx([hit.score for hit in hits])


def test_candidates_are_those_with_the_words_and_those_near_in_meaning() -> None:
    """The deepest of either kind is among them; one that is both is one candidate."""
    shares_words = [f"投資{'。別件' * (place + 9)}。" for place in range(DEPTH)]
    near = ["資の目"] * DEPTH
    _, passages, candidates = by_meaning(*shares_words, *near).candidates(Question("投資の目的"))
    ids = [one.id for one in passages]
    assert set(ids) == {str(place) for place in range(2 * DEPTH)}
    assert len(ids) == len(candidates) == len(set(ids))
    assert all(len(one.nearness.sentences) == len(one.match.sentences) for one in candidates)


@pytest.mark.parametrize("kind", ["投資の目的は？", "資の目"], ids=["shares words", "only near"])
def test_what_is_not_wanted_is_no_hit_of_either_kind(kind: str) -> None:
    """Neither by its words nor by its meaning; others take its place."""
    many = by_meaning(*[f"投資の目的{mark}だ。" for mark in "甲乙丙"], *[f"資の目{mark}だ。" for mark in "甲乙丙"])
    ids = set(found(many.search(Question(kind), 6)))
    assert ids == set("012345")
    assert set(found(many.search(Question(kind), 6, without=["0", "3"]))) == ids - {"0", "3"}
    assert set(found(many.without(["0", "3"]).search(Question(kind), 6))) == ids - {"0", "3"}
    numbers = [many.collection.number_of(one) or 0 for one in ("1", "4")]
    assert set(found(many.search(Question(kind), 6, among=numbers))) == {"1", "4"}
    assert many.search(Question(kind), 6, among=[]) == ((), 0.0, "none")


def test_the_nearest_among_some_is_found_however_many_others_are_nearer() -> None:
    """As where a question goes on in one document."""
    many = by_meaning(*["資の目だ。"] * (DEPTH + 5), "別の話だ。")
    last = many.collection.number_of(str(DEPTH + 5)) or 0
    assert found(many.search(Question("資の目"), 1, among=[last])) == [str(DEPTH + 5)]


def test_what_may_not_be_read_is_no_candidate(tmp_path: Path) -> None:
    """The answer is, to the last digit, that of a store without it, by words and by meaning alike."""
    mixed, without = new_store(tmp_path), new_store(tmp_path, "without.db")
    put(
        mixed,
        "私",
        document("secret.md", "投資の目的は買収です", "資の目", title="秘密"),
        audience=Audience(GUILD, 1),
    )
    for store in (mixed, without):
        put(store, "公", document("a.md", "投資の目的は開発です", "休みは十日です", "資の話", title="公開"))
    results = []
    for store in (mixed, without):
        readable = Knowledge.open(store, encoder=Bigrams()).library(lambda audience: audience.kind != GUILD)
        _, passages, _ = readable.candidates(Question("投資の目的は？"))
        assert [one.title for one in passages] == ["公開"] * 3
        result = readable.search(Question("投資の目的は？"), 9)
        results.append((result.confidence, [(hit.passage.text, hit.score) for hit in result.hits]))
    assert results[0] == results[1]


def test_passages_whose_vectors_are_missing_still_rank() -> None:
    """As while what somebody adds is being encoded: they are found by their words."""
    texts = "投資の目的は開発だ。", "資の目だ。", "別の話。"
    many = by_meaning(*texts)
    assert many.vectors is not None
    nothing = VectorIndex(Bigrams().dimensions).within(None)
    many.vectors = many.vectors._replace(view=nothing)
    result = many.search(Question("投資の目的は？"), 3)
    assert found(result)[:1] == ["0"]
    _, _, candidates = many.candidates(Question("投資の目的は？"))
    assert {one.nearness for one in candidates} == {UNKNOWN}
    assert many.mark(Question("投資の目的は？"), result.hits[0].passage) == "投資の目的は開発だ。"


def test_earlier_words_bend_the_search() -> None:
    """Words from the questions before find what the question alone leaves open."""
    offices = library("GitHub の本社は東京にある。", "Azure の本社は大阪にある。", "他の会社の話。")
    assert found(offices.search(Question("本社はどこ？").with_earlier("Azure"), 1)) == ["1"]
    assert found(offices.search(Question("本社はどこ？").with_earlier("GitHub"), 1)) == ["0"]


@pytest.mark.parametrize(
    ("question", "identity"),
    [("Azureの方針", "heading"), ("鈴木一郎", "speaker"), ("記者", "role"), ("白書", "title"), ("年報", "plain")],
)
def test_a_passage_is_found_by_what_it_stands_under(question: str, identity: str) -> None:
    """Heading, speaker, role and title are searched with the text."""
    passages = [
        passage("計画を述べた。", "plain", title="年報"),
        passage("計画を述べた。", "heading", title="年報GitHub", heading="Azureの方針"),
        passage("計画を述べた。", "speaker", title="年報", speaker="鈴木一郎"),
        passage("計画を述べた。", "role", title="年報", speaker="佐藤", role="記者"),
        passage("計画を述べた。", "title", title="白書"),
    ]
    assert found(library_of(passages).search(Question(question), 1)) == [identity]


def test_the_parts_of_what_stands_above_do_not_run_together() -> None:
    """A heading that ends, and a speaker who begins, in Latin letters are two words."""
    passages = [passage("計画を述べた。", "0", heading="Project Azure", speaker="Nadella"), passage("別の話。", "1")]
    assert found(library_of(passages).search(Question("アジュール"), 1)) == ["0"]


def test_a_title_tells_two_documents_apart() -> None:
    """With two titles each is searched."""
    passages = [passage("計画を述べた。", "0", title="年報"), passage("計画を述べた。", "1", title="白書")]
    assert found(library_of(passages).search(Question("白書"), 3)) == ["1"]


def test_a_title_of_all_passages_is_searched_too() -> None:
    """A document is found by its title, whether there are others or not; it tells none of its passages from another."""
    texts = "計画を述べた。", "予算を述べた。"
    passages = [passage(text, str(number), title="年報") for number, text in enumerate(texts)]
    first, second = library_of(passages).search(Question("年報"), 3).hits
    assert (first.passage.id, second.passage.id) == ("0", "1")
    assert first.score == second.score


@pytest.mark.parametrize(
    ("question", "with_kind", "without_kind"),
    [
        ("会社はいつ投資しましたか", "会社は去年の7月に投資した。", "会社は突然に投資した。"),
        ("会社はいくら投資しましたか", "会社は10億ドルを投資した。", "会社は巨額を投資した。"),
        ("会社の誰が投資しましたか", "会社の鈴木が投資した。", "会社の部署が投資した。"),
    ],
)
def test_a_passage_without_the_wanted_kind_is_less_sure(question: str, with_kind: str, without_kind: str) -> None:
    """Where a date, a number or a person is asked for, a passage that has one is surer than one that has none."""
    assert [lacks_kind(library(text), question) for text in (with_kind, without_kind)] == [0.0, 1.0]


def test_a_place_need_not_be_one_that_the_dictionary_knows() -> None:
    """Where a place is asked for, an answer is about as sure without a word that the dictionary has for a place."""
    known, unknown = library("本社は東京にある。"), library("本社は駅前にある。")
    question = "本社はどこにありますか"
    assert known.search(Question(question), 1).confidence == pytest.approx(
        unknown.search(Question(question), 1).confidence, abs=0.01
    )


def test_a_quotations_speaker_answers_who() -> None:
    """Who said it is an answer to who, though the words do not name them; their role alone is none."""
    question = "誰が投資を批判しましたか"
    named = library_of([passage("投資を批判したい。", speaker="鈴木一郎")])
    nobody = library_of([passage("投資を批判したい。", role="会社の代表")])
    assert [lacks_kind(one, question) for one in (named, nobody)] == [0.0, 1.0]


@pytest.mark.parametrize("asked", ["意見", "コメント", "発言", "見解"])
def test_what_somebody_says_is_their_opinion(asked: str) -> None:
    """A quotation answers what its speaker's opinion is, though it does not call itself one."""
    question = Question(f"鈴木さんの{asked}は？")
    by_them = library_of([passage("投資をやめたい。", "a", speaker="鈴木一郎"), passage("天気がよい。", "b")])
    of_them = library_of([passage("投資をやめたい。", "a", heading="鈴木一郎"), passage("天気がよい。", "b")])
    assert by_them.search(question, 1).confidence > of_them.search(question, 1).confidence


@pytest.mark.parametrize(
    ("word", "known"),
    [
        ("GitHub", True),
        ("ギットハブ", True),
        ("Nadella", True),
        ("ナデラ", True),
        ("本社", True),
        ("富士山", False),
        ("社長", False),
        ("Google", False),
        ("", False),
    ],
)
def test_a_word_is_known_in_either_script(word: str, known: bool) -> None:
    """A library knows the words of its passages, and their other spelling, and no others."""
    assert library(INVESTMENT, OFFICE, SPEECH).knows(word) is known


@pytest.mark.parametrize(("text", "share"), [("GitHub", 1.0), ("ギットハブの本社", 1.0), ("富士山", 0.0), ("", 0.0)])
def test_coverage_of_a_text_by_a_hit(text: str, share: float) -> None:
    """A hit's passage covers the words that it has, in either script."""
    offices = library(INVESTMENT, OFFICE)
    assert offices.covers(text, offices.search(Question("本社"), 1).hits[0]) == share


def test_half_of_equal_words_cover_half() -> None:
    """Of two words that are equally rare, one is a half."""
    pets = library("猫の話。", "犬の話。")
    assert pets.covers("猫、犬", pets.search(Question("猫"), 1).hits[0]) == pytest.approx(0.5)


def test_any_passage_can_be_marked() -> None:
    """The sentence that answers is marked in a passage, found or not."""
    offices = library(INVESTMENT, OFFICE)
    assert offices.mark(Question("社員は何人ですか"), list(offices.collection.all())[1]) == "社員は三千人である。"


def test_a_passage_is_had_by_its_id() -> None:
    """An id gives its passage; one that no passage has, or has any more, gives none."""
    offices = library(INVESTMENT, OFFICE)
    assert offices.passage("1") == list(offices.collection.all())[1]
    assert offices.passage("2") is None


@pytest.mark.parametrize(
    ("identity", "distance", "around"),
    [("2", 1, "123"), ("2", 9, "0123"), ("0", 1, "01"), ("3", 2, "123"), ("1", 0, "1")],
)
def test_what_stands_around_a_passage_is_of_its_document(identity: str, distance: int, around: str) -> None:
    """The passages before and after, as many as there are, but none of the next document."""
    passages = [passage("文。", str(number), title="甲" if number < 4 else "乙") for number in range(6)]
    documents = library_of(passages)
    assert [one.id for one in documents.around(passages[int(identity)], distance)] == list(around)
    assert [one.id for one in documents.around(passages[4])] == ["4", "5"]
    assert [one.id for one in documents.around(passages[2])] == ["1", "2", "3"]


HALL = [
    passage("次の予約がなければ、延長できます。", "a1", "体育館", "会議室"),
    passage("使う日の3か月前から予約できます。", "a2", "体育館", "会議室"),
    passage("火曜日は休みです。", "a3", "体育館", "プール"),
]
LOANS = [
    passage("期間は一度だけ、延長できます。", "b1", "手引き", "貸し出し"),
    passage("なくしたときは知らせてください。", "b2", "手引き", "貸し出し"),
]


@pytest.mark.parametrize(("shown", "first"), [("a2", "a1"), ("b2", "b1")])
def test_a_context_decides_between_passages_alike(shown: str, first: str) -> None:
    """The same question finds the passage of the document and section that were shown before."""
    both = library_of([*HALL, *LOANS])
    result = both.search(Question("延長できますか"), 3, context=both.context_of(shown))
    assert result.hits[0].passage.id == first
    for hit in result.hits:
        assert hit.score == pytest.approx(sum(share.score for share in hit.shares))


def test_a_context_does_not_make_surer() -> None:
    """How sure we are of a passage does not depend on whether it is of the context."""
    halls = library_of(HALL)
    question = Question("延長できますか")
    assert halls.search(question, 3, context=halls.context_of("a1")).confidence == halls.search(question, 3).confidence


def test_a_context_is_looked_at_however_many_others_there_are() -> None:
    """Passages of the context are among the candidates, also where the engine ranks more than are looked at higher."""
    others = [passage(f"延長、延長、また延長。{number}回目の延長。", f"c{number}", "他") for number in range(30)]
    many = library_of([*others, *LOANS])
    assert "b1" not in found(many.search(Question("延長"), 20))
    assert "b1" in found(many.search(Question("延長"), 20, context=many.context_of("b2")))


def test_a_context_is_no_way_around_what_is_left_out() -> None:
    """What was hidden, left out or is not among those asked for is no hit, of the context or not."""
    both = library_of([*HALL, *LOANS])
    context, question = both.context_of("b2"), Question("延長できますか")
    assert "b1" not in found(both.search(question, 9, without={"b1"}, context=context))
    assert "b1" not in found(both.without({"b1"}).search(question, 9, context=context))
    assert found(both.search(question, 9, among=both.collection.titled({"体育館"}), context=context))[0] == "a1"
    assert both.without({"b2"}).context_of("b2") is None
    assert both.said_in(["知らせる"], "b2") == ["知らせる"]
    assert both.without({"b2"}).said_in(["知らせる"], "b2") == []
    assert both.context_of("zz") is None


@pytest.mark.parametrize(
    ("question", "sentence"),
    [
        ("雑誌は？", "雑誌は1週間だ。"),
        ("ピアノは使える？", "ピアノの料金は別だ。"),
        ("何冊？", "本は10冊まで図書館で借りられる。"),
    ],
)
def test_a_follow_up_is_marked_by_its_own_words(question: str, sentence: str) -> None:
    """Not by those that it takes, unless the passage has none of its own."""
    shelves = library("本は10冊まで図書館で借りられる。雑誌は1週間だ。ピアノの料金は別だ。")
    hit = shelves.search(Question(question).with_earlier("図書館、本"), 1).hits[0]
    assert hit.sentence == sentence


def test_what_a_passage_says_in_a_synonym_it_says() -> None:
    """Of a word of several parts half has to be there."""
    text = "家賃は会社が負担する。"
    offices = library(text)
    hit = offices.search(Question("家賃"), 1).hits[0]
    assert offices.said_in(["家賃", "賃料", "猫", "会社"], hit.passage.id) == ["家賃", "賃料", "会社"]
