"""`kotae add`, `sync`, `watch`, `sources`, `remove`, `gaps`, `backup` and `restore`."""

from bot.wording.sentence import Sentence

INTAKE_REPORT = Sentence(
    ja="新規 {new}、変更 {changed}、変更なし {unchanged}、削除 {removed}、読み飛ばし {skipped}",
    en="{new} new, {changed} changed, {unchanged} unchanged, {removed} removed, {skipped} skipped",
)
QUEUED = Sentence(
    ja="{documents}件をキューに入れました。kotae work が処理すると、回答に使われます。",
    en="Queued {documents:document}, to be answered from once kotae work has worked on them.",
)
WORKING = Sentence(
    ja="{processes}個のプロセスでキューを処理します（Ctrl-C で終了）。",
    en="Working on the queue with {processes:worker} (Ctrl-C to leave).",
)
WORKED = Sentence(
    ja="{time} 処理 {jobs}（箇所 {passages}）、処理できず {dead}、残り {waiting}",
    en="{time} {jobs:job} worked ({passages:passage}), {dead} failed, {waiting} waiting",
)
WORK_ENDED = Sentence(ja="終わりました。", en="Ended.")
WORKER_STARTS_AGAIN = Sentence(
    ja="処理中のプロセスが途中で終わったので（終了コード {status}）、代わりを始めました。",
    en="A process ended before it was done (status {status}); another one takes its place.",
)
RETRIED = Sentence(ja="{jobs}件をキューに戻しました。", en="Put {jobs:job} back into the queue.")
DISCARDED = Sentence(ja="処理できなかった{jobs}件を消しました。", en="Deleted {jobs:job} that could not be worked.")
INTERRUPTED = Sentence(
    ja="中断しました。ここまでの分は保存されています。もう一度実行すると続きから始まります。",
    en="Interrupted. What was done so far is kept; run it again to go on from there.",
)
FOLDER_MERGED = Sentence(
    ja="{inner} は {outer} に含まれるので、一つにまとめました。",
    en="{inner} lies within {outer} and is a part of it now.",
)
ADDED_TO_FOLDER = Sentence(
    ja="{inner} は{number}番の文書 {outer} に含まれるので、その一部として扱います。",
    en="{inner} lies within {outer}, which is source {number}, and is a part of it.",
)
REMOVED_MEANWHILE = Sentence(
    ja="{path} は、更新しているあいだに登録が外されたので、そのままにしました。",
    en="{path} was removed while it was being synced, and stays removed.",
)
WAITING_FOR_OTHERS = Sentence(
    ja="ほかの kotae（{holder}）が同じところを読み込んでいるので、終わるのを待っています。",
    en="Waiting for another kotae ({holder}), which is reading the same place.",
)
SKIPPED = Sentence(ja="読み飛ばし：{reason}", en="Skipped: {reason}")
STILL_WAITING = Sentence(
    ja="まだ1件も処理されていません。kotae work が動いているか確かめてください。",
    en="Nothing has been worked yet: is kotae work running?",
)
WARNED = Sentence(ja="注意：{reason}", en="Note: {reason}")
UNKNOWN_KINDS = Sentence(
    ja="読み飛ばし：読めない種類のファイル（{kinds}）", en="Skipped: kinds of files that cannot be read ({kinds})"
)
NO_SUFFIX = Sentence(ja="拡張子なし", en="no suffix")
NO_SOURCES = Sentence(
    ja="回答に使う文書がありません。kotae add で追加してください。",
    en="There is nothing to answer from; add something with kotae add.",
)
SOURCE = Sentence(
    ja="{number}. {location}（文書 {documents}、箇所 {passages}、{added}）",
    en="{number}. {location} ({documents:document}, {passages:passage}, {added})",
)
CHANGED_LAST = Sentence(ja="、最後の変更 {date}", en=", last changed {date}")
TO_BE_REVIEWED = Sentence(ja="{date}に確認", en="to be reviewed on {date}")
REVIEW = Sentence(ja="、{review}", en=", {review}")
SOURCE_REMOVED = Sentence(
    ja="外しました：{location}（文書 {documents}、箇所 {passages}）",
    en="Removed: {location} ({documents:document}, {passages:passage})",
)
HIDDEN_BY_CONTENT = Sentence(
    ja="KOTAE_CONTENT が設定されているので、そこから答えます。追加した文書から答えるには、その設定を外してください。",
    en="KOTAE_CONTENT is set, and answers come from there; unset it to answer from what was added.",
)
WATCHING = Sentence(
    ja="{count}か所を見守っています。変更はすぐに反映されます（Ctrl-C で終了）。",
    en="Watching {count:place} for changes (Ctrl-C to leave).",
)
WATCH_ENDED = Sentence(ja="見守りを終えました。", en="No longer watching.")
NO_UNANSWERED_QUESTIONS = Sentence(
    ja="答えが見つからなかった質問はありません（HTTP での質問は、KOTAE_SERVE_REMEMBER=on にしてからのものだけを覚えています）。",
    en="No question is without an answer; those over HTTP are remembered with KOTAE_SERVE_REMEMBER=on alone.",
)
IN_NO_GUILD = Sentence(ja="ダイレクトメッセージかHTTP", en="direct message or HTTP")
UNANSWERED_QUESTION = Sentence(
    ja="{number}: {times}回 {question}（最後は{last}、{guild}）",
    en="{number}: asked {times:time}, {question} (last on {last}, {guild})",
)
QUESTION_CLOSED = Sentence(ja="{number}: 一覧から消しました。", en="{number}: taken off the list.")
UNKNOWN_QUESTION = Sentence(ja="{number}: そのような質問はありません。", en="{number}: there is no such question.")
BACKED_UP = Sentence(
    ja="{path} に保存しました（文書{documents}件、{passages}箇所）。",
    en="Saved to {path}: {documents:document}, {passages:passage}.",
)
CONTENTS = Sentence(ja="文書{documents}件、{passages}箇所", en="{documents:document}, {passages:passage}")
DAMAGED_CONTENTS = Sentence(ja="壊れています", en="damaged")
CONFIRM_RESTORE = Sentence(
    ja="{database} の今の内容（{held}）を、{made} のバックアップ（{backup}）に置き換えます。よろしいですか？ [y/N] ",
    en="This replaces what is in {database} now ({held}) with the backup of {made} ({backup}). Go on? [y/N] ",
)
RESTORE_DECLINED = Sentence(ja="何も変えませんでした。", en="Nothing was changed.")
DAMAGED_DATABASE_KEPT = Sentence(
    ja="壊れたデータベースは {path} に残しました。", en="The damaged database is kept as {path}."
)
RESTORED = Sentence(ja="{database} に戻しました（{backup}）。", en="Restored to {database}: {backup}.")
TOKENS_WITHOUT_SOURCES = Sentence(
    ja="--source を付けて作ったトークン（番号 {numbers}）では何も読めなくなったので、kotae token create … --source で作り直してください。",
    en="Tokens made with --source ({numbers}) open nothing now; make them anew with kotae token create … --source.",
)
