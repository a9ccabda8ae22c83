"""The help of each command and argument, and what is said of arguments that are wrong."""

from bot.wording.sentence import Sentence

PROGRAM = Sentence(
    ja="日本語の質問に、文書の該当箇所を出典つきで引用して答えます。",
    en="Answers questions in Japanese by quoting the passages that answer them, with their attribution.",
)
PATHS_TO_ADD = Sentence(ja="ファイルかフォルダー（{known}）", en="files or folders ({known})")
BUILT_IN = Sentence(ja="組み込みの記事を戻す", en="bring the built-in article back")
WAIT = Sentence(
    ja="キューに入れた分の処理が終わるまで待つ（KOTAE_INTAKE=queue のとき）",
    en="wait until what was queued is worked (with KOTAE_INTAKE=queue)",
)
PROCESSES = Sentence(
    ja="同時に動かすプロセスの数（既定はプロセッサーの数）", en="how many processes (by default as many as processors)"
)
UNTIL_EMPTY = Sentence(ja="キューが空になったら終わる", en="end once the queue is empty")
RETRY = Sentence(
    ja="処理できなかったものをキューに戻して終わる", en="put what could not be worked back into the queue, and end"
)
DISCARD = Sentence(ja="処理できなかったものを消して終わる", en="delete what could not be worked, and end")
PATHS_TO_SYNC = Sentence(
    ja="ファイルかフォルダー。省略すると、登録済みのものすべて", en="files or folders; without any, all that were added"
)
ALLOW_EMPTY = Sentence(
    ja="すっかり空になったフォルダーや、なくなったファイルの文書も消す",
    en="also remove the documents of a folder that is wholly empty, or gone",
)
UNANSWERED_LIMIT = Sentence(ja="示す質問の数（既定は{most}）", en="how many questions to show ({most} by default)")
FORGET = Sentence(
    ja="この番号の質問を一覧から消す（いくつでも）", en="take the questions with these numbers off the list"
)
EXPIRY = Sentence(
    ja="この文書を、日数（90）か日付（2027-03-31）から「確認が必要」と示す。{off} なら期限なし。番号かパスで指定し、繰り返せます",
    en="say that a source, by number or path, needs review after so many days (90) or from a date (2027-03-31) on, or {off}; can be repeated",
)
SOURCES_TO_REMOVE = Sentence(ja="kotae sources が示す番号かパス", en="a number or a path, as kotae sources lists them")
BACKUP_TO_WRITE = Sentence(ja="保存先のファイル", en="the file to write")
FORCE = Sentence(ja="同じ名前のファイルがあれば上書きする", en="write over a file of that name")
BACKUP_TO_RESTORE = Sentence(ja="kotae backup で保存したファイル", en="a file that kotae backup wrote")
YES = Sentence(ja="確認せずに置き換える", en="replace without asking")
EXPORT_FILE = Sentence(ja="書き出し先のファイル。なければ標準出力", en="the file to write; standard output without one")
CONFIGURATION = Sentence(ja="測る構成（{configurations}）", en="the configuration to measure ({configurations})")
AGAINST = Sentence(
    ja="比べる相手：--save で保存したファイルか、構成の名前",
    en="what to compare with: a file that --save wrote, or the name of a configuration",
)
SAVE = Sentence(ja="結果を1問ずつファイルに保存する", en="save what came of each question to a file")
MISSES = Sentence(
    ja="うまくいかなかった質問を、ひどい順にファイルに書く（.jsonl なら1行に1問の JSON、ほかは Markdown）",
    en="write the worst misses to a file (a JSON object a line in .jsonl, else Markdown)",
)
PLOT = Sentence(
    ja="再現率、リスク・カバレッジ曲線、信頼度図を描く（.png か .svg）",
    en="draw recall, risk against coverage, and reliability (.png or .svg)",
)
LIMIT = Sentence(ja="示す箇所の数（既定は{default}）", en="how many passages to show ({default} by default)")
CONTENT = Sentence(
    ja="回答に使うファイルかフォルダー（{known}）。繰り返し指定できます",
    en="a file or folder to answer from ({known}); can be repeated",
)
EXPLAIN = Sentence(ja="どの言葉がどの重みで一致したかを示す", en="show which terms matched, with which weight")
JSON = Sentence(ja="JSON で出力する", en="print JSON")
VERSION = Sentence(ja="バージョンを表示する", en="show the version")
HELP = Sentence(ja="この説明を表示する", en="show this help")
USAGE = Sentence(ja="使い方: ", en="Usage: ")
OPTIONS_HEADING = Sentence(ja="引数とオプション", en="Arguments and options")
COMMANDS_HEADING = Sentence(ja="コマンド", en="Commands")
COMMAND = Sentence(ja="下のコマンドのどれか", en="one of the commands below")
QUESTION = Sentence(
    ja="質問。- なら標準入力から1行に1問ずつ読みます",
    en="the question; with -, one question a line is read from standard input",
)
QUESTION_SETS = Sentence(
    ja="SQuAD 形式の JSON ファイルかそのフォルダー、または questions.jsonl と corpus のあるフォルダー",
    en="JSON files in SQuAD format, or folders of them; or a folder that has questions.jsonl and corpus",
)
IN_ARTICLE = Sentence(
    ja="記事ごとに、答えのある段落を除いた場合も含めて測る（時間は約2倍）",
    en="also ask each article alone, with the answering paragraph and without it (takes twice as long)",
)
EVERY = Sentence(ja="N問に1問だけ質問する", en="ask only every Nth question")
UNKNOWN_ARGUMENT = Sentence(ja="{argument} という引数はありません。", en="There is no argument {argument}.")
UNKNOWN_COMMAND = Sentence(ja="{command} というコマンドはありません。", en="There is no command {command}.")
MISSING_COMMAND = Sentence(ja="コマンドを指定してください。", en="Say which command to run.")
MISSING_QUESTION = Sentence(ja="質問を指定してください。", en="Say what the question is.")
MISSING_QUESTION_SETS = Sentence(ja="質問集のファイルを指定してください。", en="Say which question sets to use.")
MISSING_PATHS = Sentence(ja="追加するファイルかフォルダーを指定してください。", en="Say which files or folders to add.")
MISSING_SOURCES = Sentence(
    ja="外す文書の番号かパスを指定してください（一覧は kotae sources）。",
    en="Say what to remove, by its number or path (kotae sources lists them).",
)
MISSING_FILE = Sentence(ja="ファイルを指定してください。", en="Say which file.")
BAD_PLOT_FILE = Sentence(
    ja="--plot には {known} で終わるファイルを指定してください。", en="--plot takes a file that ends in {known}."
)
MISSING_VALUE = Sentence(
    ja="{parameter} の値が足りません。{usage} のように指定してください。",
    en="A value of {parameter} is missing; it is given as {usage}.",
)
NEEDLESS_VALUE = Sentence(ja="{parameter} は値を取りません。", en="{parameter} takes no value.")
BAD_NUMBER = Sentence(
    ja="{parameter} は {lowest} から {highest} までの整数で指定してください。",
    en="{parameter} takes a whole number from {lowest} to {highest}.",
)
BAD_EXPIRY = Sentence(ja="--expiry の{problem}", en="--expiry: {problem}")
RETRY_OR_DISCARD = Sentence(
    ja="--retry と --discard は一緒には使えません。", en="--retry cannot be used together with --discard."
)
SHARDS = Sentence(
    ja="このプロセスが受け持つシャード（0-3 や 2。--of とともに指定）",
    en="the shards of this process (0-3, or 2; together with --of)",
)
SHARD_COUNT = Sentence(ja="シャードの総数", en="how many shards there are")
BAD_SHARDS = Sentence(
    ja="--shards と --of は、--shards 0-3 --of 16 のように、0 から始まる番号とその総数で指定してください。",
    en="Give --shards and --of together, as in --shards 0-3 --of 16: numbers from 0, each below how many there are.",
)
BAD_ARGUMENTS = Sentence(ja="引数が正しくありません（{reason}）。", en="The arguments are not valid ({reason}).")

COMMANDS = {
    "ask": Sentence(
        ja="一つの質問、または標準入力の質問に答えます。", en="Answer one question, or those of standard input."
    ),
    "chat": Sentence(ja="対話しながら質問に答えます。", en="Answer questions in a conversation."),
    "add": Sentence(ja="回答に使う文書を追加します。", en="Add files and folders to what is answered from."),
    "sync": Sentence(
        ja="フォルダーの現在の内容を反映します（追加・変更・削除）。",
        en="Take over what a folder is now: what was added, edited and deleted.",
    ),
    "watch": Sentence(ja="フォルダーを見守り、変更を反映し続けます。", en="Keep taking over what changes in folders."),
    "sources": Sentence(ja="回答に使う文書の一覧を表示します。", en="List what is answered from."),
    "work": Sentence(
        ja="キューに入れた文書やメッセージを処理します（KOTAE_INTAKE=queue のとき）。",
        en="Work on what was queued: documents and messages (with KOTAE_INTAKE=queue).",
    ),
    "gaps": Sentence(
        ja="答えが見つからなかった質問を、多い順に見る",
        en="List questions that found no answer, those asked most often first",
    ),
    "remove": Sentence(ja="回答に使う文書から外します。", en="Remove something from what is answered from."),
    "evaluate": Sentence(
        ja="質問集で検索の質と速さを測ります。", en="Measure quality and speed of retrieval on question sets."
    ),
    "backup": Sentence(
        ja="加えた文書などをすべて、一つのファイルに保存します。", en="Save all that is stored to one file."
    ),
    "restore": Sentence(
        ja="今の内容を、バックアップの内容に置き換えます。", en="Replace what is stored with what a backup holds."
    ),
    "export": Sentence(
        ja="加えた文書を、1行に1箇所の JSON として書き出します。",
        en="Write all passages that are stored, a JSON object a line.",
    ),
    "doctor": Sentence(
        ja="設定とデータベースに問題がないかを調べます。",
        en="Check settings and database, and say what to do about what is wrong.",
    ),
    "discord": Sentence(ja="Discord のボットとして答えます。", en="Answer as a Discord bot."),
    "mcp": Sentence(
        ja="AI アシスタントに、MCP で（標準入出力で）答えます。",
        en="Answer an assistant through MCP, over standard input.",
    ),
    "serve": Sentence(ja="HTTP の API で答えます。", en="Answer over HTTP."),
    "token": Sentence(
        ja="kotae serve に質問できるトークンを作り、一覧を見て、使えなくします。",
        en="Make, list and revoke the tokens with which kotae serve is asked.",
    ),
}
