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
TOO_LARGE = Sentence(
    ja="送られた内容が大きすぎます。{limit} kB までです。",
    en="What was sent is too large: at most {limit} kB are read.",
)
TOO_FAST = Sentence(
    ja="短い間に多くの要求がありました。{seconds}秒ほどおいてください。",
    en="That was too much in a short time; try again in {seconds:second}.",
)
INVALID = Sentence(ja="送られた内容が正しくありません。", en="What was sent is not valid.")
INVALID_PART = Sentence(ja="この値は使えません。", en="This value cannot be used.")
_WHOLE_NUMBER = Sentence(ja="整数にしてください。", en="This has to be a whole number.")
_TRUE_OR_FALSE = Sentence(ja="true か false にしてください。", en="This has to be true or false.")
_OBJECT = Sentence(ja="JSON のオブジェクトにしてください。", en="This has to be a JSON object.")
# By the types of pydantic's errors, with the values of their contexts.
INVALID_PARTS = {
    "bool_parsing": _TRUE_OR_FALSE,
    "bool_type": _TRUE_OR_FALSE,
    "dataclass_type": _OBJECT,
    "greater_than_equal": Sentence(ja="{ge}以上にしてください。", en="This has to be {ge} or more."),
    "int_from_float": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_type": _WHOLE_NUMBER,
    "json_invalid": Sentence(ja="JSON として読めません。", en="This is not valid JSON."),
    "less_than_equal": Sentence(ja="{le}以下にしてください。", en="This has to be {le} or less."),
    "missing": Sentence(ja="これは必要です。", en="This is needed."),
    "model_attributes_type": _OBJECT,
    "string_pattern_mismatch": Sentence(ja="{pattern} に合う文字列にしてください。", en="This has to match {pattern}."),
    "string_too_long": Sentence(
        ja="{max_length}文字以内にしてください。", en="At most {max_length:character} are taken."
    ),
    "string_type": Sentence(ja="文字列にしてください。", en="This has to be a string."),
    "too_long": Sentence(ja="{max_length}個以内にしてください。", en="At most {max_length:item} are taken."),
    "tuple_type": Sentence(ja="配列にしてください。", en="This has to be an array."),
    "unexpected_keyword_argument": Sentence(ja="この名前の項目はありません。", en="Nothing of this name is taken."),
    "unknown_parameter": Sentence(ja="このパラメーターはありません。", en="There is no such parameter."),
}
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
