"""`/kotae doctor`: whether the bot can answer in a channel."""

from bot.wording.sentence import Sentence

TITLE = Sentence(ja="診断結果", en="Check-up")
WELL = Sentence(ja="このチャンネルで答えられます。", en="I can answer in this channel.")
LACKS_PERMISSIONS = Sentence(
    ja="次の権限がないため、このチャンネルでは答えられません：{permissions}",
    en="I cannot answer in this channel for want of these permissions: {permissions}",
)
PERMISSIONS_HEADING = Sentence(ja="権限", en="Permissions")
INTENTS_HEADING = Sentence(ja="インテント", en="Intents")
CONTENT_INTENT_ON = Sentence(ja="メッセージ本文のインテントを使っています。", en="The message content intent is on.")
CONTENT_INTENT_OFF = Sentence(
    ja="メッセージ本文のインテントは使っていません（メンションなしの書き込みは読みません）。",
    en="The message content intent is off (I do not read messages that do not mention me).",
)
LEARNING_HEADING = Sentence(ja="学習", en="Learning")
CHANNELS_FAILING = Sentence(
    ja="{channels} の会話がDiscordからいま届きません。ほかを先に学び、間隔をあけて試し直します。",
    en=(
        "Discord does not give me what is written in {channels} at the moment. I learn from others first, "
        "and try again."
    ),
)
AUTO_ANSWER_HEADING = Sentence(ja="自動回答", en="Auto-answer")
AUTO_ANSWER_ON = Sentence(
    ja="オン（話しかけられなくても質問に答えます）", en="On: I answer questions that do not address me."
)
AUTO_ANSWER_SILENT = Sentence(ja="{time}まで静かにしています。", en="Silent until {time}.")
AUTO_ANSWER_OFF = Sentence(ja="オフ（話しかけられたときだけ答えます）", en="Off: I answer only when I am addressed.")
CHOSEN_HEADING = Sentence(ja="助けと週報", en="Help and digest")
EXPERTS = Sentence(ja="助けを求める相手：{role}", en="Asked for help: {role}")
DIGEST = Sentence(ja="週報：{channel}", en="Weekly digest: {channel}")
DOCUMENTS_HEADING = Sentence(ja="文書", en="Documents")
COUNTS = Sentence(ja="{documents}件、{passages}箇所", en="{documents:document}, {passages:passage}")
CHOSEN_SOURCES = Sentence(
    ja="このチャンネルで使うのは、/kotae sources で選ばれたものだけです。",
    en="In this channel only what was chosen with /kotae sources.",
)
VERSION_HEADING = Sentence(ja="バージョン", en="Version")
