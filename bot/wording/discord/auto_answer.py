"""Answers to messages that do not mention the bot."""

from bot.wording.sentence import Sentence

NO_CHANNEL = Sentence(
    ja="ここでは自動回答を使えません。テキストチャンネルかフォーラムを選んでください。",
    en="I cannot do that here. Please choose a text channel or a forum.",
)
NEEDS_INTENT = Sentence(
    ja=(
        "メンションのない質問を読むには、Message Content Intentが要ります。Discord Developer PortalのBot → Privileged Gateway "
        "Intentsで有効にしてから、KOTAE_MESSAGE_CONTENT=onで起動してください。"
    ),
    en=(
        "To read questions that do not mention me I need the Message Content Intent: turn it on in the "
        "Discord Developer Portal under Bot → Privileged Gateway Intents, then start me with "
        "KOTAE_MESSAGE_CONTENT=on."
    ),
)
SWITCHED_ON = Sentence(
    ja=(
        "これからは {channel} とそのスレッドで、質問と思われる書き込みに返信します。ここの全員が読める文書に確かな答えがあるときだけで、なければ何も言いません。"
        "静かにしてほしいときは答えの🔕をどうぞ。誰でも1時間、モデレーターなら再びオンにするまで止められます。"
    ),
    en=(
        "From now on I reply in {channel} and its threads to messages that look like questions, but only "
        "where I am confident of an answer that everyone there may read; otherwise I say nothing. For some "
        "quiet, use 🔕 under an answer: anybody can silence me for an hour, moderators until this is switched "
        "on again."
    ),
)
SWITCHED_OFF = Sentence(
    ja="{channel} では、話しかけられたときだけ答えます。", en="In {channel} I now answer only when I am addressed."
)
LACKS_PERMISSIONS = Sentence(
    ja="⚠️ ただし、そこで答えるには次の権限が足りません：{permissions}",
    en="⚠️ To answer there, though, I lack these permissions: {permissions}",
)
SILENCED_FOR_AN_HOUR = Sentence(
    ja="わかりました。このチャンネルでは1時間、話しかけられたときだけ答えます。",
    en="All right. For an hour I answer in this channel only when I am addressed.",
)
MUTED = Sentence(
    ja="このチャンネルの自動回答をオフにしました。これからは話しかけられたときだけ答えます。管理者は /kotae auto-answer（日本語では /kotae 自動回答）でオンに戻せます。",
    en=(
        "I have switched off auto-answering in this channel, and answer only when I am addressed. "
        "Administrators can switch it on again with /kotae auto-answer."
    ),
)
ALREADY_OFF = Sentence(
    ja="このチャンネルの自動回答は、もうオフになっています。", en="Auto-answering is already off in this channel."
)
