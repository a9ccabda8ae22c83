"""The page: asking, passages, and signing in."""

from bot.wording.sentence import Sentence

TITLE = Sentence(ja="文書に聞く", en="Ask the documents")
LEAD = Sentence(
    ja="質問の答えになる箇所を、文書からそのまま引用します。書かれていないことは、見つからなかったと答えます。",
    en="The passages that answer your question, word for word. What is not written is said not to be found.",
)
TO_CONTENT = Sentence(ja="本文へ", en="Skip to the content")
LANGUAGE = Sentence(ja="日本語", en="English")
QUESTION = Sentence(ja="質問", en="Question")
ASK = Sentence(ja="聞く", en="Ask")
NO_QUESTION = Sentence(ja="質問を書いてから、「聞く」を押してください。", en="Write a question, and press “Ask” then.")
LONG_QUESTION = Sentence(
    ja="質問は{most}文字までです（今は{count}文字）。短くして、もう一度聞いてください。",
    en="A question has at most {most:character}, and this one has {count}. Shorten it, and ask again.",
)
FOLLOW_UP = Sentence(ja="続けて質問", en="Ask further")
NEW_CONVERSATION = Sentence(ja="別のことを聞く", en="Ask about something else")
PASSAGES = Sentence(ja="引用", en="Quotations")
ANSWERING = Sentence(ja="答えの文：", en="Answering sentence: ")
NEAREST = Sentence(ja="近い文：", en="Nearest sentence: ")
MARKED = Sentence(ja="印の付いた文：", en="Marked sentence: ")
AROUND = Sentence(ja="前後を読む", en="Read around it")
HERE = Sentence(ja="（引用した箇所）", en="(the passage quoted)")
LINK_TO_PASSAGE = Sentence(ja="この箇所へのリンク", en="Link to this passage")
PINNED = Sentence(ja="モデレーターが選んだ答え", en="Chosen by a moderator")
CONTACT = Sentence(ja="お急ぎなら、こちらへどうぞ：{contact}", en="A person who may know: {contact}")

SIGN_IN = Sentence(ja="サインイン", en="Sign in")
SIGN_OUT = Sentence(ja="サインアウト", en="Sign out")
SIGNED_IN = Sentence(ja="{name} としてサインイン中", en="Signed in as {name}")
TOKEN = Sentence(ja="トークン", en="Token")
TOKEN_IS_FROM = Sentence(
    ja="kotae を運用している人から受け取った、kotae_ で始まる文字列です。",
    en="The text beginning with kotae_ that you were given by whoever runs kotae.",
)
NEEDS_SIGN_IN = Sentence(ja="ここから先は、サインインした人だけが読めます。", en="You need to sign in to read this.")
FROM_ELSEWHERE = Sentence(ja="開いています", en="Opening")
OPEN = Sentence(ja="開く", en="Open")
FOREIGN_FORM = Sentence(
    ja="ほかのサイトからは送れません。kotae のページで、もう一度試してください。",
    en="Nothing is taken from other sites; try again on kotae's own page.",
)
PROBLEM = Sentence(ja="うまくいきませんでした", en="That did not work")
BACK = Sentence(ja="質問する", en="Ask a question")
