"""What commands and buttons of every kind respond: who may use them, limits and failures."""

from bot.wording.sentence import Sentence

PAGE_OF_PAGES = Sentence(ja="{page}／{pages}", en="{page} of {pages}")
NO_LONGER_ALLOWED = Sentence(
    ja="探しているあいだに、ここで見せてよいものが変わりました。もう一度お試しください。",
    en="What may be shown here has changed while I was looking. Please try again.",
)
NEEDS_ADMINISTRATOR = Sentence(
    ja="これができるのは、サーバーの管理者だけです。", en="Only administrators of the server can do this."
)
NEEDS_MODERATOR = Sentence(
    ja="これができるのは、メッセージを管理できる人だけです。", en="Only people who may manage messages can do this."
)
NEEDS_MODERATOR_OF_CHANNEL = Sentence(
    ja="これができるのは、そのチャンネルを読めて、そこのメッセージを管理できる人だけです。わたしにも、そこを読む権限が要ります。",
    en=(
        "Only people who can read that channel and may manage messages in it can do this; I have to be able "
        "to read it too."
    ),
)
NO_STORE = Sentence(
    ja="KOTAE_CONTENTのファイルから答えているので、何も覚えられません。",
    en="I answer from the files in KOTAE_CONTENT, so I cannot keep anything.",
)
TOO_MANY_QUESTIONS = Sentence(
    ja="質問が続いています。{seconds}秒ほど待ってから、もう一度どうぞ。",
    en="That is a lot of questions. Please ask again in about {seconds:second}.",
)
TOO_FAST = Sentence(
    ja="操作が続いています。{seconds}秒ほど待ってから、もう一度どうぞ。",
    en="That is a lot at once. Please try again in about {seconds:second}.",
)
FAILED = Sentence(
    ja="うまく答えられませんでした。もう一度お試しください（受付番号 {request}）。",
    en="Something went wrong on my side. Please try again (request {request}).",
)
FORM_TOO_LATE = Sentence(
    ja="準備に時間がかかり、入力欄を開けませんでした。もう一度お試しください。",
    en="That took too long for me to open the form. Please try again.",
)
PRIVATE_THREAD = Sentence(
    ja="非公開スレッドには、そこだけの読み手がいるので、何も覚えません。チャンネルで使ってください。",
    en="A private thread has readers of its own, so I keep nothing of it. Please use a channel.",
)
NO_TEXT_TO_SAVE = Sentence(
    ja="人が書いた文章がないので、保存できません。", en="There is no text by a person in it to save."
)
