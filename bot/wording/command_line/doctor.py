"""`kotae doctor`: what is checked, what was found, and what to do about it."""

from bot.wording.installing import INSTALL
from bot.wording.sentence import Sentence

CHECK = Sentence(ja="{what}：{found}", en="{what}: {found}")
LANGUAGE = Sentence(ja="日本語で表示", en="in English")
WITH_ENV_FILE = Sentence(ja="{path} を使用", en="with {path}")
WITHOUT_ENV_FILE = Sentence(ja=".env なし", en="without a .env")
ENV_FILE_OPEN = Sentence(
    ja="– このマシンの誰でも、中の秘密を読めます。chmod 600 {path} を実行してください。",
    en="– whoever uses this machine can read the secrets in it; run: chmod 600 {path}",
)
CONTENT_NOT_SET = Sentence(ja="指定なし", en="not set")
CONTENT_MISSING = Sentence(
    ja="{path} が見つかりません。KOTAE_CONTENT を直してください。", en="– {path} does not exist; correct KOTAE_CONTENT."
)
CACHE_OFF = Sentence(ja="残さない（KOTAE_CACHE_DIR=off）", en="not kept (KOTAE_CACHE_DIR=off)")
CACHE_UNWRITABLE = Sentence(
    ja="に書き込めません。アクセス権を直すか、KOTAE_CACHE_DIR に別のフォルダーを指定してください。",
    en="cannot be written; mend its permissions, or name another folder in KOTAE_CACHE_DIR.",
)
NO_DISK = Sentence(ja="このマシンには何も書きません", en="nothing is written on this machine")
FREE_SPACE = Sentence(ja="{folder} に空き {gigabytes} GB", en="{gigabytes} GB free in {folder}")
DISK_FULL = Sentence(ja="では足りません。空きを増やしてください。", en="are too little; make room.")
DATABASE_UNWRITABLE = Sentence(
    ja="に、いまのユーザーは書き込めません。kotae を動かすユーザーで実行するか、そのユーザーの所有にしてください。",
    en="cannot be written by this user; run this as the user that runs kotae, or make that user its owner.",
)
DICTIONARY_BROKEN = Sentence(
    ja=f"が文を正しく区切りません。{INSTALL} --force-reinstall fugashi unidic-lite で入れ直してください。",
    en=f"divides a sentence wrongly; reinstall it with: {INSTALL} --force-reinstall fugashi unidic-lite",
)
NO_EXTRAS = Sentence(ja="なし", en="none")
TOKEN_SET = Sentence(ja="トークンあり", en="token set")
NO_TOKEN = Sentence(ja="トークンなし", en="no token")
MESSAGE_CONTENT_ON = Sentence(
    ja="メッセージ本文を読む（KOTAE_MESSAGE_CONTENT=on）", en="reads messages (KOTAE_MESSAGE_CONTENT=on)"
)
MESSAGE_CONTENT_OFF = Sentence(ja="メッセージ本文は読まない", en="does not read messages that do not mention it")
SERVE_PUBLIC = Sentence(
    ja="誰でも読めるものは、トークンなしで答える", en="answers from what is for everybody without a token"
)
SERVE_WITH_TOKEN = Sentence(ja="トークンがある人だけに答える", en="answers those with a token alone")
SERVE_TO_THE_NETWORK = Sentence(
    ja="– このアドレスに届く人は誰でも読めます。そうしたいなら、届くときの名前を KOTAE_SERVE_HOSTS に書いてください。",
    en="– whoever reaches this address may read that; if it is meant, name in KOTAE_SERVE_HOSTS how it is reached.",
)
NO_DATABASE = Sentence(
    ja="{database} はまだありません。kotae add で文書を加えるまでは、付属の記事から答えます。",
    en="there is none yet at {database}; until kotae add makes it, the built-in article is answered from.",
)
REPLICA_BEHIND = Sentence(
    ja="{database}（{changes}回分の変更が未反映。追いつくまではデータベース本体から読みます）",
    en="{database}, behind by {changes:change}; until it has caught up the database itself is read",
)
DATABASE_WHOLE = Sentence(ja="異常なし", en="whole")
DATABASE_DAMAGED = Sentence(
    ja="データベースが壊れています。kotae restore でバックアップから戻してください。",
    en="– the database is damaged; bring back a backup with kotae restore.",
)
OLDER_REVISION = Sentence(
    ja="{revision}（次に使うときに新しくなります）", en="{revision}, which is brought up to date when it is used next"
)
COUNTS = Sentence(
    ja="{sources}か所から{documents}件、{passages}箇所",
    en="{documents:document} of {sources:source}, {passages:passage}",
)
COUNTS_WITHOUT_BUILT_IN = Sentence(ja="{counts}。{left_out}", en="{counts}. {left_out}")
TO_REVIEW = Sentence(ja="{count}件は確認の期限を過ぎています", en="{count:source} to be reviewed by now")
REVIEW_THEM = Sentence(
    ja="– kotae sources で見て、正しければ kotae sources --expiry 番号 日数 で延ばしてください。",
    en="– see kotae sources; what is still right is extended with kotae sources --expiry SOURCE DAYS.",
)
QUEUE = Sentence(
    ja="待ち {waiting}（うち処理中 {held}）、処理できなかったもの {dead}",
    en="{waiting} waiting, {held} of them being worked, {dead} that could not be worked",
)
QUEUE_DEAD = Sentence(
    ja="– 原因を取り除いてから kotae work --retry で戻すか、kotae work --discard で消してください。",
    en="– mend the causes and put them back with kotae work --retry, or delete them with kotae work --discard.",
)
QUEUE_IDLE = Sentence(
    ja="– 処理するプロセスがありません。kotae work を始めてください。", en="– nobody works on them; start kotae work."
)
ANALYSIS_UP_TO_DATE = Sentence(ja="最新", en="up to date")
ANALYSIS_OUTDATED = Sentence(
    ja="{passages}箇所が古い（次に使うときに解析し直します）",
    en="{passages:passage} of an older version, to be analysed again when the database is used next",
)
ANALYSIS_UNFOUNDED = Sentence(
    ja="{passages}箇所の解析結果が文章に合わない", en="{passages:passage} whose analysis does not fit the text"
)
ANALYSE_AGAIN = Sentence(
    ja="ので、kotae backup で保存し、それを kotae restore で戻してください。解析し直されます。",
    en="– make a kotae backup and bring it back with kotae restore, which analyses everything again.",
)
ENGINE_CHOSEN = Sentence(ja="{engine}（KOTAE_ENGINE）", en="{engine} (KOTAE_ENGINE)")
ENGINE_BY_SIZE = Sentence(ja="{engine}（{passages}箇所までは memory）", en="{engine} (memory up to {passages:passage})")
ENGINE_CLUSTER = Sentence(
    ja="opensearch（{cluster}、{version}、{nodes}ノード）", en="opensearch ({cluster}, {version}, {nodes:node})"
)
CLUSTER_RED = Sentence(
    ja="の索引に欠けている部分があります。止まっているノードを起動してください。",
    en="lacks parts of its indexes; start the nodes that are down.",
)
ENCODER_BEHIND = Sentence(
    ja="{encoder}（{passages}箇所のうち{vectors}箇所の意味を読み取り済み。残りは次に使うときに読み取ります）",
    en="{encoder} (vectors of {vectors} of {passages:passage}; the rest are made when the database is used next)",
)
ENCODER_BEHIND_WORKERS = Sentence(
    ja="{encoder}（{passages}箇所のうち{vectors}箇所の意味を読み取り済み。残りは kotae work が読み取ります）",
    en="{encoder} (vectors of {vectors} of {passages:passage}; kotae work makes the rest)",
)
ENCODER_ALL = Sentence(
    ja="{encoder}（全{passages}箇所の意味を読み取り済み）", en="{encoder} (vectors of {passages:passage})"
)
ENCODER_OFF = Sentence(ja="使わない（KOTAE_ENCODER=off）", en="none (KOTAE_ENCODER=off)")
SHARDS_HELD = Sentence(ja="{shards} は {machine} のプロセス {process}", en="{shards} by process {process} on {machine}")
SHARDS_OF = Sentence(ja="全{of}のうち、{held}", en="of {of}: {held}")
NO_SHARDS_HELD = Sentence(ja="全{of}", en="of {of}:")
SHARDS_FREE = Sentence(
    ja="（{shards} を受け持つプロセスがありません。kotae discord --shards で起動してください。）",
    en="– nobody serves {shards}; start kotae discord --shards for them.",
)
METRICS_OFF = Sentence(ja="公開しない（KOTAE_METRICS_PORT なし）", en="none (KOTAE_METRICS_PORT is not set)")
METRICS_FREE = Sentence(ja="{address}（いまは動いていません）", en="{address}, where nothing runs now")
METRICS_READY = Sentence(ja="{address}（準備完了）", en="{address}, ready")
SERVE_IS_THERE = Sentence(ja="kotae serve が使っています", en="kotae serve is there")
METRICS_NOT_READY = Sentence(
    ja="– まだ準備ができていません（{checks}）。docs/metrics.md の Health の項を見てください。",
    en="– not ready ({checks}); docs/metrics.md tells under Health what each means.",
)
TRACES_OFF = Sentence(
    ja="送らない（OTEL_EXPORTER_OTLP_ENDPOINT なし）", en="none (OTEL_EXPORTER_OTLP_ENDPOINT is not set)"
)
CHECK_FAILED = Sentence(
    ja="調べられませんでした（{reason}）。kotae を入れ直してください。",
    en="could not be checked ({reason}); reinstall kotae.",
)

CHECKS = {
    "settings": Sentence(ja="設定", en="Settings"),
    "content": Sentence(ja="KOTAE_CONTENT", en="KOTAE_CONTENT"),
    "cache": Sentence(ja="索引の置き場所", en="Indexes"),
    "disk": Sentence(ja="ディスク", en="Disk"),
    "dictionary": Sentence(ja="辞書", en="Dictionary"),
    "extras": Sentence(ja="追加機能", en="Extras"),
    "discord": Sentence(ja="Discord", en="Discord"),
    "metrics": Sentence(ja="メトリクス", en="Metrics"),
    "traces": Sentence(ja="トレース", en="Traces"),
    "serve": Sentence(ja="kotae serve", en="kotae serve"),
    "database": Sentence(ja="データベース", en="Database"),
    "replica": Sentence(ja="レプリカ", en="Replica"),
    "integrity": Sentence(ja="データベースの検査", en="Integrity"),
    "revision": Sentence(ja="データベースの版", en="Revision"),
    "documents": Sentence(ja="文書", en="Documents"),
    "review": Sentence(ja="確認", en="Review"),
    "analysis": Sentence(ja="解析", en="Analysis"),
    "engine": Sentence(ja="エンジン", en="Engine"),
    "encoder": Sentence(ja="エンコーダー", en="Encoder"),
    "queue": Sentence(ja="キュー", en="Queue"),
    "dead_letter": Sentence(ja="処理できなかったもの", en="Not worked"),
    "shards": Sentence(ja="シャード", en="Shards"),
}
