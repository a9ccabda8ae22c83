"""An answer in Discord: its embed, buttons, form and explanation."""

from bot.wording.sentence import Sentence

SOURCE = Sentence(ja="出典：{place}", en="Source: {place}")
EARLIER_WORDS = Sentence(ja="前の質問から補った言葉", en="Taken from your earlier questions")
NEAREST_PASSAGES = Sentence(ja="いちばん近いのは次の箇所です。", en="These passages come nearest.")
CONTACT = Sentence(ja="お急ぎなら、こちらへどうぞ：{contact}", en="A person who may know: {contact}")
SHOW_CONTEXT = Sentence(ja="前後を読む", en="Show context")
FOLLOW_UP = Sentence(ja="続けて質問", en="Ask further")
EXPLAIN = Sentence(ja="選ばれた理由", en="Why this one")
FOR_ME_ALONE = Sentence(ja="自分だけに見る", en="For me alone")
DELETE = Sentence(ja="削除", en="Delete")
MUTE = Sentence(ja="静かに", en="Quiet")
SHOWN_TO_YOU_ALONE = Sentence(
    ja="ここにいる全員が読めるとは限らない文書からの答えなので、あなただけに表示しています。",
    en="Only you see this: not everyone here may read the document that it comes from.",
)
SHOWN_TO_YOU_WHO_MAY_NOT_WRITE = Sentence(
    ja="ここに書き込む権限がないので、あなただけに表示しています。", en="Only you see this: you may not write here."
)
SEARCHED_WHAT_ALL_MAY_READ = Sentence(
    ja="ここにいる全員が読める文書だけから探しました。", en="I searched only what everyone here may read."
)
ANSWERED_FROM_CHOSEN = Sentence(
    ja="このチャンネルでは、管理者が選んだ文書{count}件だけから答えます。",
    en="In this channel I answer only from {count:source} that an administrator chose.",
)
NOTHING_TO_ANSWER_FROM = Sentence(
    ja="このチャンネルの回答に使うと決められた文書が、もうありません。管理者が /kotae sources（日本語では /kotae 文書）で選び直せます。",
    en="Nothing is left of what I answer from in this channel. Administrators can choose anew with /kotae sources.",
)


def answered_from(sources: int) -> Sentence:
    """What is said of a channel that is answered from so many sources only."""
    return ANSWERED_FROM_CHOSEN if sources else NOTHING_TO_ANSWER_FROM


EARLIER_PASSAGE_GONE = Sentence(
    ja="前の答えが引用した箇所は、その後書き換えられたか、ここでは使われなくなりました。",
    en="What the earlier answer quoted has since been edited or removed, or is no longer used here.",
)
ANSWERED_ANEW = Sentence(
    ja="前に引用した箇所が書き換えられたか、ここでは使われなくなったので、いまの文書から答え直しました。",
    en="What was quoted here has since been edited or removed, or is no longer used here; this is the answer now.",
)
FORM_TITLE = Sentence(ja="続けて質問", en="Ask further")
FORM_QUESTION = Sentence(ja="質問", en="Question")
FORM_PLACEHOLDER = Sentence(ja="例：では、ほかの人は？", en="For example: では、ほかの人は？")
PASSAGE_GONE = Sentence(
    ja="その箇所は、文書が変わったため今はありません。もう一度質問してください。",
    en="That passage is no longer there, because the document has changed. Please ask again.",
)
QUESTION_UNREADABLE = Sentence(
    ja="このカードからは質問を読み取れません。もう一度質問してください。",
    en="The question can no longer be read from this card. Please ask again.",
)
EXPLANATION_TITLE = Sentence(ja="この箇所が選ばれた理由", en="Why this passage was chosen")
EXPLANATION_TERM = Sentence(ja="{percent} % · {word}（{view}）", en="{percent} % · {word} ({view})")
EXPLANATION_FEATURE = Sentence(ja="{percent} % · {word}", en="{percent} % · {word}")
EXPLANATION_FEATURES = Sentence(ja="文の特徴", en="Features")
EXPLANATION_TOTAL = Sentence(ja="点数の合計：{score}", en="Total score: {score}")
EXPLANATION_NEEDS_ADMINISTRATOR = Sentence(
    ja="選ばれた理由を見られるのは、サーバーの管理者だけです。",
    en="Only administrators of the server can see why a passage was chosen.",
)
THANKS = Sentence(ja="ありがとうございます。参考にします。", en="Thank you, noted.")
DELETION_NOT_ALLOWED = Sentence(
    ja="削除できるのは、質問した人とモデレーターだけです。", en="Only whoever asked, and moderators, can delete this."
)
NO_QUESTION = Sentence(
    ja="質問を書いてください。返信には、わたしへのメンションを付けてください。",
    en="Please write a question; in a reply, mention me.",
)
HELP = Sentence(
    ja=(
        "文書の中から、質問の答えになる箇所を引用して答えます。\n"
        "- **質問する**：わたしへのメンションに続けて質問を書くか、`/質問` を使ってください。自分だけに見せることもできます。\n"
        "- **続けて聞く**：わたしの答えにメンション付きで返信するか、答えの下の「続けて質問」を押してください。"
        "「なぜ？」「他には？」のような短い質問も、前の答えの続きとして読みます。\n"
        "- **文書を足す**：`/ナレッジ 追加` でファイルを、メッセージのメニューの「ナレッジに保存」で発言を足せます"
        "（メッセージを管理できる人）。"
    ),
    en=(
        "I answer questions by quoting the passages of your documents that answer them.\n"
        "- **Ask**: mention me and write your question, or use `/ask`, which can also show the answer to you alone.\n"
        "- **Ask further**: reply to my answer and mention me, or press “Ask further” below it. Short questions such as "
        "“why?” are read as going on from there.\n"
        "- **Add documents**: `/knowledge add` takes a file, and “Save as knowledge” in a message's menu keeps what was "
        "said (for people who may manage messages)."
    ),
)
UNKNOWN_SOURCE = Sentence(
    ja="「{source}」という文書はありません。候補から選んでください。",
    en="There is no document “{source}”. Please choose one from the list.",
)
THREAD_FAILED = Sentence(
    ja="ここではスレッドを開けませんでした。テキストチャンネルで、わたしに「公開スレッドの作成」の権限が要ります。",
    en="I could not open a thread here; it takes a text channel in which I may create public threads.",
)
THREAD_NOT_ALLOWED = Sentence(
    ja="スレッドは開きませんでした。ここでスレッドを作り、そこに書き込む権限が、あなたに要ります。",
    en=("I opened no thread: you would need to be allowed to create public threads here, and to write in them."),
)
ASK_FOR_HELP = Sentence(ja="助けを求める", en="Ask for help")
