"""`kotae serve` and `kotae token`: their help, and what they say."""

from bot.wording.sentence import Sentence
from index.audience import CHANNEL, EVERYBODY, GUILD, ROLES

HOST = Sentence(
    ja="待ち受けるアドレス（既定は{host}。127.0.0.1 なら、このマシンからだけ使えます）",
    en="the address to listen at ({host} by default; 127.0.0.1 is reached from this machine alone)",
)
PORT = Sentence(ja="待ち受けるポート（既定は{port}。0 なら空いているもの）", en="the port ({port} by default; 0: any)")
PROCESSES = Sentence(
    ja="質問に答えるプロセスの数（既定は{processes}）",
    en="how many processes answer questions ({processes} by default)",
)
MISSING_HOST = Sentence(ja="--host にアドレスを指定してください。", en="Say at which address to listen (--host).")
LISTENING = Sentence(ja="{address} で待ち受けています。", en="Listening at {address}")
UNENCRYPTED = Sentence(
    ja="通信は暗号化されません（http）。ほかのマシンから使うときは、TLS（https）のリバースプロキシを前に置いてください。",
    en="It is unencrypted (http); for use from other machines put a reverse proxy with TLS (https) in front of it.",
)

EVERYTHING = Sentence(
    ja="データベースにあるものすべて（Discord の非公開チャンネルで覚えたものも）から答える",
    en="answer from all that is in the database, also what was learnt in private channels of Discord",
)
ONE_WAY_TO_READ = Sentence(
    ja="KOTAE_TOKEN は、--everything、--content、KOTAE_CONTENT と一緒には使えません。",
    en="KOTAE_TOKEN cannot be used together with --everything, --content or KOTAE_CONTENT.",
)

ACTION = Sentence(ja="作る、一覧を見る、使えなくする", en="make one, list them, or let one open nothing any more")
NAME = Sentence(
    ja="create では誰が何に使うかが分かる名前、revoke では kotae token list が示す番号",
    en="for create, a name that says who uses it for what; for revoke, a number that kotae token list shows",
)
GUILD_ID = Sentence(
    ja="この番号の Discord サーバーのメンバー全員が読めるものにも答える",
    en="also answer from what all members of the Discord server with this id may read",
)
SOURCE = Sentence(
    ja="この文書だけから答える：kotae sources が示す番号かパス（繰り返し指定できます）",
    en="answer from this source alone: a number or a path, as kotae sources lists them; can be repeated",
)
OPERATOR = Sentence(
    ja="答えが見つからなかった質問など、運用者が見るものも見せる",
    en="also show what operators look at, such as questions without an answer",
)
MISSING_ACTION = Sentence(ja="create、list、revoke のどれかを指定してください。", en="Say create, list or revoke.")
MISSING_NAME = Sentence(ja="トークンの名前を指定してください。", en="Give the token a name.")
BAD_GUILD = Sentence(
    ja="--guild には Discord サーバーの ID（1234567890 のような数字）を指定してください。",
    en="--guild takes the id of a Discord server, a number such as 1234567890.",
)
ONE_AUDIENCE = Sentence(
    ja="--source は、--guild や --operator と一緒には使えません。",
    en="--source cannot be used together with --guild or --operator.",
)

CREATED = Sentence(
    ja="トークン {number}（{name}）を作りました。読めるもの：{opens}。次の行は二度と表示できないので、今すぐ控えてください。",
    en="Made token {number} ({name}), which opens {opens}. The next line cannot be shown again; keep it now.",
)
NAMED_SOURCE = Sentence(ja="  {number}番の文書 {name}：{readers}", en="  Source {number}, {name}: {readers}")
TOKEN = Sentence(
    ja="{number}  {name}  {opens}  作成 {created}、{used}", en="{number}  {name}  {opens}  made {created}, {used}"
)
USED = Sentence(ja="最後に使った日 {day}", en="last used on {day}")
NEVER_USED = Sentence(ja="まだ使われていない", en="not used yet")
NO_TOKENS = Sentence(
    ja="トークンはありません（kotae token create で作れます）。",
    en="There are no tokens; kotae token create makes one.",
)
REVOKED = Sentence(ja="トークン {number} を使えなくしました。", en="Token {number} opens nothing any more.")
UNKNOWN_TOKEN = Sentence(
    ja="トークン {number} はありません（一覧は kotae token list）。",
    en="There is no token {number} (kotae token list shows those there are).",
)

OPENS_EVERYBODY = Sentence(ja="誰でも読めるもの", en="what is for everybody")
OPENS_GUILD = Sentence(
    ja="誰でも読めるものと、サーバー {guild} のメンバー全員が読めるもの",
    en="what is for everybody or for all members of server {guild}",
)
OPENS_SOURCE = Sentence(ja="{number}番の文書だけ", en="source {number} alone")
OPENS_SOURCES = Sentence(ja="{numbers}番の文書だけ", en="sources {numbers} alone")
OPENS_NOTHING = Sentence(
    ja="なし（文書が外されたか、そのサーバーがボットを外したか、バックアップから戻された）",
    en="nothing (its sources were removed, their server removed the bot, or a backup was restored)",
)
GUILD_REMOVED = Sentence(
    ja="なし（サーバー {guild} が {day} からボットを外しているあいだ）",
    en="nothing while server {guild} has removed the bot, since {day}",
)
WITH_OPERATOR = Sentence(ja="{opens}（運用者）", en="{opens} (operator)")

READERS = {
    EVERYBODY: Sentence(ja="誰でも読めます。", en="for everybody."),
    GUILD: Sentence(ja="サーバー {guild} のメンバー全員のものです。", en="for all members of server {guild}."),
    CHANNEL: Sentence(
        ja="サーバー {guild} のチャンネル {channel} を読める人だけのものです。トークンを持つ人は誰でも読めるようになります。",
        en="for those who can read channel {channel} of server {guild} only; now also for whoever has the token.",
    ),
    ROLES: Sentence(
        ja="サーバー {guild} の特定のロールの人だけのものです。トークンを持つ人は誰でも読めるようになります。",
        en="for some roles of server {guild} only; now also for whoever has the token.",
    ),
}
