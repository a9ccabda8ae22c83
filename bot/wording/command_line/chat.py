"""`kotae chat`: the conversation in a terminal, and its commands."""

from bot.wording.sentence import Sentence

WELCOME = Sentence(
    ja="{documents}件の文書から答えます。質問をどうぞ（:help で使い方、Ctrl-D で終了）。",
    en="Answering from {documents:document}. Ask away (:help for help, Ctrl-D to leave).",
)
PROMPT = Sentence(ja="質問> ", en="ask> ")
HOW_TO_LEAVE = Sentence(ja="終わるには :quit か Ctrl-D です。", en="To leave, type :quit or press Ctrl-D.")
GOODBYE = Sentence(ja="またどうぞ。", en="Goodbye.")
ASK_FIRST = Sentence(ja="先に質問を入力してください。", en="Ask a question first.")
UNKNOWN_COMMAND = Sentence(
    ja="{command} というコマンドはありません。:help で一覧を見られます。",
    en="There is no command {command}; :help lists those there are.",
)
CONVERSATION_FORGOTTEN = Sentence(ja="これまでの質問を忘れました。", en="Your earlier questions are forgotten.")
SOURCE = Sentence(ja="{title}（{passages}箇所、{source}）", en="{title} ({passages:passage}, {source})")
HELP = Sentence(
    ja="質問を書いて Enter を押すと、答えになる箇所を引用します。続けて「では〇〇は？」のようにも聞けます。",
    en="Type a question and press Enter to see the passages that answer it. Follow-up questions work too.",
)

COMMANDS = {
    "more": Sentence(ja="次の箇所を見る", en="show further passages"),
    "explain": Sentence(ja="選ばれた理由を見る", en="show why these passages were chosen"),
    "sources": Sentence(ja="回答に使う文書の一覧", en="list the documents answered from"),
    "clear": Sentence(ja="これまでの質問を忘れる", en="forget the earlier questions"),
    "help": Sentence(ja="この説明", en="this help"),
    "quit": Sentence(ja="終わる", en="leave"),
}
