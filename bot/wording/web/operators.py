"""What operators see on the page: how it answers, and what is to be written next."""

from bot.wording.sentence import Sentence

TITLE = Sentence(ja="運用", en="Operations")
OF_GUILD = Sentence(
    ja="サーバー {guild} で聞かれたこと。{first} から {last} まで（UTC）。",
    en="What was asked in server {guild}, from {first} to {last} (UTC).",
)
OUTSIDE_OF_GUILDS = Sentence(
    ja="サーバーの外（このページ、API、ダイレクトメッセージなど）で聞かれたこと。{first} から {last} まで（UTC）。",
    en="What was asked outside of servers (here, by the API, in direct messages), from {first} to {last} (UTC).",
)

BY_DAY = Sentence(ja="日ごとの質問", en="Questions by day")
QUESTIONS = Sentence(ja="質問", en="Questions")
CERTAINTIES = {
    "sure": Sentence(ja="答えた", en="Answered"),
    "possible": Sentence(ja="近い箇所", en="Possible"),
    "none": Sentence(ja="見つからず", en="Nothing found"),
}
IN_FAVOUR = Sentence(ja="役に立った", en="Helpful")
AGAINST = Sentence(ja="役に立たず", en="Not helpful")
CHART = Sentence(
    ja="{days}日間の質問の数。最も多い日は{most}件。", en="Questions over {days:day}; at most {most} a day."
)
AS_TABLE = Sentence(ja="表で見る", en="As a table")
DAY = Sentence(ja="日", en="Day")
NOTHING_ASKED = Sentence(ja="この期間に質問はありません。", en="Nothing was asked in this time.")

UNANSWERED = Sentence(ja="答えが見つからなかった質問", en="Questions without an answer")
GROUPED = Sentence(
    ja="意味の近い質問をまとめ、多く聞かれたものから並べています。上から順に書き足していくのが効果的です。",
    en="Questions that mean about the same are together, those asked most often first: what to write next.",
)
UNGROUPED = Sentence(
    ja="多く聞かれたものから並べています。KOTAE_ENCODER が off なので、意味の近い質問をまとめていません。",
    en="Those asked most often first. KOTAE_ENCODER is off, so questions that mean the same are not put together.",
)
ASKED = Sentence(ja="{times}回、最後は {day}", en="asked {times:time}, last on {day}")
ALIKE = Sentence(ja="似た質問 {count}件", en="{count:other question} like it")
NEAREST = Sentence(ja="いちばん近い箇所", en="Nearest passages")
NOTHING_NEAR = Sentence(ja="近い箇所はありません。", en="There is no passage near it.")
ANSWERED_NOW = Sentence(ja="今は答えがあります", en="Answered by now")
ALL_ANSWERED = Sentence(ja="今のところありません。", en="There are none.")
FURTHER = Sentence(ja="ほかに {count}件あります。", en="There are {count} more.")

SOURCES = Sentence(ja="文書", en="Sources")
NO_SOURCES = Sentence(ja="回答に使う文書がありません。", en="There is nothing to answer from.")
SIZE = Sentence(ja="文書 {documents}、箇所 {passages}", en="{documents:document}, {passages:passage}")
CHANGED_TODAY = Sentence(ja="今日変更", en="changed today")
CHANGED = Sentence(ja="{days}日前に変更（{day}）", en="changed {days:day} ago ({day})")
WAITING = Sentence(ja="処理待ち {count}件", en="{count} waiting to be read")
FAILED = Sentence(ja="読めなかったもの {count}件", en="{count} could not be read")
WITHHELD = Sentence(
    ja="{day} から引用を止めています。編集や削除を見逃した分を、読み直しています。",
    en="Not quoted since {day}, until the edits and deletions that were missed are caught up with.",
)
EMPTY = Sentence(ja="読める箇所がありません。", en="It has no passage that can be quoted.")
