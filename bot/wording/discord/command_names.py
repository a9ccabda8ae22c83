"""Names and descriptions of commands and their options, as Discord lists them."""

from bot.wording.sentence import Sentence

ASK = Sentence(ja="質問", en="ask")
ASK_DESCRIPTION = Sentence(ja="文書から、答えになる箇所を引用します", en="Quote the passages that answer a question")
QUESTION = Sentence(ja="質問", en="question")
QUESTION_DESCRIPTION = Sentence(ja="知りたいこと", en="What you want to know")
SOURCE = Sentence(ja="文書", en="source")
SOURCE_DESCRIPTION = Sentence(ja="この文書だけから答える", en="Answer from this document only")
PRIVATE = Sentence(ja="自分だけ", en="private")
PRIVATE_DESCRIPTION = Sentence(ja="答えを自分だけに見せる", en="Show the answer to you only")
THREAD = Sentence(ja="スレッド", en="thread")
THREAD_DESCRIPTION = Sentence(
    ja="答えの下にスレッドを開き、続きを質問できるようにする", en="Open a thread under the answer for further questions"
)
ASK_THIS = Sentence(ja="これを質問", en="Ask this")
KOTAE = Sentence(ja="kotae", en="kotae")
KOTAE_DESCRIPTION = Sentence(ja="ボットの管理", en="Look after the bot")
DOCTOR = Sentence(ja="診断", en="doctor")
DOCTOR_DESCRIPTION = Sentence(
    ja="このチャンネルで答えられるかを調べます", en="Check whether I can answer in this channel"
)
AUTO_ANSWER = Sentence(ja="自動回答", en="auto-answer")
AUTO_ANSWER_DESCRIPTION = Sentence(
    ja="メンションのない質問にも、答えが確かなら返信する（管理者）",
    en="Answer questions in a channel even when they do not mention me (administrators)",
)
ON = Sentence(ja="オン", en="on")
ON_DESCRIPTION = Sentence(ja="答えるなら True、やめるなら False", en="Whether to answer there")
CHANNEL = Sentence(ja="チャンネル", en="channel")
AUTO_ANSWER_CHANNEL_DESCRIPTION = Sentence(
    ja="答えるチャンネルかフォーラム（省けばこのチャンネル）",
    en="The channel or forum to answer in (this one if left out)",
)
CHANNEL_SOURCES = Sentence(ja="文書", en="sources")
CHANNEL_SOURCES_DESCRIPTION = Sentence(
    ja="チャンネルの回答に、どの文書を使うかを選ぶ（管理者）",
    en="Choose which sources a channel is answered from (administrators)",
)
CHANNEL_OF_SOURCES_DESCRIPTION = Sentence(
    ja="文書を選ぶチャンネルかフォーラム（省けばこのチャンネル）",
    en="The channel or forum to choose for (this one if left out)",
)
FORGET_ME = Sentence(ja="忘れて", en="forget-me")
FORGET_ME_DESCRIPTION = Sentence(
    ja="自分の発言と質問を忘れさせ、これからも学ばせない",
    en="Forget what I wrote and asked, and do not learn from me again",
)
FORGET_GUILD = Sentence(ja="サーバーを忘れて", en="forget-guild")
FORGET_GUILD_DESCRIPTION = Sentence(
    ja="このサーバーについて知っていることをすべて忘れさせる（管理者）",
    en="Forget all that I know of this server (administrators)",
)
KNOWLEDGE = Sentence(ja="ナレッジ", en="knowledge")
KNOWLEDGE_DESCRIPTION = Sentence(ja="このサーバーで答えに使う文書", en="What I answer from in this server")
SAVE = Sentence(ja="ナレッジに保存", en="Save as knowledge")
ADD = Sentence(ja="追加", en="add")
ADD_DESCRIPTION = Sentence(ja="添付したファイルを答えに使う", en="Answer from an attached file")
FILE = Sentence(ja="ファイル", en="file")
FILE_DESCRIPTION = Sentence(
    ja="Markdown、テキスト、HTML、PDF、Word、CSVなど", en="Markdown, text, HTML, PDF, Word, CSV and the like"
)
EVERYONE = Sentence(ja="サーバーの全員", en="everyone")
EVERYONE_DESCRIPTION = Sentence(
    ja="このチャンネルを読める人だけでなく、サーバーの全員に読ませる（管理者）",
    en="For everyone in the server, not only those who can read this channel (administrators)",
)
ROLE = Sentence(ja="ロール", en="role")
ROLE_DESCRIPTION = Sentence(
    ja="このロールの人にだけ読ませる（管理者）", en="Only for people with this role (administrators)"
)
LIST = Sentence(ja="一覧", en="list")
LIST_DESCRIPTION = Sentence(ja="答えに使う文書を見る", en="See what I answer from")
REMOVE = Sentence(ja="取り消し", en="remove")
REMOVE_DESCRIPTION = Sentence(ja="文書やチャンネルを、もう答えに使わない", en="Answer from something no longer")
KNOWLEDGE_SOURCE = Sentence(ja="文書", en="source")
SOURCE_TO_REMOVE_DESCRIPTION = Sentence(
    ja="使うのをやめるもの（番号か名前）", en="What to remove, by its number or its name"
)
REFRESH = Sentence(ja="更新", en="refresh")
REFRESH_DESCRIPTION = Sentence(
    ja="学んだチャンネルと保存したメッセージが、今のとおりか見直す",
    en="Go through learnt channels and saved messages again",
)
SOURCE_TO_REFRESH_DESCRIPTION = Sentence(ja="読み直すもの（省くとすべて）", en="What to read again (all, if left out)")
EXPIRY = Sentence(ja="期限", en="expiry")
EXPIRY_DESCRIPTION = Sentence(
    ja="文書がいつまで正しいかを決め、過ぎたら確認を求める（管理者）",
    en="Have a source reviewed after some time (administrators)",
)
SOURCE_TO_EXPIRE_DESCRIPTION = Sentence(ja="期限を決めるもの", en="What is to be reviewed")
WHEN = Sentence(ja="いつ", en="when")
WHEN_DESCRIPTION = Sentence(
    ja="日数（90）か日付（2027-03-31）。省くと期限をなくす",
    en="A number of days (90) or a date (2027-03-31); never, if left out",
)
CHANNEL_TO_TELL_DESCRIPTION = Sentence(
    ja="確認を求めるチャンネル（省くと、あなたに直接）", en="The channel to ask in (you directly, if left out)"
)
LEARN = Sentence(ja="学習", en="learn")
LEARN_DESCRIPTION = Sentence(
    ja="チャンネルの会話を、過去の分もこれからの分も、答えに使う（管理者）",
    en="Answer from what is written in a channel, before and from now on (administrators)",
)
CHANNEL_TO_LEARN_DESCRIPTION = Sentence(ja="会話を学ぶチャンネルかフォーラム", en="The channel or forum to learn from")
UNANSWERED = Sentence(ja="未回答", en="gaps")
UNANSWERED_DESCRIPTION = Sentence(
    ja="答えが見つからなかった質問を見て、答える", en="See questions that found no answer, and answer them"
)
UNHELPFUL = Sentence(ja="低評価", en="unhelpful")
UNHELPFUL_DESCRIPTION = Sentence(
    ja="👎の多い答えを見て、このサーバーで使わないことにする",
    en="See answers with many 👎, and hide them in this server",
)
PIN = Sentence(ja="固定", en="pin")
PIN_DESCRIPTION = Sentence(
    ja="この質問にはこの箇所、と決めて、いちばん先に見せる", en="Choose the passage that comes first for a question"
)
QUESTION_TO_PIN_DESCRIPTION = Sentence(ja="決めておく質問", en="The question that the passage answers")
FIND = Sentence(ja="探す言葉", en="find")
FIND_DESCRIPTION = Sentence(
    ja="答えの文章にある言葉（質問だけでは見つからないとき）",
    en="Words of the passage, where the question does not find it",
)
PINS = Sentence(ja="固定一覧", en="pins")
PINS_DESCRIPTION = Sentence(ja="固定した答えを見て、外す", en="See pinned answers, and take them off")
EXPERTS = Sentence(ja="専門家", en="experts")
EXPERTS_DESCRIPTION = Sentence(
    ja="答えが確かでないときに助けを求められるロールを決める（管理者）",
    en="Name the role that people can ask for help (administrators)",
)
EXPERTS_ROLE_DESCRIPTION = Sentence(
    ja="メンションするロール（省くと、助けを求めるボタンを出さない）", en="The role to mention (no button, if left out)"
)
ACCEPT = Sentence(ja="これで解決", en="Accept as the answer")
DIGEST = Sentence(ja="週報", en="digest")
DIGEST_DESCRIPTION = Sentence(
    ja="質問の数と、答えのなかった質問を、毎週月曜に知らせる（管理者）",
    en="Report each Monday how many questions were asked, and which found no answer (administrators)",
)
DIGEST_ON_DESCRIPTION = Sentence(ja="知らせるなら True、やめるなら False", en="Whether to report")
DIGEST_CHANNEL_DESCRIPTION = Sentence(
    ja="知らせるチャンネル（省けばこのチャンネル）", en="The channel to report in (this one if left out)"
)
