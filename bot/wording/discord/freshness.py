"""`/knowledge expiry`, and what whoever answers for a source is asked."""

from bot.wording.sentence import Sentence

EXPIRES = Sentence(
    ja="「{name}」は、{date}から「確認が必要」と示します。そのとき、{told}",
    en="From {date} on I say that “{name}” needs review. {told}",
)
TOLD_DIRECTLY = Sentence(
    ja="いまも正しいかを、あなたにダイレクトメッセージで尋ねます。",
    en="I will then ask you, directly, if it is still right.",
)
TOLD_IN_CHANNEL = Sentence(
    ja="いまも正しいかを、{channel} で尋ねます。", en="I will then ask in {channel} if it is still right."
)
TOLD_NOBODY = Sentence(
    ja="だれにも尋ねません（あなたは「忘れて」で覚えないよう求めています）。",
    en="I will ask nobody, since you do not want to be remembered (forget-me).",
)
NEVER_EXPIRES = Sentence(ja="「{name}」に期限はありません。", en="“{name}” does not expire.")
NO_CHANNEL_TO_TELL = Sentence(
    ja="そのチャンネルには書き込めません。わたしが書き込めるテキストチャンネルを選んでください。",
    en="I cannot write there. Please choose a text channel in which I may.",
)
CHANNEL_IS_SEEN_BY_OTHERS = Sentence(
    ja="そのチャンネルは、「{name}」を読めない人にも見えるので、そこでは尋ねられません。",
    en="That channel is seen by people who may not read “{name}”, so I cannot ask there.",
)
IS_DUE = Sentence(
    ja=(
        "⚠️ {guild} の「{name}」は、{date}から確認が必要です。いまも正しければ、下のボタンを押してください。"
        "変わっていれば、新しいものを /knowledge add（ナレッジ 追加）で加えてください。"
    ),
    en=(
        "⚠️ “{name}” of {guild} needs review since {date}. If it is still right, press the button; if not, add the "
        "new one with /knowledge add."
    ),
)
STILL_RIGHT = Sentence(ja="まだ正しい（{days}日延ばす）", en="Still right: extend by {days:day}")
EXTENDED = Sentence(
    ja="✅ 「{name}」を{date}まで正しいものとします。", en="✅ “{name}” is taken to be right until {date}."
)
