"""`kotae evaluate`: measures, comparisons and misses."""

from bot.wording.sentence import Sentence

TITLE = Sentence(ja="{passages}箇所、{questions}問", en="{passages:passage}, {questions:question}")
MEASURE = Sentence(ja="指標", en="Measure")
VALUE = Sentence(ja="値", en="Value")
INTERVAL = Sentence(ja="95%信頼区間", en="95 % interval")
DIFFERENCE = Sentence(ja="差", en="Difference")
WITH_ANSWER = Sentence(ja="答えのある{questions}問", en="{questions:question} with an answer")
WITHOUT_ANSWER = Sentence(ja="答えのない{questions}問", en="{questions:question} without an answer")
KIND = Sentence(ja="種類", en="Kind")
QUESTIONS = Sentence(ja="問", en="n")
ALL = Sentence(ja="全体", en="all")
# Columns, by what they count (index.evaluation.chat).
ANSWERABLE = {
    "answered_right": Sentence(ja="正答", en="answered right"),
    "answered_wrong": Sentence(ja="誤答", en="answered wrong"),
    "possible": Sentence(ja="近い箇所", en="possible only"),
    "none": Sentence(ja="答えず", en="none found"),
    "ranked_first": Sentence(ja="1位", en="ranked first"),
    "ranked_in_three": Sentence(ja="3位以内", en="ranked in three"),
}
UNANSWERABLE = {
    "answered_without": Sentence(ja="誤答", en="answered"),
    "possible_without": Sentence(ja="近い箇所", en="possible only"),
    "none_without": Sentence(ja="答えず", en="none found"),
}
GOLD_MISSING = Sentence(
    ja="注意：「{question}」（{name}）の正解はどの箇所にもありません。",
    en="Note: no passage of {name} has the gold of “{question}”.",
)
CHANGES = Sentence(
    ja="正しい箇所の順位は、{better}問で上がり、{worse}問で下がり、{same}問で同じです（符号検定 p = {p_value}）。",
    en=(
        "The right passage ranks better in {better} questions, worse in {worse}, the same in {same} (sign "
        "test p = {p_value})."
    ),
)
MISSES_TITLE = Sentence(ja="正しい箇所が1番目に来なかった質問", en="Questions whose right passage did not come first")
MISSES_COUNT = Sentence(
    ja="{questions}問のうち{misses}問。ひどい順に{shown}問を示します。",
    en="{misses} of {questions:question}; the worst {shown}, worst first.",
)
RIGHT_ANSWERS = Sentence(ja="正解：{answers}", en="Right answers: {answers}")
RANK = Sentence(ja="正しい箇所の順位：{rank}", en="Rank of the right passage: {rank}")
RANK_AGAINST = Sentence(ja="{name} での順位：{rank}", en="Its rank in {name}: {rank}")
NOT_FOUND = Sentence(ja="{depth}番目までになし", en="not among the first {depth}")
RIGHT_PASSAGE = Sentence(ja="正しい箇所（{title}）", en="The right passage ({title})")
FIRST_PASSAGE = Sentence(
    ja="1番目に来た箇所（{title}、確からしさ {confidence}）", en="What came first ({title}, confidence {confidence})"
)
NOTHING_FOUND = Sentence(ja="何も見つかりませんでした。", en="Nothing was found.")
SCORE = Sentence(ja="点数 {score}（{terms}）", en="Score {score} ({terms})")
