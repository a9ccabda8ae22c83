"""Learning from channels, and forgetting guilds and members."""

from bot.wording.sentence import Sentence

NEEDS_INTENT = Sentence(
    ja=(
        "チャンネルの会話を読むには、Message Content Intentが要ります。Discord Developer PortalのBot → Privileged Gateway "
        "Intentsで有効にしてから、KOTAE_MESSAGE_CONTENT=onで起動してください。ほかの機能はこのまま使えます。"
    ),
    en=(
        "To read what is written in a channel I need the Message Content Intent. Enable it in the Discord "
        "Developer Portal under Bot → Privileged Gateway Intents, and start me with "
        "KOTAE_MESSAGE_CONTENT=on. Everything else works as it is."
    ),
)
CHANNEL_UNREADABLE = Sentence(
    ja="{channel} を読めません。私にも、あなたにも、「チャンネルを見る」と「メッセージ履歴を読む」の権限が要ります。",
    en=("I cannot read {channel}: both you and I need the permissions View Channel and Read Message History there."),
)
LEARNING = Sentence(
    ja=(
        "📚 このチャンネルの会話を学んでいます（{count}件）。ここを読める人の質問に、引用して答えるためです。"
        "自分の発言を使われたくない人は、/kotae forget-me（日本語では /kotae 忘れて）をどうぞ。"
    ),
    en=(
        "📚 I am learning what was written in this channel ({count:message}), to quote it to those who can "
        "read it. If you do not want yours to be used: /kotae forget-me."
    ),
)
LEARNING_CONTINUES = Sentence(
    ja="📚 学び続けています（いまのところ{count}件）。この表示はもう変わりませんが、/kotae doctor で様子が分かります。",
    en=(
        "📚 I am still learning ({count:message} so far). This note will not change any more; /kotae doctor "
        "tells how it goes."
    ),
)
LEARNING_WAITS = Sentence(
    ja="📚 このチャンネルの会話がいまは読めません（{count}件まで学びました）。読めるようになりしだい、続けます。",
    en=("📚 I cannot read this channel at the moment ({count:message} learnt so far). I will go on as soon as I can."),
)
LEARNING_ENDED = Sentence(
    ja="📚 このチャンネルの会話から学ぶのをやめました。", en="📚 I no longer learn from this channel."
)
LEARNT = Sentence(
    ja=(
        "📚 このチャンネルの会話を学びました（{count}件）。これからの発言も、編集や削除も、数秒で反映します。"
        "自分の発言を使われたくない人は、/kotae forget-me（日本語では /kotae 忘れて）をどうぞ。"
    ),
    en=(
        "📚 I have learnt what was written in this channel ({count:message}). New messages, edits and "
        "deletions follow within seconds. If you do not want yours to be used: /kotae forget-me."
    ),
)
CONFIRM_FORGETTING_GUILD = Sentence(
    ja="学んだ会話、保存したメッセージ、追加したファイル、設定、答えられなかった質問、評価など、このサーバーのことをすべて忘れますか？元には戻せません。",
    en=(
        "Shall I forget all that I know of this server: what I learnt and saved, files that were added, "
        "settings, unanswered questions and votes? This cannot be undone."
    ),
)
FORGET_GUILD = Sentence(ja="すべて忘れる", en="Forget it all")
GUILD_FORGOTTEN = Sentence(
    ja="このサーバーのことをすべて忘れました（{count}か所から学んだこと）。",
    en="I have forgotten all that I knew of this server ({count:source}).",
)
MEMBER_FORGOTTEN = Sentence(
    ja="あなたの発言（{count}件）と質問を忘れました。これからも学びません。",
    en="I have forgotten what you wrote ({count:message}) and asked, and will not learn from you again.",
)
OPT_IN = Sentence(ja="やっぱり学んでよい", en="Learn from me after all")
OPTED_IN = Sentence(ja="わかりました。あなたの発言をまた学びます。", en="All right, I learn from what you write again.")
