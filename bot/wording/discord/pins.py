"""`/knowledge pin` and `/knowledge pins`: passages that moderators pinned as the answer to a question."""

from bot.wording.sentence import Sentence

NOTHING_TO_PIN = Sentence(
    ja="あなたが決められる箇所が見つかりません。「探す言葉」に、その文章にある言葉を入れてみてください。",
    en="I found no passage that is yours to decide on. Try “find” with words of the passage itself.",
)
CHOOSE_PASSAGE = Sentence(
    ja="この質問の答えにする箇所を選んでください。同じ質問には、この箇所を読める人にだけ、いちばん先に見せます。",
    en="Choose the passage that answers this. When it is asked again it comes first, for those who may read it.",
)
PASSAGE_TO_PIN = Sentence(ja="固定する箇所", en="The passage to pin")
PINNED = Sentence(
    ja="📌 固定しました。`/ナレッジ 固定一覧` で見て、外せます。",
    en="📌 Pinned. See `/knowledge pins` to take it off again.",
)
MODERATOR_OPTED_OUT = Sentence(
    ja="あなたは「忘れて」で自分の言葉を使わせないことにしているので、質問を覚えられません。",
    en="You asked me to keep nothing that you write (forget-me), so I cannot keep this question.",
)
LIST_TITLE = Sentence(ja="固定した答え", en="Pinned answers")
NO_PINS = Sentence(
    ja="あなたが決められる中では、今のところありません。", en="None at present, of those that are yours to decide on."
)
LIST_PIN = Sentence(ja="📌 **{question}** · {place}\n> {text}", en="📌 **{question}** · {place}\n> {text}")
LIST_GONE = Sentence(
    ja="⚠️ **{question}** · 文書が変わり、固定した箇所はもうありません",
    en="⚠️ **{question}** · the document has changed, and the passage is gone",
)
UNPIN = Sentence(ja="固定を外す", en="Take a pin off")
