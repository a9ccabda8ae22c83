from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answerer import Answer, Answerer
from bot.conversation import NEW_CONVERSATION
from index.search.library import Library
from tests.index.examples import library, passage
from tests.knowledge import library_of, real_encoder

LIMIT = 3


def ask_all(library: Library, *questions: str) -> Answer:
    """The answer to the last of some questions, asked in one conversation."""
    answerer = Answerer(library)
    conversation = NEW_CONVERSATION
    for question in questions[:-1]:
        conversation = answerer.ask(question, LIMIT, conversation).conversation
    return answerer.ask(questions[-1], LIMIT, conversation)


WORK_RULES = (
    "在宅勤務は週3日まで認める。",
    "有給休暇は10日もらえる。",
    "在宅勤務ができる週にも、有給休暇は何日かもらえる。",
    "会議室は3階にある。",
    "社員証は総務が発行する。",
    "経費は月末に締める。",
)


def test_a_question_that_is_answered_alone_leaves_the_topic() -> None:
    """Words of the topic would lead to a passage that has them too, and does not answer."""
    answer = ask_all(library(*WORK_RULES), "在宅勤務は週何日できる？", "有給休暇は何日もらえる？")
    assert answer.result.answered
    assert answer.result.hits[0].passage.text == WORK_RULES[1]
    assert answer.earlier == ()


RULES_OF_A_HOUSE = (
    "会議室は9時から使える。土日は使えない。",
    "会議室の料金は1時間300円だ。",
    "廊下では走らないこと。人にぶつかるからだ。",
    "自転車は2台まで置ける。",
    "夜は8時に門を閉める。",
)


def test_words_pile_up_over_no_number_of_turns() -> None:
    """A follow-up takes what the passage shown before speaks of, not what else was asked on the way to it."""
    answer = ask_all(library(*RULES_OF_A_HOUSE), "会議室は何時から使える？", "土日は？", "料金は？", "いくら？")
    assert answer.earlier == ("会議室", "使える")
    assert answer.result.hits[0].passage.text == RULES_OF_A_HOUSE[1]


def test_a_subject_named_in_full_is_asked_about_alone() -> None:
    """A question about something of its own takes nothing from before, though one passage speaks of both."""
    texts = ("有給休暇は10日もらえる。", "通勤手当は月5万円まで。有給休暇の日も減らない。", *RULES_OF_A_HOUSE)
    answer = ask_all(library(*texts), "有給休暇は何日もらえる？", "通勤手当はいくら？")
    assert answer.earlier == ()
    assert answer.result.hits[0].passage.text == texts[1]


@pytest.fixture(scope="module")
def travels() -> Library:
    """Rules of travelling in English, and those of a library in Japanese."""
    texts = (
        "Hotels may cost up to 150 dollars per night. In London the limit is 250 dollars.",
        "The daily meal allowance is 60 dollars. Alcohol is not reimbursed.",
        "If you lose your passport, call the embassy first.",
        "本は1人10冊まで借りられます。",
        "自習室は2階にあります。",
    )
    return library_of([passage(text, str(place)) for place, text in enumerate(texts)], encoder=real_encoder())


@pytest.mark.parametrize(
    ("question", "certainty", "text"),
    [
        ("How much is the meal allowance?", "sure", "60 dollars"),
        ("What is the hotel limit?", "sure", "150 dollars"),
        ("I lost my passport, what should I do?", "sure", "embassy"),
        ("How many books can I borrow?", "possible", "10冊"),
    ],
)
def test_english_is_understood(travels: Library, question: str, certainty: str, text: str) -> None:
    """A question in English is answered from an English text, and has a Japanese one as a possible answer."""
    answer = Answerer(travels).ask(question, LIMIT)
    assert answer.result.certainty == certainty
    assert text in answer.result.hits[0].passage.text


@pytest.mark.parametrize("question", ["What is the meal allowance in Paris?", "How tall is Mount Fuji?"])
def test_what_no_text_tells_is_not_sure_in_english(travels: Library, question: str) -> None:
    """A name that is lacking tells one thing from another in English too."""
    assert not Answerer(travels).ask(question, LIMIT).result.answered


@pytest.mark.parametrize(
    ("question", "certainty"), [("廊下で走ってはいけない？", "sure"), ("自転車は何台置ける？", "possible")]
)
def test_why_is_sure_of_what_states_a_reason_alone(question: str, certainty: str) -> None:
    """What was shown before is only a possible answer to なぜ？ where it does not say why."""
    assert ask_all(library(*RULES_OF_A_HOUSE), question, "なぜ？").result.certainty == certainty


def test_why_is_answered_by_the_reason_beside_what_was_shown() -> None:
    """A reason in the next paragraph comes before the passage shown, which states none."""
    texts = ("展示会は大阪で開く。", "前は東京で開いたが、遠いと言われたので変えた。", *RULES_OF_A_HOUSE)
    answer = ask_all(library(*texts), "展示会はどこで開く？", "なぜ？")
    assert answer.result.hits[0].passage.text == texts[1]


def test_of_further_passages_those_that_state_a_reason_come_first() -> None:
    """Asked why, what gives no reason comes after what does."""
    without, reason = "去年の展示会も大阪で開く予定だった。", "大阪を選んだのは近いためだ。"
    rest = ("昼は弁当が出る。", "雨が降る。", "雪が降る。")
    answer = ask_all(library("展示会は大阪で開く。", *rest, without, *rest, reason), "展示会は大阪で開く？", "なぜ？")
    found = [hit.passage.text for hit in answer.result.hits]
    assert found.index(reason) < found.index(without)


def test_what_answers_better_comes_before_a_reason_for_something_else() -> None:
    """A question that says more than why is not answered by whatever states a reason."""
    texts = (
        "夜の読み上げの失敗は、メモリの不足で起きる。",
        "読み上げは遅いので、昼に使う。",
        "昼は弁当が出る。",
        "雨が降る。",
    )
    answer = Answerer(library(*texts)).ask("夜の読み上げの失敗はなんで起きる？", LIMIT)
    assert answer.result.hits[0].passage.text == texts[0]
    assert answer.result.certainty == "possible"


@pytest.mark.parametrize(
    ("questions", "text"),
    [
        (["A棟は何時から？", "B棟は？", "土日は？"], "B棟は10時から。土日は休む。"),
        (["経費はいつ精算する？", "どうやって？"], "経費は月末に精算する。領収書を付ける。"),
        (["経費はいつ精算する？", "なるほど、どうやって？"], "経費は月末に精算する。領収書を付ける。"),
        (["駐車場は何台？", "予約は必要？"], "駐車場は80台だ。予約が必要だ。"),
    ],
)
def test_follow_ups_stay_with_the_topic(questions: list[str], text: str) -> None:
    """What was asked about last goes on, whatever was asked of it."""
    texts = (
        "A棟は9時から。土日も開く。",
        "B棟は10時から。土日は休む。",
        "経費は月末に精算する。領収書を付ける。",
        "駐車場は80台だ。予約が必要だ。",
        "食堂の予約は要らない。",
    )
    answer = ask_all(library(*texts), *questions)
    assert answer.earlier
    assert answer.result.hits[0].passage.text == text


@pytest.mark.parametrize(
    ("questions", "taken", "text"),
    [
        (["有給休暇は何日もらえる？", "半日でも取れる？"], "有給休暇", "有給休暇は半日でも取れます。"),
        (["有給休暇は何日もらえる？", "上限は？"], "有給休暇", "その後は毎年1日ずつ増え、20日が上限です。"),
        (["有給休暇は何日もらえる？", "繰り越せる？"], "有給休暇", "残った有給休暇は翌年まで繰り越せます。"),
        (["在宅勤務の通信費はいくら？", "なぜ？"], "通信費", "家計と分けにくいためです。"),
        (["新人研修はいつ？", "ちなみに費用は？"], "新人研修", "研修の費用は全額を会社が負担します。"),
        (["新人研修はいつ？", "それは誰が払う？", "費用は？"], "新人研修", "研修の費用は全額を会社が負担します。"),
        (
            ["鈴木さんは在宅勤務をどう思っている？", "では田中さんは？"],
            "在宅勤務",
            "在宅勤務が続くと、新人が質問しにくくなるのが心配です。",
        ),
        (
            ["鈴木さんは在宅勤務をどう思っている？", "なぜ？"],
            "鈴木さん",
            "在宅勤務では集中できるので、設計の仕事がはかどります。",
        ),
        (
            ["鈴木さんは在宅勤務をどう思っている？", "では田中さんは？", "なぜ？"],
            "田中さん",
            "在宅勤務が続くと、新人が質問しにくくなるのが心配です。",
        ),
    ],
)
def test_follow_up_takes_words_from_before(handbook: Library, questions: list[str], taken: str, text: str) -> None:
    """A follow-up is answered with the passage that it asks for together with earlier words, and says which."""
    answer = ask_all(handbook, *questions)
    assert answer.result.certainty != "none"
    assert taken in answer.earlier
    assert text in answer.result.hits[0].passage.text


def test_other_subject_drops_the_name_before(handbook: Library) -> None:
    """Asked about another person, nothing of the first one is left in the question."""
    answer = ask_all(handbook, "鈴木さんは在宅勤務をどう思っている？", "では田中さんは？")
    assert answer.earlier == ("在宅勤務", "思う")
    assert answer.result.hits[0].passage.speaker == "田中さん"


def test_more_shows_no_passage_again(handbook: Library) -> None:
    """Asked for more, and for more again, no passage is shown twice, until there are none."""
    answerer = Answerer(handbook)
    answer = answerer.ask("在宅勤務について教えて", LIMIT)
    shown = [hit.passage.id for hit in answer.result.hits]
    while answer.result.hits:
        assert not answer.ends
        answer = answerer.ask("他には？", LIMIT, answer.conversation)
        assert answer.earlier == ("在宅勤務",)
        assert not {hit.passage.id for hit in answer.result.hits} & set(shown)
        assert [hit.rank for hit in answer.result.hits] == list(range(1, len(answer.result.hits) + 1))
        shown += [hit.passage.id for hit in answer.result.hits]
    assert answer.ends
    assert len(shown) > LIMIT


@pytest.mark.parametrize(
    "question",
    [
        "新人研修は何月にありますか？",
        "研修の会場はどこですか？",
        "在宅勤務の通信費はいくらですか？",
        "鈴木さんは在宅勤務をどう思っている？",
        "有給休暇とは",
        "富士山の高さは何メートル？",
    ],
)
@pytest.mark.parametrize(
    "before",
    [
        ["有給休暇は何日もらえる？"],
        ["有給休暇は何日もらえる？", "半日でも取れる？"],
        ["田中さんは在宅勤務をどう思っている？", "なぜ？"],
        ["富士山の高さは何メートル？"],
    ],
)
def test_question_of_its_own_is_answered_alone(handbook: Library, before: list[str], question: str) -> None:
    """A question that stands alone has the very same hits after other questions as without any."""
    alone = Answerer(handbook).ask(question, LIMIT)
    later = ask_all(handbook, *before, question)
    assert later.earlier == ()
    assert later._replace(conversation=NEW_CONVERSATION) == alone._replace(conversation=NEW_CONVERSATION)


def test_unknown_subject_is_not_bent_into_what_was_asked_before(handbook: Library) -> None:
    """Asked about what no passage knows, the earlier words do not make up an answer."""
    answer = ask_all(handbook, "有給休暇は何日もらえる？", "では富士山は？")
    assert answer.earlier == ()
    assert not answer.result.answered


@pytest.mark.parametrize("question", ["なぜ？", "他には？", "それはいつ？", "？", "", "@everyone", "🎉"])
def test_follow_up_to_nothing_is_not_answered(handbook: Library, question: str) -> None:
    """A question that needs earlier words and has none is refused, not guessed at."""
    answer = Answerer(handbook).ask(question, LIMIT)
    assert not answer.result.answered
    assert answer.earlier == ()


@pytest.mark.parametrize(
    "question", ["なぜ？", "いつ？", "どうして？", "理由は？", "それはいつ？", "他には？", "詳しく", "？"]
)
def test_what_asks_about_nothing_needs_words(handbook: Library, question: str) -> None:
    """From nothing but a question word nothing is found by chance, and the answer says what is missing."""
    answer = Answerer(handbook).ask(question, LIMIT)
    assert answer.needs_words
    assert answer.result == ((), 0.0, "none")
    assert not answer.unanswered


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("なぜ？", False),
        ("もっと詳しく", False),
        ("それはいつ？", False),
        ("他には？", False),
        ("もっと", False),
        ("では桜島の高さは？", True),
    ],
)
def test_only_a_question_with_words_of_its_own_waits_for_an_answer(
    handbook: Library, question: str, expected: bool
) -> None:
    """Without those before it nobody could tell what なぜ？ asks."""
    answer = ask_all(handbook, "富士山の高さは？", question)
    assert not answer.needs_words
    assert not answer.result.answered
    assert answer.unanswered is expected


@pytest.mark.parametrize("question", ["費用は？", "期間は？", "場所は？"])
def test_what_only_says_what_kind_of_thing_is_asked_is_never_sure(handbook: Library, question: str) -> None:
    """A question about a cost or a place, of nothing in particular, is searched for, but not answered as sure."""
    answer = Answerer(handbook).ask(question, LIMIT)
    assert not answer.needs_words
    assert not answer.result.answered


def test_thanks_do_not_go_on(handbook: Library) -> None:
    """What asks nothing brings no further passages, also within a conversation, which it leaves as it is."""
    first = Answerer(handbook).ask("有給休暇は何日もらえる？", LIMIT)
    thanked = Answerer(handbook).ask("ありがとう", LIMIT, first.conversation)
    assert thanked.courtesy == "thanks"
    assert not thanked.result.hits
    assert not thanked.unanswered
    assert thanked.conversation == first.conversation


def test_answer_tells_the_question_and_whether_it_is_sure(handbook: Library) -> None:
    """An answer has the question as asked, and is an answer just where its confidence is half or more."""
    answerer = Answerer(handbook)
    for question in ("　研修の費用は？", "富士山の高さは？", "研修の部長は？", "通信費について"):
        answer = answerer.ask(question, LIMIT)
        assert answer.question == question
        assert 0 <= answer.result.confidence <= 1
        assert answer.result.answered == (answer.result.confidence >= 0.5)


@pytest.mark.parametrize("limit", [1, 2, 20])
def test_limit_bounds_the_hits(handbook: Library, limit: int) -> None:
    """There are as many hits as wished for, or as many passages as share a word with the question.

    Here all do: their title, 就業の手引き, says 勤務 in another word.
    """
    hits = Answerer(handbook).ask("在宅勤務", limit).result.hits
    assert len(hits) == min(limit, 10)


WORDS = st.sampled_from(
    "有給休暇 半日 在宅勤務 研修 費用 鈴木さん 田中さん 他 それ なぜ いつ では は を の も ？ 取れる".split()
)


@settings(max_examples=50, deadline=None)
@given(questions=st.lists(st.lists(WORDS, min_size=1, max_size=5).map("".join), min_size=1, max_size=4))
def test_same_conversation_gives_the_same_answer(handbook: Library, questions: list[str]) -> None:
    """An answer depends on the question and the conversation handed in, on nothing that another chat said."""
    answerer = Answerer(handbook)
    conversation = NEW_CONVERSATION
    for question in questions:
        answer = answerer.ask(question, LIMIT, conversation)
        answerer.ask("有給休暇は何日もらえる？", LIMIT)
        assert answerer.ask(question, LIMIT, conversation) == answer
        assert set(answer.earlier) <= set(conversation.words)
        conversation = answer.conversation


@pytest.mark.parametrize(
    "questions",
    [
        ["在宅勤務の通信費はいくら？"],
        ["鈴木さんは在宅勤務をどう思っている？", "では田中さんは？"],
        ["在宅勤務について教えて", "他には？"],
    ],
)
def test_any_hit_can_be_explained_later(handbook: Library, questions: list[str]) -> None:
    """From question, earlier words and id alone, a hit is found again."""
    answer = ask_all(handbook, *questions)
    assert answer.result.hits
    for hit in answer.result.hits:
        explained = Answerer(handbook).explain(answer.question, answer.earlier, hit.passage.id, answer.about)
        assert explained is not None
        assert (explained.passage, explained.sentence) == (hit.passage, hit.sentence)
        if any("他" in question for question in questions):
            # What was already shown is among the candidates again, which moves how rare a word is among them a little.
            assert explained.score == pytest.approx(hit.score, rel=0.2)
        else:
            assert explained == hit


def test_what_is_no_hit_has_no_explanation(handbook: Library) -> None:
    """A passage that is gone, or has nothing of the question, is not explained."""
    answerer = Answerer(handbook)
    assert answerer.explain("在宅勤務の通信費はいくら？", (), "0" * 12) is None
    assert answerer.explain("ペンギンは飛べますか", (), next(iter(handbook.collection.all())).id) is None
