"""Permissions, as Discord's own settings call them."""

from bot.wording.sentence import Sentence

PERMISSIONS = {
    "view_channel": Sentence(ja="チャンネルを見る", en="View Channel"),
    "read_message_history": Sentence(ja="メッセージ履歴を読む", en="Read Message History"),
    "send_messages": Sentence(ja="メッセージを送信", en="Send Messages"),
    "send_messages_in_threads": Sentence(ja="スレッドでメッセージを送信", en="Send Messages in Threads"),
    "create_public_threads": Sentence(ja="公開スレッドの作成", en="Create Public Threads"),
    "embed_links": Sentence(ja="埋め込みリンク", en="Embed Links"),
}
