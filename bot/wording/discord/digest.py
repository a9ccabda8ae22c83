"""The weekly digest, and the command that switches it on."""

from bot.wording.sentence import Sentence

SWITCHED_ON = Sentence(
    ja="毎週月曜の午前9時（日本時間）から、先週のまとめを {channel} に書きます。そこを読む全員が読めるチャンネルの質問だけを数えます。",
    en="Each Monday from 00:00 UTC on I report on the last week in {channel}. I count only what was asked in channels that everyone there can read.",
)
SWITCHED_OFF = Sentence(ja="週のまとめを書くのをやめました。", en="I no longer report each week.")
NO_CHANNEL = Sentence(
    ja="あなたもわたしも読めるテキストチャンネルを選んでください。",
    en="Please choose a text channel that you and I can read.",
)
TITLE = Sentence(ja="質問のまとめ（{first}〜{last}）", en="Questions from {first} to {last}")
COUNTS = Sentence(
    ja="質問 **{total}件** · 答えた {sure_count} · 答えかもしれない {possible_count} · 見つからない {none_count}",
    en="**{total:question}** · {sure_count} answered · {possible_count} perhaps answered · {none_count} without an answer",
)
VOTES = Sentence(ja="👍 {in_favour} · 👎 {against}", en="👍 {in_favour} · 👎 {against}")
UNANSWERED = Sentence(ja="答えが見つかっていない質問", en="Questions still without an answer")
UNANSWERED_QUESTION = Sentence(ja="- **{times}人** {question}", en="- **{times:asker}:** {question}")
OF_WHAT_ALL_MAY_READ = Sentence(
    ja="ここを読む全員が読めるチャンネルで、みんなに見える形で聞かれたものだけです。",
    en="Only what was asked openly, in channels that everyone here can read.",
)
