from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.conversation import (
    NEW_CONVERSATION,
    Conversation,
    FollowUpKind,
    interpret,
    is_name,
    next_conversation,
    words_taken,
)
from index.query.question import Question

QUESTIONS = (
    "有給休暇は何日もらえる？",
    "半日でも取れる？",
    "鈴木さんは在宅勤務をどう思っている？",
    "では田中さんは？",
    "なぜ？",
    "他には？",
    "MicrosoftはOpenAIにいくら投資しましたか？",
    "じゃあGoogleは？",
    "それはいつ発表された？",
)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("MicrosoftはOpenAIにいくら投資しましたか？", FollowUpKind.STANDALONE),
        ("有給休暇の上限は何日ですか？", FollowUpKind.STANDALONE),
        ("鈴木さんは在宅勤務をどう思っている？", FollowUpKind.STANDALONE),
        ("AGIとは何ですか？", FollowUpKind.STANDALONE),
        ("OpenAIって？", FollowUpKind.STANDALONE),
        ("田中さんの意見は？", FollowUpKind.STANDALONE),
        ("なぜ？", FollowUpKind.DEPENDENT),
        ("理由は？", FollowUpKind.DEPENDENT),
        ("いつ？", FollowUpKind.DEPENDENT),
        ("それはいつ？", FollowUpKind.DEPENDENT),
        ("それは誰が言った？", FollowUpKind.DEPENDENT),
        ("彼は何と言った？", FollowUpKind.DEPENDENT),
        ("場所は？", FollowUpKind.DEPENDENT),
        ("もっと詳しく教えてください", FollowUpKind.DEPENDENT),
        ("繰り越せる？", FollowUpKind.DEPENDENT),
        ("では田中さんは？", FollowUpKind.OTHER_SUBJECT),
        ("田中さんは？", FollowUpKind.OTHER_SUBJECT),
        ("田中さんはどう？", FollowUpKind.OTHER_SUBJECT),
        ("じゃあMicrosoftのほうは？", FollowUpKind.OTHER_SUBJECT),
        ("ＯｐｅｎＡＩも？", FollowUpKind.OTHER_SUBJECT),
        ("それなら研修は？", FollowUpKind.OTHER_SUBJECT),
        ("他には？", FollowUpKind.MORE),
        ("ほかには？", FollowUpKind.MORE),
        ("他にはどんなものがある？", FollowUpKind.MORE),
        ("別の意見は？", FollowUpKind.MORE),
        ("それ以外は？", FollowUpKind.MORE),
        ("これ以外にもありますか", FollowUpKind.MORE),
        ("続きは？", FollowUpKind.MORE),
        ("もっとある？", FollowUpKind.MORE),
        ("もっと教えて", FollowUpKind.MORE),
        ("上限はいくら？", FollowUpKind.UNCERTAIN),
        ("有給休暇は何日もらえる？", FollowUpKind.UNCERTAIN),
        ("半日でも取れる？", FollowUpKind.UNCERTAIN),
        ("有給休暇とは", FollowUpKind.STANDALONE),
        ("そのときの注意点は？", FollowUpKind.OTHER_SUBJECT),
        ("その間の給料は出る？", FollowUpKind.DEPENDENT),
        ("この会社の在宅勤務の決まりは？", FollowUpKind.STANDALONE),
        ("できる？", FollowUpKind.DEPENDENT),
        ("例えば？", FollowUpKind.DEPENDENT),
        ("断られたら諦める？", FollowUpKind.UNCERTAIN),
        ("ありがとう", FollowUpKind.STANDALONE),
        ("？", FollowUpKind.STANDALONE),
    ],
)
def test_kind(question: str, kind: FollowUpKind) -> None:
    """How a question stands to those before it is told from its words."""
    assert interpret(Question(question)).kind is kind


@pytest.mark.parametrize(
    ("question", "nouns", "others"),
    [
        ("有給休暇は何日もらえる？", ("有給休暇",), ("もらえる",)),
        ("P-40で受け取れる？", ("P-40",), ("受け取れる",)),
        ("鈴木さんは在宅勤務をどう思っている？", ("鈴木さん", "在宅勤務"), ("思う",)),
        ("サム・ナザリウスについて教えてください", ("サム・ナザリウス",), ()),
        ("MicrosoftはOpenAIにいくら投資しましたか？", ("Microsoft", "OpenAI", "投資"), ()),
        ("理由は何ですか？", (), ()),
        ("ちなみに費用は？", (), ()),
        ("富士山の高さは？", ("富士山",), ("高い",)),
    ],
)
def test_words(question: str, nouns: tuple[str, ...], others: tuple[str, ...]) -> None:
    """The words of a question are its noun phrases, but for those that ask, and the verbs and adjectives it has."""
    utterance = interpret(Question(question))
    assert (utterance.nouns, utterance.others) == (nouns, others)
    assert utterance.words == nouns + others


@pytest.mark.parametrize(
    ("word", "name"),
    [
        ("田中さん", True),
        ("Microsoft", True),
        ("GPT-2", True),
        ("東京", True),
        ("有給休暇", False),
        ("投資", False),
        ("思う", False),
        ("3000", False),
    ],
)
def test_names(word: str, name: bool) -> None:
    """Proper nouns and words in Latin letters are names."""
    assert is_name(word) is name


@pytest.mark.parametrize(
    ("before", "question", "taken"),
    [
        (("鈴木さん", "在宅勤務", "思う"), "では田中さんは？", ("在宅勤務", "思う")),
        (("Microsoft", "動機"), "じゃあOpenAIのほうは？", ("動機",)),
        (("在宅勤務", "週"), "研修は？", ("在宅勤務", "週")),
        (("有給休暇", "貰う"), "半日でも取れる？", ("有給休暇",)),
        (("有給休暇", "貰う"), "なぜ？", ("有給休暇", "貰う")),
        (("有給休暇", "貰う"), "有給休暇はなぜ？", ("貰う",)),
        ((), "なぜ？", ()),
    ],
)
def test_words_taken(before: tuple[str, ...], question: str, taken: tuple[str, ...]) -> None:
    """A follow-up takes the earlier words that its own do not replace: a name replaces names, a verb verbs."""
    assert words_taken(Conversation(before), interpret(Question(question))) == taken


def test_memory_after_a_question_of_its_own() -> None:
    """After a question that stands alone only its own words and its own passage are remembered."""
    before = Conversation(("有給休暇", "貰う"), ("1", "2"))
    utterance = interpret(Question("鈴木さんは在宅勤務をどう思っている？"))
    assert next_conversation(before, utterance, (), "3") == Conversation(("鈴木さん", "在宅勤務", "思う"), ("3",))


def test_memory_after_a_follow_up() -> None:
    """After a follow-up what it took and what was shown before are remembered too, its own words first."""
    before = Conversation(("有給休暇", "貰う"), ("1",))
    utterance = interpret(Question("半日でも取れる？"))
    memory = next_conversation(before, utterance, ("有給休暇",), ["2"])
    assert memory == Conversation(("半日", "取れる", "有給休暇"), ("1", "2"))


def test_memory_after_nothing_was_found() -> None:
    """A question without a passage adds none to those shown, and one without words keeps those before it."""
    before = Conversation(("有給休暇",), ("1",))
    assert next_conversation(before, interpret(Question("なぜ？")), ("有給休暇",), ()) == before
    assert next_conversation(before, interpret(Question("？")), (), ()).words == ("有給休暇",)


def test_memory_of_what_was_answered_with() -> None:
    """The passage that the latest question was answered with is remembered, until one is answered with none."""
    utterance = interpret(Question("半日でも取れる？"))
    after = next_conversation(NEW_CONVERSATION, utterance, (), ["1"], "1")
    assert after.about == "1"
    assert next_conversation(after, utterance, (), ["2"]).about == ""


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("なぜ？", False),
        ("それはいつ？", False),
        ("理由は？", False),
        ("他には？", False),
        ("もっと詳しく", False),
        ("どうやって？", False),
        ("できる？", False),
        ("費用は？", True),
        ("繰り越せる？", True),
        ("延長はある？", True),
    ],
)
def test_what_can_be_searched_for_by_itself(question: str, names: bool) -> None:
    """A question word, a pronoun and a reason name nothing that a document could be searched for."""
    assert interpret(Question(question)).names is names


def test_memory_has_eight_words_the_latest_first() -> None:
    """Of more words than eight the earliest are forgotten."""
    before = Conversation(tuple("いろはにほへとち"))
    assert next_conversation(before, interpret(Question("半日でも取れる？")), before.words, ()).words == (
        "半日",
        "取れる",
        *"いろはにほへ",
    )


@given(st.text(max_size=80) | st.text("有給休暇はそのでも他にAGI・？。 ", max_size=30))
def test_anything_can_be_read(question: str) -> None:
    """Every text is of a kind, and its words are words."""
    utterance = interpret(Question(question))
    assert utterance.kind in FollowUpKind
    assert all(word.strip() for word in utterance.words)


@given(st.lists(st.sampled_from(QUESTIONS), max_size=12))
def test_memory_is_small_and_plain(questions: list[str]) -> None:
    """However long a chat, its memory is at most eight words and some ids, none twice, and survives as JSON."""
    memory = NEW_CONVERSATION
    for number, question in enumerate(questions):
        utterance = interpret(Question(question))
        memory = next_conversation(memory, utterance, words_taken(memory, utterance), [str(number % 3)])
    assert len(memory.words) <= 8
    assert len(set(memory.words)) == len(memory.words)
    assert len(set(memory.shown)) == len(memory.shown)
    words, shown, about = json.loads(json.dumps(memory))
    assert Conversation(tuple(words), tuple(shown), about) == memory


@pytest.mark.parametrize(
    ("question", "acts"),
    [
        ("延長はできる？", True),
        ("申請の期限は？", True),
        ("会議室の延長はできる？", False),
        ("プールはいくら？", False),
        ("駐車場はどこ？", False),
        ("なぜ？", False),
    ],
)
def test_nouns_of_actions(question: str, acts: bool) -> None:
    """What is extended or applied for may have been said before; a pool or a car park is there by itself."""
    assert interpret(Question(question)).acts is acts
