"""`/knowledge`: files, saved messages, the list of sources, and answers that are hidden."""

from bot.wording.sentence import Sentence

READERS_OF_CHANNEL = Sentence(ja="{channel} を読める人", en="those who can read {channel}")
READERS_WITH_ROLES = Sentence(ja="{roles} の人", en="people with {roles}")
EVERYONE_IN_GUILD = Sentence(ja="サーバーの全員", en="everyone in the server")
EVERYBODY = Sentence(ja="だれでも（ボットを動かしている人が用意したもの）", en="everybody (from whoever runs the bot)")
MESSAGE_SAVED = Sentence(ja="保存しました。読めるのは{readers}です。", en="Saved, for {readers}.")
MESSAGE_SAVED_BEFORE = Sentence(ja="もう保存してあります。", en="This is saved already.")
MESSAGE_LEARNT_ALREADY = Sentence(
    ja="このチャンネルは学んでいるので、もう答えに使えます。",
    en="I learn from this channel, so I can quote this already.",
)
MESSAGE_TO_THE_BOT = Sentence(
    ja="私にあてた発言は保存しません。答えになる文章は、私へのメンションなしで書いてもらってください。",
    en="I do not save what is said to me. Please have it written without a mention of me.",
)
AUTHOR_OPTED_OUT = Sentence(
    ja="書いた人が、自分の発言を覚えないでほしいと言っているので、保存できません。",
    en="Whoever wrote this does not want to be learnt from, so I cannot save it.",
)
FILE_ADDED = Sentence(
    ja="「{file}」を覚えました（{passages}か所）。読めるのは{readers}です。",
    en="I know “{file}” now ({passages:passage}), for {readers}.",
)
FILE_QUEUED = Sentence(
    ja="「{file}」を受け取りました。順に処理していて、まもなく回答に使われます。読めるのは{readers}です。",
    en="I have “{file}”, and will answer from it as soon as its turn has come, for {readers}.",
)
FILE_REPLACED = Sentence(
    ja="「{file}」を新しい内容に替えました（{passages}か所）。読めるのは{readers}です。",
    en="“{file}” is replaced by what you attached ({passages:passage}), for {readers}.",
)
FILE_UNCHANGED = Sentence(
    ja="「{file}」は同じ内容でもう覚えています（{passages}か所）。読めるのは{readers}です。",
    en="I know “{file}” with this very content already ({passages:passage}), for {readers}.",
)
CHECK_CHOSEN_SOURCES = Sentence(
    ja="このチャンネルは、管理者が選んだ文書だけから答えます。ここでも使うには、/kotae sources（日本語では /kotae 文書）で選んでください。",
    en="This channel is answered only from what an administrator chose; /kotae sources lets it be used here too.",
)
FILE_NOT_DOWNLOADED = Sentence(
    ja="「{file}」をDiscordから受け取れませんでした。もう一度添付してください。",
    en="I could not get “{file}” from Discord. Please attach it again.",
)
FILE_REMOVED_MEANWHILE = Sentence(
    ja="「{file}」を読み込んでいるあいだに、だれかが取り消しました。必要なら、もう一度追加してください。",
    en="Somebody removed “{file}” while I was reading it. Please add it again if it is wanted.",
)
LIST_TITLE = Sentence(ja="答えに使う文書", en="What I answer from")
LIST_EMPTY = Sentence(ja="まだ何もありません。", en="There is nothing yet.")
LIST_SOURCE = Sentence(
    ja="- **{name}** · {count} · {readers} · {added}{state}", en="- **{name}** · {count} · {readers} · {added}{state}"
)
DOCUMENT_COUNTS = Sentence(ja="文書{documents}、{passages}か所", en="{documents:document}, {passages:passage}")
MESSAGE_COUNT = Sentence(ja="発言{count}件", en="{count:message}")
BUILT_IN_LEFT_OUT = Sentence(
    ja=" · ほかに読める文書がある人には使いません（ボットを動かしている人が KOTAE_BUILT_IN=always にすると使います）",
    en=" · left out for whoever can read anything else, unless whoever runs the bot sets KOTAE_BUILT_IN=always",
)
CHANGED_LAST = Sentence(ja=" · 更新は{when}", en=" · updated {when}")
TO_BE_REVIEWED = Sentence(ja=" · {date}に確認", en=" · to be reviewed on {date}")
STILL_LEARNING = Sentence(ja=" · 学習中", en=" · still learning")
UNKNOWN_SOURCE = Sentence(
    ja="そのようなものは、あなたが扱える中にありません。", en="There is no such source that you may manage."
)
CONFIRM_REMOVAL = Sentence(
    ja="「{name}」（{passages}か所）を使うのをやめますか？", en="Shall I forget “{name}” ({passages:passage})?"
)
REMOVE = Sentence(ja="使うのをやめる", en="Forget it")
REMOVED = Sentence(ja="「{name}」を忘れました。", en="I have forgotten “{name}”.")
ATTACHMENT_NOT_REFRESHABLE = Sentence(
    ja="添付されたファイルは読み直せません。新しいものを /knowledge add（追加）で添付してください。",
    en="An attached file cannot be read again. Please attach the new one with /knowledge add.",
)
REFRESHING_CHANNELS = Sentence(
    ja="{count}個のチャンネルを、今のとおりか見直しています。",
    en="I am going through the history of the channels again: {count}.",
)
OPERATORS_ONLY = Sentence(
    ja="この文書を読み直せるのは、ボットを動かしている人だけです（kotae sync）。",
    en="Only whoever runs the bot can have this read again (kotae sync).",
)
NOTHING_TO_REFRESH = Sentence(ja="読み直せるものはありません。", en="There is nothing that can be read again.")
NO_CHANNEL_TO_CHOOSE_FOR = Sentence(
    ja="ここでは選べません。チャンネルかフォーラムを指定してください。",
    en="I cannot do that here. Please name a channel or a forum.",
)
SOURCES_OF_CHANNEL = Sentence(ja="{channel} の回答に使う文書", en="What {channel} is answered from")
ANSWERED_FROM_ALL = Sentence(
    ja="いまは、ここにいる人が読めるすべての文書から答えます。一つでも選ぶと、選んだものだけから答えます（スレッドも同じです）。",
    en=(
        "At present, from all that people here may read. Once you choose something, from that alone, also in the "
        "channel's threads."
    ),
)
ANSWERED_FROM_SOME = Sentence(
    ja="いまは、次の{count}件だけから答えます（スレッドも同じです）。読めない人に見せることは、選んでもありません。",
    en=(
        "At present, from {count:source} alone, also in the channel's threads. Choosing a source shows it to nobody who "
        "may not read it."
    ),
)
ANSWERED_FROM_NONE = Sentence(
    ja="選ばれていた文書は、もうありません。選び直すか、すべてに戻すまで、ここでは何も見つかりません。",
    en="What was chosen is gone. Until you choose anew, or go back to all, nothing is found here.",
)
CHOOSE_SOURCES = Sentence(ja="回答に使う文書を選ぶ", en="Choose what to answer from")
ANSWER_FROM_ALL = Sentence(ja="すべてに戻す", en="Back to all")
UNHELPFUL_TITLE = Sentence(ja="👎の多い答え", en="Answers with many 👎")
NO_UNHELPFUL_ANSWERS = Sentence(
    ja="あなたが決められる中では、今のところありません。", en="None at present, of those that are yours to decide on."
)
UNHELPFUL_ANSWER = Sentence(
    ja="👎{against}人 👍{in_favour}人 · {place}\n> {text}", en="👎 {against} 👍 {in_favour} · {place}\n> {text}"
)
HIDDEN_ANSWER = Sentence(ja="🙈 使っていません · {place}\n> {text}", en="🙈 hidden · {place}\n> {text}")
HIDE_ANSWER = Sentence(ja="このサーバーの答えに使わない", en="Hide in this server's answers")
SHOW_ANSWER_AGAIN = Sentence(ja="また使う", en="Use again")
