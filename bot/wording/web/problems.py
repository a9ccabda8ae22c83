"""What went wrong with a request."""

from bot.wording.sentence import Sentence

NO_TOKEN = Sentence(
    ja="トークンが必要です。Authorization: Bearer に kotae token create で作ったトークンを付けてください。",
    en="A token is needed: send one that kotae token create made, as Authorization: Bearer.",
)
BAD_TOKEN = Sentence(ja="このトークンは使えません。", en="This token opens nothing.")
NEEDS_OPERATOR = Sentence(
    ja="運用者のトークン（kotae token create --operator）が必要です。",
    en="This needs an operator's token (kotae token create --operator).",
)
NEEDS_TOKEN = Sentence(ja="これにはトークンが必要です。", en="This needs a token.")
NOT_FOUND = Sentence(ja="見つかりません。", en="There is no such thing here.")
NO_SUCH_PASSAGE = Sentence(ja="この箇所は見つかりません。", en="There is no such passage.")
WRONG_METHOD = Sentence(ja="このメソッドは使えません。", en="This cannot be done with such a method.")
TOO_LARGE = Sentence(ja="送られた内容が大きすぎます。", en="What was sent is too large.")
TOO_FAST = Sentence(
    ja="短い間に多くの要求がありました。{seconds}秒ほどおいてください。",
    en="That was too much in a short time; try again in {seconds:second}.",
)
INVALID = Sentence(ja="送られた内容が正しくありません。", en="What was sent is not valid.")
NOT_JSON = Sentence(
    ja="JSON を、Content-Type: application/json を付けて送ってください。",
    en="Send JSON, with Content-Type: application/json.",
)
WRONG_HOST = Sentence(
    ja="このホスト名では受け付けていません。KOTAE_SERVE_HOSTS を確かめてください。",
    en="Nothing is served by this host name; see KOTAE_SERVE_HOSTS.",
)
WRONG_ORIGIN = Sentence(
    ja="このサイトのページからは使えません。KOTAE_SERVE_ORIGINS を確かめてください。",
    en="Pages of this site may not ask here; see KOTAE_SERVE_ORIGINS.",
)
UNAVAILABLE = Sentence(
    ja="今は答えられません。しばらくしてから、もう一度試してください。",
    en="Nothing can be answered now; try again in a while.",
)
FAILED = Sentence(
    ja="うまくいきませんでした。続くようなら、番号 {request} を運用者に伝えてください。",
    en="Something went wrong; if it goes on, tell whoever runs this the number {request}.",
)
OTHER = Sentence(ja="要求を処理できません。", en="The request cannot be handled.")
