"""Every sentence that a user sees, in Japanese and English."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import PurePath
from string import Formatter
from typing import Literal

from bot.printable import one_line, printable
from index.errors import KotaeError

Language = Literal["ja", "en"]

SENTENCES: dict[str, dict[Language, str]] = {
    # Answers
    "answered": {"ja": "答え", "en": "Answer"},
    "not_answered": {
        "ja": "それについての記述は見つかりませんでした。",
        "en": "I found nothing about that.",
    },
    "nearest": {"ja": "いちばん近い箇所は次のとおりです。", "en": "The nearest passages are these."},
    "no_more": {"ja": "ほかに関係する箇所はありません。", "en": "There are no further passages."},
    "page": {"ja": "{page}ページ", "en": "p. {page}"},
    "paragraph": {"ja": "第{paragraph}段落", "en": "paragraph {paragraph}"},
    "speaker": {"ja": "—{speaker}", "en": "—{speaker}"},
    "speaker_with_role": {"ja": "—{speaker}、{role}", "en": "—{speaker}, {role}"},
    "earlier_words": {"ja": "前の質問から補った言葉：{words}", "en": "Taken from your earlier questions: {words}"},
    "word_separator": {"ja": "、", "en": ", "},
    "confidence.high": {"ja": "確からしさ：高い", "en": "Confidence: high"},
    "confidence.medium": {"ja": "確からしさ：中くらい", "en": "Confidence: medium"},
    "confidence.low": {"ja": "確からしさ：低い", "en": "Confidence: low"},
    # Explanations
    "explain.title": {"ja": "{rank}番目の箇所の点数：{score}", "en": "Score of passage {rank}: {score}"},
    "explain.word": {"ja": "質問の言葉", "en": "Word"},
    "explain.term": {"ja": "索引語", "en": "Term"},
    "explain.view": {"ja": "種類", "en": "View"},
    "explain.weight": {"ja": "重み", "en": "Weight"},
    "explain.score": {"ja": "点数", "en": "Score"},
    "explain.share": {"ja": "割合", "en": "Share"},
    "explain.more": {"ja": "ほか{count}件", "en": "{count} more"},
    "explain.total": {"ja": "合計", "en": "Total"},
    "view.lemma": {"ja": "単語", "en": "word"},
    "view.kanji": {"ja": "漢字", "en": "kanji"},
    "view.trigram": {"ja": "3文字", "en": "trigram"},
    "view.number": {"ja": "数", "en": "number"},
    "view.latin": {"ja": "英字の音", "en": "Latin sound"},
    "view.katakana": {"ja": "カタカナの音", "en": "katakana sound"},
    "feature.words": {"ja": "質問の語", "en": "words of the question"},
    "feature.words_above": {"ja": "見出し・話者の語", "en": "words it stands under"},
    "feature.synonyms": {"ja": "言い換え", "en": "synonyms"},
    "feature.written_alike": {"ja": "同じ漢字の語", "en": "words written alike"},
    "feature.rare_kanji": {"ja": "珍しい漢字", "en": "rare kanji"},
    "feature.rare_pairs": {"ja": "珍しい2文字", "en": "rare pairs of characters"},
    "feature.told_apart": {"ja": "文書内で珍しい語", "en": "rare in its document"},
    "feature.same_document": {"ja": "同じ文書の候補", "en": "candidates of its document"},
    "feature.runs": {"ja": "質問と同じ並び", "en": "word for word"},
    "feature.longest_run": {"ja": "最も長い一致", "en": "longest word for word"},
    "feature.best_sentence": {"ja": "一番近い文", "en": "best sentence"},
    "feature.pairs_in_sentence": {"ja": "文の中の2文字", "en": "pairs in a sentence"},
    "feature.shortness": {"ja": "短さ", "en": "shortness"},
    "feature.unit": {"ja": "数の単位", "en": "unit of the number"},
    "feature.near_date": {"ja": "近くの日付", "en": "date nearby"},
    "feature.near_person": {"ja": "近くの人名", "en": "person nearby"},
    "feature.near_place": {"ja": "近くの地名", "en": "place nearby"},
    "feature.meaning": {"ja": "意味の近さ", "en": "nearness in meaning"},
    "view.feature": {"ja": "特徴", "en": "feature"},
    # Chat
    "chat.welcome": {
        "ja": "{documents}件の文書から答えます。質問をどうぞ（:help で使い方、Ctrl-D で終了）。",
        "en": "Answering from {documents:document}. Ask away (:help for help, Ctrl-D to leave).",
    },
    "chat.prompt": {"ja": "質問> ", "en": "ask> "},
    "chat.goodbye": {"ja": "またどうぞ。", "en": "Goodbye."},
    "chat.ask_first": {"ja": "先に質問を入力してください。", "en": "Ask a question first."},
    "chat.unknown_command": {
        "ja": "{command} というコマンドはありません。:help で一覧を見られます。",
        "en": "There is no command {command}; :help lists those there are.",
    },
    "chat.forgotten": {"ja": "これまでの質問を忘れました。", "en": "Your earlier questions are forgotten."},
    "chat.source": {"ja": "{title}（{passages}箇所、{source}）", "en": "{title} ({passages:passage}, {source})"},
    "chat.help": {
        "ja": "質問を書いて Enter を押すと、答えになる箇所を引用します。続けて「では〇〇は？」のようにも聞けます。",
        "en": "Type a question and press Enter to see the passages that answer it. Follow-up questions work too.",
    },
    "chat.help.more": {"ja": "次の箇所を見る", "en": "show further passages"},
    "chat.help.explain": {"ja": "選ばれた理由を見る", "en": "show why these passages were chosen"},
    "chat.help.sources": {"ja": "回答に使う文書の一覧", "en": "list the documents answered from"},
    "chat.help.clear": {"ja": "これまでの質問を忘れる", "en": "forget the earlier questions"},
    "chat.help.help": {"ja": "この説明", "en": "this help"},
    "chat.help.quit": {"ja": "終わる", "en": "leave"},
    # What is answered from
    "add.report": {
        "ja": "新規 {new}、変更 {changed}、変更なし {unchanged}、削除 {removed}、読み飛ばし {skipped}",
        "en": "{new} new, {changed} changed, {unchanged} unchanged, {removed} removed, {skipped} skipped",
    },
    "add.interrupted": {
        "ja": "中断しました。ここまでの分は保存されています。もう一度実行すると続きから始まります。",
        "en": "Interrupted. What was done so far is kept; run it again to go on from there.",
    },
    "add.merged": {
        "ja": "{inner} は {outer} に含まれるので、一つにまとめました。",
        "en": "{inner} lies within {outer} and is a part of it now.",
    },
    "sync.removed_meanwhile": {
        "ja": "{path} は、更新しているあいだに登録が外されたので、そのままにしました。",
        "en": "{path} was removed while it was being synced, and stays removed.",
    },
    "add.skipped": {"ja": "読み飛ばし：{reason}", "en": "Skipped: {reason}"},
    "add.warned": {"ja": "注意：{reason}", "en": "Note: {reason}"},
    "add.unknown_kinds": {
        "ja": "読み飛ばし：読めない種類のファイル（{kinds}）",
        "en": "Skipped: kinds of files that cannot be read ({kinds})",
    },
    "add.no_suffix": {"ja": "拡張子なし", "en": "no suffix"},
    "sources.none": {
        "ja": "回答に使う文書がありません。kotae add で追加してください。",
        "en": "There is nothing to answer from; add something with kotae add.",
    },
    "sources.line": {
        "ja": "{number}. {location}（文書 {documents}、箇所 {passages}、{added}）",
        "en": "{number}. {location} ({documents:document}, {passages:passage}, {added})",
    },
    "sources.of_guild": {"ja": "{name}（{guild}）", "en": "{name} ({guild})"},
    "sources.built_in": {"ja": "組み込みの記事", "en": "the built-in article"},
    "sources.removed": {
        "ja": "外しました：{location}（文書 {documents}、箇所 {passages}）",
        "en": "Removed: {location} ({documents:document}, {passages:passage})",
    },
    "sources.hidden_by_content": {
        "ja": "KOTAE_CONTENT が設定されているので、そこから答えます。追加した文書から答えるには、その設定を外してください。",
        "en": "KOTAE_CONTENT is set, and answers come from there; unset it to answer from what was added.",
    },
    "watch.begun": {
        "ja": "{count}か所を見守っています。変更はすぐに反映されます（Ctrl-C で終了）。",
        "en": "Watching {count:place} for changes (Ctrl-C to leave).",
    },
    "watch.ended": {"ja": "見守りを終えました。", "en": "No longer watching."},
    # Discord
    "discord.source": {"ja": "出典：{place}", "en": "Source: {place}"},
    "discord.earlier": {"ja": "前の質問から補った言葉", "en": "Taken from your earlier questions"},
    "discord.nearest": {"ja": "いちばん近いのは次の箇所です。", "en": "These passages come nearest."},
    "discord.contact": {"ja": "お急ぎなら、こちらへどうぞ：{contact}", "en": "A person who may know: {contact}"},
    "discord.page": {"ja": "{page}／{pages}", "en": "{page} of {pages}"},
    "discord.button.context": {"ja": "前後を読む", "en": "Show context"},
    "discord.button.follow_up": {"ja": "続けて質問", "en": "Ask further"},
    "discord.button.explain": {"ja": "選ばれた理由", "en": "Why this one"},
    "discord.button.alone": {"ja": "自分だけに見る", "en": "For me alone"},
    "discord.shown_to_you_alone": {
        "ja": "ここにいる全員が読めるとは限らない文書からの答えなので、あなただけに表示しています。",
        "en": "Only you see this: not everyone here may read the document that it comes from.",
    },
    "discord.shown_to_who_may_not_write": {
        "ja": "ここに書き込む権限がないので、あなただけに表示しています。",
        "en": "Only you see this: you may not write here.",
    },
    "discord.no_longer_allowed": {
        "ja": "探しているあいだに、ここで見せてよいものが変わりました。もう一度お試しください。",
        "en": "What may be shown here has changed while I was looking. Please try again.",
    },
    "discord.searched_together": {
        "ja": "ここにいる全員が読める文書だけから探しました。",
        "en": "I searched only what everyone here may read.",
    },
    "discord.button.delete": {"ja": "削除", "en": "Delete"},
    "discord.modal.title": {"ja": "続けて質問", "en": "Ask further"},
    "discord.modal.question": {"ja": "質問", "en": "Question"},
    "discord.modal.placeholder": {"ja": "例：では、ほかの人は？", "en": "For example: では、ほかの人は？"},
    "discord.passage_gone": {
        "ja": "その箇所は、文書が変わったため今はありません。もう一度質問してください。",
        "en": "That passage is no longer there, because the document has changed. Please ask again.",
    },
    "discord.card_gone": {
        "ja": "このカードからは質問を読み取れません。もう一度質問してください。",
        "en": "The question can no longer be read from this card. Please ask again.",
    },
    "discord.explanation": {"ja": "この箇所が選ばれた理由", "en": "Why this passage was chosen"},
    "discord.explanation.term": {"ja": "{percent} % · {word}（{view}）", "en": "{percent} % · {word} ({view})"},
    "discord.explanation.feature": {"ja": "{percent} % · {word}", "en": "{percent} % · {word}"},
    "discord.explanation.features": {"ja": "文の特徴", "en": "Features"},
    "discord.explanation.total": {"ja": "点数の合計：{score}", "en": "Total score: {score}"},
    "discord.administrators_only": {
        "ja": "選ばれた理由を見られるのは、サーバーの管理者だけです。",
        "en": "Only administrators of the server can see why a passage was chosen.",
    },
    "discord.needs_administrator": {
        "ja": "これができるのは、サーバーの管理者だけです。",
        "en": "Only administrators of the server can do this.",
    },
    "discord.needs_moderator": {
        "ja": "これができるのは、メッセージを管理できる人だけです。",
        "en": "Only people who may manage messages can do this.",
    },
    "discord.not_looked_after": {
        "ja": (
            "これができるのは、そのチャンネルを読めて、そこのメッセージを管理できる人だけです。"
            "わたしにも、そこを読む権限が要ります。"
        ),
        "en": (
            "Only people who can read that channel and may manage messages in it can do this; I have to be able to "
            "read it too."
        ),
    },
    "discord.no_store": {
        "ja": "KOTAE_CONTENTのファイルから答えているので、何も覚えられません。",
        "en": "I answer from the files in KOTAE_CONTENT, so I cannot keep anything.",
    },
    "discord.thanks": {"ja": "ありがとうございます。参考にします。", "en": "Thank you, noted."},
    "discord.not_yours": {
        "ja": "削除できるのは、質問した人とモデレーターだけです。",
        "en": "Only whoever asked, and moderators, can delete this.",
    },
    "discord.too_often": {
        "ja": "質問が続いています。{seconds}秒ほど待ってから、もう一度どうぞ。",
        "en": "That is a lot of questions. Please ask again in about {seconds:second}.",
    },
    "discord.too_fast": {
        "ja": "操作が続いています。{seconds}秒ほど待ってから、もう一度どうぞ。",
        "en": "That is a lot at once. Please try again in about {seconds:second}.",
    },
    "discord.no_question": {
        "ja": "質問を書いてください。返信には、わたしへのメンションを付けてください。",
        "en": "Please write a question; in a reply, mention me.",
    },
    "discord.unknown_source": {
        "ja": "「{source}」という文書はありません。候補から選んでください。",
        "en": "There is no document “{source}”. Please choose one from the list.",
    },
    "discord.failed": {
        "ja": "うまく答えられませんでした。もう一度お試しください（受付番号 {request}）。",
        "en": "Something went wrong on my side. Please try again (request {request}).",
    },
    "discord.form_too_late": {
        "ja": "準備に時間がかかり、入力欄を開けませんでした。もう一度お試しください。",
        "en": "That took too long for me to open the form. Please try again.",
    },
    "discord.command.ask": {"ja": "質問", "en": "ask"},
    "discord.command.ask.description": {
        "ja": "文書から、答えになる箇所を引用します",
        "en": "Quote the passages that answer a question",
    },
    "discord.option.question": {"ja": "質問", "en": "question"},
    "discord.option.question.description": {"ja": "知りたいこと", "en": "What you want to know"},
    "discord.option.source": {"ja": "文書", "en": "source"},
    "discord.option.source.description": {"ja": "この文書だけから答える", "en": "Answer from this document only"},
    "discord.option.private": {"ja": "自分だけ", "en": "private"},
    "discord.option.private.description": {"ja": "答えを自分だけに見せる", "en": "Show the answer to you only"},
    "discord.option.thread": {"ja": "スレッド", "en": "thread"},
    "discord.option.thread.description": {
        "ja": "答えの下にスレッドを開き、続きを質問できるようにする",
        "en": "Open a thread under the answer for further questions",
    },
    "discord.no_thread": {
        "ja": "ここではスレッドを開けませんでした。テキストチャンネルで、わたしに「公開スレッドの作成」の権限が要ります。",
        "en": "I could not open a thread here; it takes a text channel in which I may create public threads.",
    },
    "discord.may_open_no_thread": {
        "ja": "スレッドは開きませんでした。ここでスレッドを作り、そこに書き込む権限が、あなたに要ります。",
        "en": "I opened no thread: you would need to be allowed to create public threads here, and to write in them.",
    },
    "discord.command.ask_this": {"ja": "これを質問", "en": "Ask this"},
    "discord.command.kotae": {"ja": "kotae", "en": "kotae"},
    "discord.command.kotae.description": {"ja": "ボットの管理", "en": "Look after the bot"},
    "discord.command.knowledge": {"ja": "ナレッジ", "en": "knowledge"},
    "discord.command.knowledge.description": {
        "ja": "このサーバーで答えに使う文書",
        "en": "What I answer from in this server",
    },
    "gaps.none": {"ja": "答えが見つからなかった質問はありません。", "en": "No question is without an answer."},
    "gaps.direct": {"ja": "ダイレクトメッセージ", "en": "direct message"},
    "gaps.line": {
        "ja": "{number}: {times}人 {question}（最後は{last}、{guild}）",
        "en": "{number}: {times:asker}, {question} (last on {last}, {guild})",
    },
    "gaps.forgotten": {"ja": "{number}: 一覧から消しました。", "en": "{number}: taken off the list."},
    "gaps.unknown": {"ja": "{number}: そのような質問はありません。", "en": "{number}: there is no such question."},
    "sources.saved": {"ja": "{channel} の保存したメッセージ", "en": "saved messages of {channel}"},
    "discord.readers.channel": {"ja": "{channel} を読める人", "en": "those who can read {channel}"},
    "discord.readers.roles": {"ja": "{roles} の人", "en": "people with {roles}"},
    "discord.readers.guild": {"ja": "サーバーの全員", "en": "everyone in the server"},
    "discord.readers.everybody": {
        "ja": "だれでも（ボットを動かしている人が用意したもの）",
        "en": "everybody (from whoever runs the bot)",
    },
    "discord.private_thread": {
        "ja": "非公開スレッドには、そこだけの読み手がいるので、何も覚えません。チャンネルで使ってください。",
        "en": "A private thread has readers of its own, so I keep nothing of it. Please use a channel.",
    },
    "discord.command.save": {"ja": "ナレッジに保存", "en": "Save as knowledge"},
    "discord.save.done": {
        "ja": "保存しました。読めるのは{readers}です。",
        "en": "Saved, for {readers}.",
    },
    "discord.save.known": {"ja": "もう保存してあります。", "en": "This is saved already."},
    "discord.save.learnt": {
        "ja": "このチャンネルは学んでいるので、もう答えに使えます。",
        "en": "I learn from this channel, so I can quote this already.",
    },
    "discord.save.no_text": {
        "ja": "人が書いた文章がないので、保存できません。",
        "en": "There is no text by a person in it to save.",
    },
    "discord.save.to_the_bot": {
        "ja": "私にあてた発言は保存しません。答えになる文章は、私へのメンションなしで書いてもらってください。",
        "en": "I do not save what is said to me. Please have it written without a mention of me.",
    },
    "discord.save.opted_out": {
        "ja": "書いた人が、自分の発言を覚えないでほしいと言っているので、保存できません。",
        "en": "Whoever wrote this does not want to be learnt from, so I cannot save it.",
    },
    "discord.command.add": {"ja": "追加", "en": "add"},
    "discord.command.add.description": {
        "ja": "添付したファイルを答えに使う",
        "en": "Answer from an attached file",
    },
    "discord.option.file": {"ja": "ファイル", "en": "file"},
    "discord.option.file.description": {
        "ja": "Markdown、テキスト、HTML、PDF、Word、CSVなど",
        "en": "Markdown, text, HTML, PDF, Word, CSV and the like",
    },
    "discord.option.everyone": {"ja": "サーバーの全員", "en": "everyone"},
    "discord.option.everyone.description": {
        "ja": "このチャンネルを読める人だけでなく、サーバーの全員に読ませる（管理者）",
        "en": "For everyone in the server, not only those who can read this channel (administrators)",
    },
    "discord.option.role": {"ja": "ロール", "en": "role"},
    "discord.option.role.description": {
        "ja": "このロールの人にだけ読ませる（管理者）",
        "en": "Only for people with this role (administrators)",
    },
    "discord.add.new": {
        "ja": "「{file}」を覚えました（{passages}か所）。読めるのは{readers}です。",
        "en": "I know “{file}” now ({passages:passage}), for {readers}.",
    },
    "discord.add.changed": {
        "ja": "「{file}」を新しい内容に替えました（{passages}か所）。読めるのは{readers}です。",
        "en": "“{file}” is replaced by what you attached ({passages:passage}), for {readers}.",
    },
    "discord.add.unchanged": {
        "ja": "「{file}」は同じ内容でもう覚えています（{passages}か所）。読めるのは{readers}です。",
        "en": "I know “{file}” with this very content already ({passages:passage}), for {readers}.",
    },
    "discord.add.not_downloaded": {
        "ja": "「{file}」をDiscordから受け取れませんでした。もう一度添付してください。",
        "en": "I could not get “{file}” from Discord. Please attach it again.",
    },
    "discord.add.removed": {
        "ja": "「{file}」を読み込んでいるあいだに、だれかが取り消しました。必要なら、もう一度追加してください。",
        "en": "Somebody removed “{file}” while I was reading it. Please add it again if it is wanted.",
    },
    "discord.command.list": {"ja": "一覧", "en": "list"},
    "discord.command.list.description": {
        "ja": "答えに使う文書を見る",
        "en": "See what I answer from",
    },
    "discord.list.title": {"ja": "答えに使う文書", "en": "What I answer from"},
    "discord.list.empty": {"ja": "まだ何もありません。", "en": "There is nothing yet."},
    "discord.list.line": {
        "ja": "- **{name}** · {count} · {readers} · {added}{state}",
        "en": "- **{name}** · {count} · {readers} · {added}{state}",
    },
    "discord.list.documents": {
        "ja": "文書{documents}、{passages}か所",
        "en": "{documents:document}, {passages:passage}",
    },
    "discord.list.messages": {"ja": "発言{count}件", "en": "{count:message}"},
    "discord.list.learning": {"ja": " · 学習中", "en": " · still learning"},
    "discord.command.remove": {"ja": "取り消し", "en": "remove"},
    "discord.command.remove.description": {
        "ja": "文書やチャンネルを、もう答えに使わない",
        "en": "Answer from something no longer",
    },
    "discord.option.of_knowledge": {"ja": "文書", "en": "source"},
    "discord.option.of_knowledge.description": {
        "ja": "使うのをやめるもの（番号か名前）",
        "en": "What to remove, by its number or its name",
    },
    "discord.option.refreshed.description": {
        "ja": "読み直すもの（省くとすべて）",
        "en": "What to read again (all, if left out)",
    },
    "discord.remove.unknown": {
        "ja": "そのようなものは、あなたが扱える中にありません。",
        "en": "There is no such source that you may manage.",
    },
    "discord.remove.sure": {
        "ja": "「{name}」（{passages}か所）を使うのをやめますか？",
        "en": "Shall I forget “{name}” ({passages:passage})?",
    },
    "discord.button.remove": {"ja": "使うのをやめる", "en": "Forget it"},
    "discord.remove.done": {"ja": "「{name}」を忘れました。", "en": "I have forgotten “{name}”."},
    "discord.command.refresh": {"ja": "更新", "en": "refresh"},
    "discord.command.refresh.description": {
        "ja": "学んだチャンネルと保存したメッセージが、今のとおりか見直す",
        "en": "Go through learnt channels and saved messages again",
    },
    "discord.refresh.attachment": {
        "ja": "添付されたファイルは読み直せません。新しいものを /knowledge add（追加）で添付してください。",
        "en": "An attached file cannot be read again. Please attach the new one with /knowledge add.",
    },
    "discord.refresh.channels": {
        "ja": "{count}個のチャンネルを、今のとおりか見直しています。",
        "en": "I am going through the history of the channels again: {count}.",
    },
    "discord.refresh.operators": {
        "ja": "この文書を読み直せるのは、ボットを動かしている人だけです（kotae sync）。",
        "en": "Only whoever runs the bot can have this read again (kotae sync).",
    },
    "discord.refresh.nothing": {
        "ja": "読み直せるものはありません。",
        "en": "There is nothing that can be read again.",
    },
    "discord.command.gaps": {"ja": "未回答", "en": "gaps"},
    "discord.command.gaps.description": {
        "ja": "答えが見つからなかった質問を見て、答える",
        "en": "See questions that found no answer, and answer them",
    },
    "discord.gaps.title": {"ja": "答えが見つからなかった質問", "en": "Questions that found no answer"},
    "discord.gaps.none": {
        "ja": "あなたがメッセージを管理できるチャンネルでは、今のところありません。",
        "en": "None at present, in the channels whose messages you may manage.",
    },
    "discord.gaps.line": {
        "ja": "**{times}人** {question}（最後は{last}）",
        "en": "**{times:asker}:** {question} (last on {last})",
    },
    "discord.gaps.hint": {
        "ja": "答えると、質問した人に知らせます。",
        "en": "Whoever asked is told of your answer.",
    },
    "discord.gaps.choose": {"ja": "答える質問を選ぶ", "en": "Choose a question to answer"},
    "discord.gaps.dismiss": {"ja": "答えが要らない質問を消す", "en": "Take a question off the list"},
    "discord.gaps.modal": {"ja": "質問に答える", "en": "Answer a question"},
    "discord.gaps.answer": {
        "ja": "答え、または答えになるメッセージのリンク",
        "en": "The answer, or the link of a message",
    },
    "discord.gaps.gone": {
        "ja": "その質問は、もう一覧にありません。",
        "en": "That question is no longer on the list.",
    },
    "discord.gaps.link_unreadable": {
        "ja": "そのメッセージを読めません。このサーバーの、あなたも私も読めるチャンネルのリンクにしてください。",
        "en": "I cannot read that message. Please link to one in a channel of this server that you and I can read.",
    },
    "discord.gaps.needs_menu": {
        "ja": (
            "Message Content Intentがないので、リンク先の文章を読めません。"
            "文章をここに書くか、そのメッセージのメニューから「ナレッジに保存」を選んでください。"
        ),
        "en": (
            "Without the Message Content Intent I cannot read what is behind a link. Write the answer here, or choose "
            "“Save as knowledge” in the message's menu."
        ),
    },
    "discord.gaps.opted_out": {
        "ja": "あなたは「忘れて」で自分の発言を使わせないことにしているので、答えを保存できません。",
        "en": "You asked me to keep nothing that you write (forget-me), so I cannot keep this answer.",
    },
    "discord.gaps.answered": {
        "ja": "答えを保存しました。読めるのは{readers}です。質問した{told}人に知らせました。",
        "en": "Your answer is kept, for {readers}. People told: {told}.",
    },
    "discord.gaps.nobody_told": {
        "ja": "答えを保存しました。読めるのは{readers}です。質問した人には知らせていません。",
        "en": "Your answer is kept, for {readers}. Nobody was told of it.",
    },
    "discord.gaps.told": {
        "ja": "お尋ねの件に、答えが見つかりました。",
        "en": "there is an answer now to what you asked.",
    },
    "discord.command.unhelpful": {"ja": "低評価", "en": "unhelpful"},
    "discord.command.unhelpful.description": {
        "ja": "👎の多い答えを見て、このサーバーで使わないことにする",
        "en": "See answers with many 👎, and hide them in this server",
    },
    "discord.unhelpful.title": {"ja": "👎の多い答え", "en": "Answers with many 👎"},
    "discord.unhelpful.none": {
        "ja": "あなたが決められる中では、今のところありません。",
        "en": "None at present, of those that are yours to decide on.",
    },
    "discord.unhelpful.line": {
        "ja": "👎{against}人 👍{in_favour}人 · {place}\n> {text}",
        "en": "👎 {against} 👍 {in_favour} · {place}\n> {text}",
    },
    "discord.unhelpful.hidden_line": {
        "ja": "🙈 使っていません · {place}\n> {text}",
        "en": "🙈 hidden · {place}\n> {text}",
    },
    "discord.unhelpful.hide": {"ja": "このサーバーの答えに使わない", "en": "Hide in this server's answers"},
    "discord.unhelpful.show": {"ja": "また使う", "en": "Use again"},
    "discord.command.learn": {"ja": "学習", "en": "learn"},
    "discord.command.learn.description": {
        "ja": "チャンネルの会話を、過去の分もこれからの分も、答えに使う（管理者）",
        "en": "Answer from what is written in a channel, before and from now on (administrators)",
    },
    "discord.option.channel": {"ja": "チャンネル", "en": "channel"},
    "discord.option.channel.description": {
        "ja": "会話を学ぶチャンネルかフォーラム",
        "en": "The channel or forum to learn from",
    },
    "discord.learn.needs_intent": {
        "ja": (
            "チャンネルの会話を読むには、Message Content Intentが要ります。Discord Developer Portalの"
            "Bot → Privileged Gateway Intentsで有効にしてから、KOTAE_MESSAGE_CONTENT=onで起動してください。"
            "ほかの機能はこのまま使えます。"
        ),
        "en": (
            "To read what is written in a channel I need the Message Content Intent. Enable it in the Discord "
            "Developer Portal under Bot → Privileged Gateway Intents, and start me with KOTAE_MESSAGE_CONTENT=on. "
            "Everything else works as it is."
        ),
    },
    "discord.learn.unreadable": {
        "ja": "{channel} を読めません。私にも、あなたにも、「チャンネルを見る」と「メッセージ履歴を読む」の権限が要ります。",
        "en": "I cannot read {channel}: both you and I need the permissions View Channel and Read Message History there.",
    },
    "discord.learning": {
        "ja": (
            "📚 このチャンネルの会話を学んでいます（{count}件）。ここを読める人の質問に、引用して答えるためです。"
            "自分の発言を使われたくない人は、/kotae forget-me（日本語では /kotae 忘れて）をどうぞ。"
        ),
        "en": (
            "📚 I am learning what was written in this channel ({count:message}), to quote it to those who can read "
            "it. If you do not want yours to be used: /kotae forget-me."
        ),
    },
    "discord.learning_goes_on": {
        "ja": "📚 学び続けています（いまのところ{count}件）。この表示はもう変わりませんが、/kotae doctor で様子が分かります。",
        "en": (
            "📚 I am still learning ({count:message} so far). This note will not change any more; /kotae doctor tells "
            "how it goes."
        ),
    },
    "discord.learning_waits": {
        "ja": "📚 このチャンネルの会話がいまは読めません（{count}件まで学びました）。読めるようになりしだい、続けます。",
        "en": "📚 I cannot read this channel at the moment ({count:message} learnt so far). I will go on as soon as I can.",
    },
    "discord.learning_ended": {
        "ja": "📚 このチャンネルの会話から学ぶのをやめました。",
        "en": "📚 I no longer learn from this channel.",
    },
    "discord.learnt": {
        "ja": (
            "📚 このチャンネルの会話を学びました（{count}件）。これからの発言も、編集や削除も、数秒で反映します。"
            "自分の発言を使われたくない人は、/kotae forget-me（日本語では /kotae 忘れて）をどうぞ。"
        ),
        "en": (
            "📚 I have learnt what was written in this channel ({count:message}). New messages, edits and deletions "
            "follow within seconds. If you do not want yours to be used: /kotae forget-me."
        ),
    },
    "discord.command.forget_me": {"ja": "忘れて", "en": "forget-me"},
    "discord.command.forget_me.description": {
        "ja": "自分の発言と質問を忘れさせ、これからも学ばせない",
        "en": "Forget what I wrote and asked, and do not learn from me again",
    },
    "discord.command.forget_guild": {"ja": "サーバーを忘れて", "en": "forget-guild"},
    "discord.command.forget_guild.description": {
        "ja": "このサーバーについて知っていることをすべて忘れさせる（管理者）",
        "en": "Forget all that I know of this server (administrators)",
    },
    "discord.forget_guild.sure": {
        "ja": (
            "学んだ会話、保存したメッセージ、追加したファイル、設定、答えられなかった質問、評価など、このサーバーのことを"
            "すべて忘れますか？元には戻せません。"
        ),
        "en": (
            "Shall I forget all that I know of this server: what I learnt and saved, files that were added, settings, "
            "unanswered questions and votes? This cannot be undone."
        ),
    },
    "discord.button.forget_guild": {"ja": "すべて忘れる", "en": "Forget it all"},
    "discord.forget_guild.done": {
        "ja": "このサーバーのことをすべて忘れました（{count}か所から学んだこと）。",
        "en": "I have forgotten all that I knew of this server ({count:source}).",
    },
    "discord.forgotten": {
        "ja": "あなたの発言（{count}件）と質問を忘れました。これからも学びません。",
        "en": "I have forgotten what you wrote ({count:message}) and asked, and will not learn from you again.",
    },
    "discord.button.remember": {"ja": "やっぱり学んでよい", "en": "Learn from me after all"},
    "discord.remembered": {
        "ja": "わかりました。あなたの発言をまた学びます。",
        "en": "All right, I learn from what you write again.",
    },
    "discord.command.auto_answer": {"ja": "自動回答", "en": "auto-answer"},
    "discord.command.auto_answer.description": {
        "ja": "メンションのない質問にも、答えが確かなら返信する（管理者）",
        "en": "Answer questions in a channel even when they do not mention me (administrators)",
    },
    "discord.option.on": {"ja": "オン", "en": "on"},
    "discord.option.on.description": {"ja": "答えるなら True、やめるなら False", "en": "Whether to answer there"},
    "discord.option.auto_answer_channel.description": {
        "ja": "答えるチャンネルかフォーラム（省けばこのチャンネル）",
        "en": "The channel or forum to answer in (this one if left out)",
    },
    "discord.auto_answer.no_channel": {
        "ja": "ここでは自動回答を使えません。テキストチャンネルかフォーラムを選んでください。",
        "en": "I cannot do that here. Please choose a text channel or a forum.",
    },
    "discord.auto_answer.needs_intent": {
        "ja": (
            "メンションのない質問を読むには、Message Content Intentが要ります。Discord Developer Portalの"
            "Bot → Privileged Gateway Intentsで有効にしてから、KOTAE_MESSAGE_CONTENT=onで起動してください。"
        ),
        "en": (
            "To read questions that do not mention me I need the Message Content Intent: turn it on in the Discord "
            "Developer Portal under Bot → Privileged Gateway Intents, then start me with KOTAE_MESSAGE_CONTENT=on."
        ),
    },
    "discord.auto_answer.switched_on": {
        "ja": (
            "これからは {channel} とそのスレッドで、質問と思われる書き込みに返信します。"
            "ここの全員が読める文書に確かな答えがあるときだけで、なければ何も言いません。"
            "静かにしてほしいときは答えの🔕をどうぞ。誰でも1時間、モデレーターなら再びオンにするまで止められます。"
        ),
        "en": (
            "From now on I reply in {channel} and its threads to messages that look like questions, but only where I am "
            "confident of an answer that everyone there may read; otherwise I say nothing. For some quiet, use 🔕 under "
            "an answer: anybody can silence me for an hour, moderators until this is switched on again."
        ),
    },
    "discord.auto_answer.switched_off": {
        "ja": "{channel} では、話しかけられたときだけ答えます。",
        "en": "In {channel} I now answer only when I am addressed.",
    },
    "discord.auto_answer.hindered": {
        "ja": "⚠️ ただし、そこで答えるには次の権限が足りません：{permissions}",
        "en": "⚠️ To answer there, though, I lack these permissions: {permissions}",
    },
    "discord.button.mute": {"ja": "静かに", "en": "Quiet"},
    "discord.auto_answer.silenced": {
        "ja": "わかりました。このチャンネルでは1時間、話しかけられたときだけ答えます。",
        "en": "All right. For an hour I answer in this channel only when I am addressed.",
    },
    "discord.auto_answer.muted": {
        "ja": (
            "このチャンネルの自動回答をオフにしました。これからは話しかけられたときだけ答えます。"
            "管理者は /kotae auto-answer（日本語では /kotae 自動回答）でオンに戻せます。"
        ),
        "en": (
            "I have switched off auto-answering in this channel, and answer only when I am addressed. "
            "Administrators can switch it on again with /kotae auto-answer."
        ),
    },
    "discord.auto_answer.is_off": {
        "ja": "このチャンネルの自動回答は、もうオフになっています。",
        "en": "Auto-answering is already off in this channel.",
    },
    "discord.doctor.auto_answer": {"ja": "自動回答", "en": "Auto-answer"},
    "discord.doctor.auto_answer.on": {
        "ja": "オン（話しかけられなくても質問に答えます）",
        "en": "On: I answer questions that do not address me.",
    },
    "discord.doctor.auto_answer.silent": {"ja": "{time}まで静かにしています。", "en": "Silent until {time}."},
    "discord.doctor.auto_answer.off": {
        "ja": "オフ（話しかけられたときだけ答えます）",
        "en": "Off: I answer only when I am addressed.",
    },
    "discord.command.doctor": {"ja": "診断", "en": "doctor"},
    "discord.command.doctor.description": {
        "ja": "このチャンネルで答えられるかを調べます",
        "en": "Check whether I can answer in this channel",
    },
    "discord.doctor.title": {"ja": "診断結果", "en": "Check-up"},
    "discord.doctor.well": {"ja": "このチャンネルで答えられます。", "en": "I can answer in this channel."},
    "discord.doctor.hindered": {
        "ja": "次の権限がないため、このチャンネルでは答えられません：{permissions}",
        "en": "I cannot answer in this channel for want of these permissions: {permissions}",
    },
    "discord.doctor.permissions": {"ja": "権限", "en": "Permissions"},
    "discord.doctor.intents": {"ja": "インテント", "en": "Intents"},
    "discord.doctor.content_intent": {
        "ja": "メッセージ本文のインテントを使っています。",
        "en": "The message content intent is on.",
    },
    "discord.doctor.no_content_intent": {
        "ja": "メッセージ本文のインテントは使っていません（メンションなしの書き込みは読みません）。",
        "en": "The message content intent is off (I do not read messages that do not mention me).",
    },
    "discord.doctor.learning": {"ja": "学習", "en": "Learning"},
    "discord.doctor.failing": {
        "ja": "{channels} の会話がDiscordからいま届きません。ほかを先に学び、間隔をあけて試し直します。",
        "en": "Discord does not give me what is written in {channels} at the moment. I learn from others first, and try again.",
    },
    "discord.doctor.documents": {"ja": "文書", "en": "Documents"},
    "discord.doctor.counts": {
        "ja": "{documents}件、{passages}箇所",
        "en": "{documents:document}, {passages:passage}",
    },
    "discord.doctor.version": {"ja": "バージョン", "en": "Version"},
    "permission.view_channel": {"ja": "チャンネルを見る", "en": "View Channel"},
    "permission.read_message_history": {"ja": "メッセージ履歴を読む", "en": "Read Message History"},
    "permission.send_messages": {"ja": "メッセージを送信", "en": "Send Messages"},
    "permission.send_messages_in_threads": {"ja": "スレッドでメッセージを送信", "en": "Send Messages in Threads"},
    "permission.create_public_threads": {"ja": "公開スレッドの作成", "en": "Create Public Threads"},
    "permission.embed_links": {"ja": "埋め込みリンク", "en": "Embed Links"},
    "help.discord": {"ja": "Discord のボットとして答えます。", "en": "Answer as a Discord bot."},
    "DiscordTokenMissing": {
        "ja": "DISCORD_TOKEN がありません。環境変数か .env に、ボットのトークンを書いてください。",
        "en": "DISCORD_TOKEN is not set; put the bot's token into the environment or into .env.",
    },
    "DiscordTokenRefused": {
        "ja": "Discord が DISCORD_TOKEN を受け付けませんでした。トークンを確かめてください。",
        "en": "Discord refused DISCORD_TOKEN; check the token.",
    },
    "DiscordIntentMissing": {
        "ja": "ボットに必要なインテントが許可されていません。Discord の開発者ポータルの Bot ページで有効にしてください。",
        "en": "The bot lacks an intent; switch it on at the Bot page of Discord's developer portal.",
    },
    "DiscordUnreachable": {
        "ja": "{address} につながりません（{reason}）。ネットワークと、DISCORD_API_URL、DISCORD_GATEWAY_URL を確かめてください。",
        "en": "{address} cannot be reached ({reason}); check the network, DISCORD_API_URL and DISCORD_GATEWAY_URL.",
    },
    # Backups, export
    "backup.done": {
        "ja": "{path} に保存しました（文書{documents}件、{passages}箇所）。",
        "en": "Saved to {path}: {documents:document}, {passages:passage}.",
    },
    "restore.held": {"ja": "文書{documents}件、{passages}箇所", "en": "{documents:document}, {passages:passage}"},
    "restore.damaged": {"ja": "壊れています", "en": "damaged"},
    "restore.confirm": {
        "ja": "{database} の今の内容（{held}）を、{made} のバックアップ（{backup}）に置き換えます。よろしいですか？ [y/N] ",
        "en": "This replaces what is in {database} now ({held}) with the backup of {made} ({backup}). Go on? [y/N] ",
    },
    "restore.declined": {"ja": "何も変えませんでした。", "en": "Nothing was changed."},
    "restore.set_aside": {
        "ja": "壊れたデータベースは {path} に残しました。",
        "en": "The damaged database is kept as {path}.",
    },
    "restore.done": {
        "ja": "{database} に戻しました（{backup}）。",
        "en": "Restored to {database}: {backup}.",
    },
    # Doctor
    "doctor.line": {"ja": "{what}：{found}", "en": "{what}: {found}"},
    "doctor.settings": {"ja": "設定", "en": "Settings"},
    "doctor.content": {"ja": "KOTAE_CONTENT", "en": "KOTAE_CONTENT"},
    "doctor.cache": {"ja": "索引の置き場所", "en": "Indexes"},
    "doctor.disk": {"ja": "ディスク", "en": "Disk"},
    "doctor.dictionary": {"ja": "辞書", "en": "Dictionary"},
    "doctor.extras": {"ja": "追加機能", "en": "Extras"},
    "doctor.discord": {"ja": "Discord", "en": "Discord"},
    "doctor.database": {"ja": "データベース", "en": "Database"},
    "doctor.integrity": {"ja": "データベースの検査", "en": "Integrity"},
    "doctor.revision": {"ja": "データベースの版", "en": "Revision"},
    "doctor.documents": {"ja": "文書", "en": "Documents"},
    "doctor.analysis": {"ja": "解析", "en": "Analysis"},
    "doctor.engine": {"ja": "エンジン", "en": "Engine"},
    "doctor.language": {"ja": "日本語で表示", "en": "in English"},
    "doctor.env": {"ja": "{path} を使用", "en": "with {path}"},
    "doctor.no_env": {"ja": ".env なし", "en": "without a .env"},
    "doctor.no_content": {"ja": "指定なし", "en": "not set"},
    "doctor.content_missing": {
        "ja": "{path} が見つかりません。KOTAE_CONTENT を直してください。",
        "en": "– {path} does not exist; correct KOTAE_CONTENT.",
    },
    "doctor.cache_off": {
        "ja": "残さない（KOTAE_CACHE_DIR=off）",
        "en": "not kept (KOTAE_CACHE_DIR=off)",
    },
    "doctor.cache_unwritable": {
        "ja": "に書き込めません。アクセス権を直すか、KOTAE_CACHE_DIR に別のフォルダーを指定してください。",
        "en": "cannot be written; mend its permissions, or name another folder in KOTAE_CACHE_DIR.",
    },
    "doctor.no_disk": {"ja": "このマシンには何も書きません", "en": "nothing is written on this machine"},
    "doctor.free": {"ja": "{folder} に空き {gigabytes} GB", "en": "{gigabytes} GB free in {folder}"},
    "doctor.disk_full": {
        "ja": "では足りません。空きを増やしてください。",
        "en": "are too little; make room.",
    },
    "doctor.dictionary_broken": {
        "ja": "が文を正しく区切りません。pip install --force-reinstall fugashi unidic-lite で入れ直してください。",
        "en": "divides a sentence wrongly; reinstall it with: pip install --force-reinstall fugashi unidic-lite",
    },
    "doctor.no_extras": {"ja": "なし", "en": "none"},
    "doctor.token": {"ja": "トークンあり", "en": "token set"},
    "doctor.no_token": {"ja": "トークンなし", "en": "no token"},
    "doctor.message_content": {
        "ja": "メッセージ本文を読む（KOTAE_MESSAGE_CONTENT=on）",
        "en": "reads messages (KOTAE_MESSAGE_CONTENT=on)",
    },
    "doctor.no_message_content": {
        "ja": "メッセージ本文は読まない",
        "en": "does not read messages that do not mention it",
    },
    "doctor.no_database": {
        "ja": "{database} はまだありません。kotae add で文書を加えるまでは、付属の記事から答えます。",
        "en": "there is none yet at {database}; until kotae add makes it, the built-in article is answered from.",
    },
    "doctor.whole": {"ja": "異常なし", "en": "whole"},
    "doctor.damaged": {
        "ja": "データベースが壊れています。kotae restore でバックアップから戻してください。",
        "en": "– the database is damaged; bring back a backup with kotae restore.",
    },
    "doctor.older": {
        "ja": "{revision}（次に使うときに新しくなります）",
        "en": "{revision}, which is brought up to date when it is used next",
    },
    "doctor.counts": {
        "ja": "{sources}か所から{documents}件、{passages}箇所",
        "en": "{documents:document} of {sources:source}, {passages:passage}",
    },
    "doctor.up_to_date": {"ja": "最新", "en": "up to date"},
    "doctor.outdated": {
        "ja": "{passages}箇所が古い（次に使うときに解析し直します）",
        "en": "{passages:passage} of an older version, to be analysed again when the database is used next",
    },
    "doctor.unfounded": {
        "ja": "{passages}箇所の解析結果が文章に合わない",
        "en": "{passages:passage} whose analysis does not fit the text",
    },
    "doctor.analyse_again": {
        "ja": "ので、kotae backup で保存し、それを kotae restore で戻してください。解析し直されます。",
        "en": "– make a kotae backup and bring it back with kotae restore, which analyses everything again.",
    },
    "doctor.engine_chosen": {"ja": "{engine}（KOTAE_ENGINE）", "en": "{engine} (KOTAE_ENGINE)"},
    "doctor.engine_by_size": {
        "ja": "{engine}（{passages}箇所までは memory）",
        "en": "{engine} (memory up to {passages:passage})",
    },
    "doctor.failed": {
        "ja": "調べられませんでした（{reason}）。kotae を入れ直してください。",
        "en": "could not be checked ({reason}); reinstall kotae.",
    },
    # Progress
    "progress.load": {"ja": "文書を読み込み中", "en": "Reading documents"},
    "progress.index": {"ja": "索引を準備中", "en": "Preparing the index"},
    "progress.embed": {"ja": "意味を計算中", "en": "Embedding passages"},
    "progress.analyse": {"ja": "文章を解析中", "en": "Analysing passages"},
    "progress.backup": {"ja": "バックアップを作成中", "en": "Backing up"},
    "progress.verify": {"ja": "バックアップを検査中", "en": "Checking the backup"},
    "progress.restore": {"ja": "バックアップから復元中", "en": "Restoring"},
    "progress.export": {"ja": "書き出し中", "en": "Exporting"},
    "progress.evaluate": {"ja": "質問を評価中", "en": "Asking questions"},
    "progress.evaluate_half": {"ja": "半分の記事で質問を評価中", "en": "Asking half of the articles"},
    # Evaluation
    "evaluate.title": {
        "ja": "{passages}箇所、{questions}問",
        "en": "{passages:passage}, {questions:question}",
    },
    "evaluate.measure": {"ja": "指標", "en": "Measure"},
    "evaluate.value": {"ja": "値", "en": "Value"},
    "evaluate.interval": {"ja": "95%信頼区間", "en": "95 % interval"},
    "evaluate.difference": {"ja": "差", "en": "Difference"},
    "evaluate.changes": {
        "ja": "正しい箇所の順位は、{better}問で上がり、{worse}問で下がり、{same}問で同じです（符号検定 p = {p_value}）。",
        "en": "The right passage ranks better in {better} questions, worse in {worse}, the same in {same} (sign test p = {p_value}).",
    },
    "misses.title": {
        "ja": "正しい箇所が1番目に来なかった質問",
        "en": "Questions whose right passage did not come first",
    },
    "misses.count": {
        "ja": "{questions}問のうち{misses}問。ひどい順に{shown}問を示します。",
        "en": "{misses} of {questions:question}; the worst {shown}, worst first.",
    },
    "misses.answers": {"ja": "正解：{answers}", "en": "Right answers: {answers}"},
    "misses.rank": {"ja": "正しい箇所の順位：{rank}", "en": "Rank of the right passage: {rank}"},
    "misses.rank_against": {"ja": "{name} での順位：{rank}", "en": "Its rank in {name}: {rank}"},
    "misses.not_found": {"ja": "{depth}番目までになし", "en": "not among the first {depth}"},
    "misses.right": {"ja": "正しい箇所（{title}）", "en": "The right passage ({title})"},
    "misses.first": {
        "ja": "1番目に来た箇所（{title}、確からしさ {confidence}）",
        "en": "What came first ({title}, confidence {confidence})",
    },
    "misses.nothing": {"ja": "何も見つかりませんでした。", "en": "Nothing was found."},
    "misses.score": {"ja": "点数 {score}（{terms}）", "en": "Score {score} ({terms})"},
    # Help
    "help.kotae": {
        "ja": "日本語の質問に、文書の該当箇所を出典つきで引用して答えます。",
        "en": "Answers questions in Japanese by quoting the passages that answer them, with their attribution.",
    },
    "help.ask": {
        "ja": "一つの質問、または標準入力の質問に答えます。",
        "en": "Answer one question, or those of standard input.",
    },
    "help.chat": {"ja": "対話しながら質問に答えます。", "en": "Answer questions in a conversation."},
    "help.add": {
        "ja": "回答に使う文書を追加します。",
        "en": "Add files and folders to what is answered from.",
    },
    "help.add_paths": {
        "ja": "ファイルかフォルダー（{known}）",
        "en": "files or folders ({known})",
    },
    "help.built_in": {"ja": "組み込みの記事を戻す", "en": "bring the built-in article back"},
    "help.sync": {
        "ja": "フォルダーの現在の内容を反映します（追加・変更・削除）。",
        "en": "Take over what a folder is now: what was added, edited and deleted.",
    },
    "help.sync_paths": {
        "ja": "ファイルかフォルダー。省略すると、登録済みのものすべて",
        "en": "files or folders; without any, all that were added",
    },
    "help.allow_empty": {
        "ja": "すっかり空になったフォルダーや、なくなったファイルの文書も消す",
        "en": "also remove the documents of a folder that is wholly empty, or gone",
    },
    "help.watch": {
        "ja": "フォルダーを見守り、変更を反映し続けます。",
        "en": "Keep taking over what changes in folders.",
    },
    "help.sources": {"ja": "回答に使う文書の一覧を表示します。", "en": "List what is answered from."},
    "help.gaps": {
        "ja": "答えが見つからなかった質問を、多い順に見る",
        "en": "List questions that found no answer, those of most people first",
    },
    "help.gaps_limit": {
        "ja": "示す質問の数（既定は{most}）",
        "en": "how many questions to show ({most} by default)",
    },
    "help.forget": {
        "ja": "この番号の質問を一覧から消す（いくつでも）",
        "en": "take the questions with these numbers off the list",
    },
    "help.remove": {"ja": "回答に使う文書から外します。", "en": "Remove something from what is answered from."},
    "help.remove_names": {
        "ja": "kotae sources が示す番号かパス",
        "en": "a number or a path, as kotae sources lists them",
    },
    "help.evaluate": {
        "ja": "SQuAD 形式の質問集で検索の質と速さを測ります。",
        "en": "Measure quality and speed of retrieval on question sets in SQuAD format.",
    },
    "help.backup": {
        "ja": "加えた文書などをすべて、一つのファイルに保存します。",
        "en": "Save all that is stored to one file.",
    },
    "help.backup_file": {"ja": "保存先のファイル", "en": "the file to write"},
    "help.force": {"ja": "同じ名前のファイルがあれば上書きする", "en": "write over a file of that name"},
    "help.restore": {
        "ja": "今の内容を、バックアップの内容に置き換えます。",
        "en": "Replace what is stored with what a backup holds.",
    },
    "help.restore_file": {
        "ja": "kotae backup で保存したファイル",
        "en": "a file that kotae backup wrote",
    },
    "help.yes": {"ja": "確認せずに置き換える", "en": "replace without asking"},
    "help.export": {
        "ja": "加えた文書を、1行に1箇所の JSON として書き出します。",
        "en": "Write all passages that are stored, a JSON object a line.",
    },
    "help.export_file": {
        "ja": "書き出し先のファイル。なければ標準出力",
        "en": "the file to write; standard output without one",
    },
    "help.doctor": {
        "ja": "設定とデータベースに問題がないかを調べます。",
        "en": "Check settings and database, and say what to do about what is wrong.",
    },
    "help.configuration": {
        "ja": "測る構成（{configurations}）",
        "en": "the configuration to measure ({configurations})",
    },
    "help.against": {
        "ja": "比べる相手：--save で保存したファイルか、構成の名前",
        "en": "what to compare with: a file that --save wrote, or the name of a configuration",
    },
    "help.save": {
        "ja": "結果を1問ずつファイルに保存する",
        "en": "save what came of each question to a file",
    },
    "help.misses": {
        "ja": "うまくいかなかった質問を、ひどい順にファイルに書く（.jsonl なら1行に1問の JSON、ほかは Markdown）",
        "en": "write the worst misses to a file (a JSON object a line in .jsonl, else Markdown)",
    },
    "help.plot": {
        "ja": "再現率と、リスク・カバレッジ曲線の図を書く（.png か .svg）",
        "en": "draw recall, and risk against coverage (.png or .svg)",
    },
    "help.limit": {"ja": "示す箇所の数（既定は{default}）", "en": "how many passages to show ({default} by default)"},
    "help.content": {
        "ja": "回答に使うファイルかフォルダー（{known}）。繰り返し指定できます",
        "en": "a file or folder to answer from ({known}); can be repeated",
    },
    "help.explain": {
        "ja": "どの言葉がどの重みで一致したかを示す",
        "en": "show which terms matched, with which weight",
    },
    "help.json": {"ja": "JSON で出力する", "en": "print JSON"},
    "help.version": {"ja": "バージョンを表示する", "en": "show the version"},
    "help.help": {"ja": "この説明を表示する", "en": "show this help"},
    "help.usage": {"ja": "使い方: ", "en": "Usage: "},
    "help.options": {"ja": "引数とオプション", "en": "Arguments and options"},
    "help.commands": {"ja": "コマンド", "en": "Commands"},
    "help.command": {"ja": "下のコマンドのどれか", "en": "one of the commands below"},
    "help.question": {
        "ja": "質問。- なら標準入力から1行に1問ずつ読みます",
        "en": "the question; with -, one question a line is read from standard input",
    },
    "help.paths": {
        "ja": "SQuAD 形式の JSON ファイル、またはそのフォルダー",
        "en": "JSON files in SQuAD format, or folders of them",
    },
    # Wrong usage
    "UsageWrong": {"ja": "{problem}使い方は {command} --help で見られます。", "en": "{problem} See {command} --help."},
    "usage.unknown": {"ja": "{argument} という引数はありません。", "en": "There is no argument {argument}."},
    "usage.no_such_command": {"ja": "{command} というコマンドはありません。", "en": "There is no command {command}."},
    "usage.missing_command": {"ja": "コマンドを指定してください。", "en": "Say which command to run."},
    "usage.missing_question": {"ja": "質問を指定してください。", "en": "Say what the question is."},
    "usage.missing_paths": {"ja": "質問集のファイルを指定してください。", "en": "Say which question sets to use."},
    "usage.missing_add_paths": {
        "ja": "追加するファイルかフォルダーを指定してください。",
        "en": "Say which files or folders to add.",
    },
    "usage.missing_sources": {
        "ja": "外す文書の番号かパスを指定してください（一覧は kotae sources）。",
        "en": "Say what to remove, by its number or path (kotae sources lists them).",
    },
    "usage.missing_file": {"ja": "ファイルを指定してください。", "en": "Say which file."},
    "usage.plot": {
        "ja": "--plot には {known} で終わるファイルを指定してください。",
        "en": "--plot takes a file that ends in {known}.",
    },
    "usage.bad_value": {"ja": "{parameter} の値が正しくありません。", "en": "The value of {parameter} is not valid."},
    "usage.limit": {
        "ja": "--limit は 1 から {highest} までの整数で指定してください。",
        "en": "--limit takes a whole number from 1 to {highest}.",
    },
    "usage.wrong": {"ja": "引数が正しくありません（{reason}）。", "en": "The arguments are not valid ({reason})."},
    "output_failed": {
        "ja": "読み書きに失敗しました（{reason}）。ディスクの空きとアクセス権を確かめてください。",
        "en": "Reading or writing failed ({reason}); check disk space and permissions.",
    },
    # Causes that a user can mend, by the name of their class in index/errors.py
    "ContentMissing": {
        "ja": "{path} が見つかりません。パスを確かめてください。",
        "en": "{path} does not exist; check the path.",
    },
    "ContentUnreadable": {
        "ja": "{path} を読めません（{reason}）。アクセス権を確かめてください。",
        "en": "{path} cannot be read ({reason}); check its permissions.",
    },
    "ContentLinkDangling": {
        "ja": "{path} はリンクですが、リンク先がありません。リンク先を確かめるか、リンクを外してください。",
        "en": "{path} is a link to something that is not there; check where it leads, or take it out.",
    },
    "ContentTruncated": {
        "ja": "{path} は途中で切れています。元の場所からコピーし直してください。",
        "en": "{path} breaks off before its end; copy it again from where it came from.",
    },
    "ContentEmpty": {
        "ja": "{path} には本文がありません。文章を書き足すか、対象から外してください。",
        "en": "{path} has no text; write some, or leave the file out.",
    },
    "ContentBinary": {
        "ja": "{path} はテキストではありません。テキストのファイルを指定してください。",
        "en": "{path} is not a text file; give a file with text.",
    },
    "ContentNotUtf8": {
        "ja": "{path} は UTF-8 ではありません。UTF-8 で保存し直してください。",
        "en": "{path} is not encoded in UTF-8; save it as UTF-8.",
    },
    "ContentNotRegular": {
        "ja": "{path} はファイルでもフォルダーでもありません（パイプやデバイスなど）。ファイルを指定してください。",
        "en": "{path} is neither a file nor a folder but a pipe, a device or the like; give a file.",
    },
    "ContentFolderLink": {
        "ja": "{path} は別のフォルダーへのリンクなので、たどりません。そのフォルダーを直接指定してください。",
        "en": "{path} is a link to another folder, which is not followed; name that folder itself.",
    },
    "ContentWithoutText": {
        "ja": "{path} には文字の情報がありません。紙をスキャンした PDF なら、文字認識（OCR）をかけてください。",
        "en": "{path} holds pictures of pages but no text; if it was scanned, run text recognition (OCR) over it.",
    },
    "ContentEncodingUnknown": {
        "ja": "{path} の文字コードを判別できません。UTF-8 で保存し直してください。",
        "en": "The encoding of {path} cannot be told; save the file as UTF-8.",
    },
    "ContentEncodingBroken": {
        "ja": "{path} は {encoding} ですが、{line}行目に壊れた文字があります。その行を直して保存し直してください。",
        "en": "{path} is in {encoding}, but line {line} has broken characters; mend that line and save the file again.",
    },
    "ContentOtherKind": {
        "ja": "{path} の中身は {kind} で、読める種類ではありません。読めるのは {known} です。",
        "en": "{path} is a {kind} file by its content, which cannot be read; those that can are {known}.",
    },
    "ContentDamaged": {
        "ja": "{path} は {kind} として読めません。壊れているかもしれないので、元のアプリで開いて保存し直してください。",
        "en": "{path} cannot be read as {kind}; it may be damaged: open it where it was made, and save it again.",
    },
    "ContentEncrypted": {
        "ja": "{path} はパスワードで保護されています。パスワードを外して保存し直してください。",
        "en": "{path} is protected by a password; save it without one.",
    },
    "ContentGarbled": {
        "ja": "{path} の {pages} ページ目は、見た目と違う文字が埋め込まれていて（コピーすると文字化けします）、読んでいません。元の文書から PDF を作り直すか、文字認識（OCR）をかけてください。",
        "en": "{path} has other characters than it shows on page {pages}, which was not read (copied from it, the text is garbled); make the PDF file anew, or run text recognition (OCR) over it.",
    },
    "ContentQuotesUnclosed": {
        "ja": '{path} の {lines} 行目は引用符（"）の数が合わないため、書かれているままに読みました。',
        "en": '{path} has quotation marks (") that do not fit in line {lines}, which was read as it stands.',
    },
    "ContentRowsJoined": {
        "ja": '{path} の {lines} 行目は値が列より多いので、途中で切れた値をつなげて読みました。区切り文字を含む値は引用符（"）で囲んでください。',
        "en": '{path} has more values than columns in line {lines}; parts of one value were put together. Put values that have the separator in them in quotation marks (").',
    },
    "ContentRowsUnclear": {
        "ja": '{path} の {lines} 行目は値が列より多く、どこまでが一つの値か分からないので、読んでいません。区切り文字を含む値を引用符（"）で囲んでください。',
        "en": '{path} has more values than columns in line {lines}, which was not read; put values that have the separator in them in quotation marks (").',
    },
    "ContentNotExport": {
        "ja": "{path} は読める JSON ではありません。JSON で読めるのは、DiscordChatExporter で保存したチャンネルと、Slack のエクスポートだけです。",
        "en": "{path} is not a JSON file that can be read; the only ones are channels saved by DiscordChatExporter, and what Slack exports.",
    },
    "ContentNestedTooDeep": {
        "ja": "{path} は入れ子が深すぎて読めません。引用や括弧などの入れ子を減らしてください。",
        "en": "{path} is nested too deep to be read; take out some of the nesting of quotations, brackets or the like.",
    },
    "ContentTooLarge": {
        "ja": "{path} は {size} MB あり、上限の {largest} MB を超えています。分割するか、KOTAE_LARGEST_FILE の値を大きくしてください。",
        "en": "{path} has {size} MB, more than the {largest} MB allowed; divide it, or raise KOTAE_LARGEST_FILE.",
    },
    "ContentExpandsTooLarge": {
        "ja": "{path} は展開すると {size} MB になり、上限の {largest} MB を超えます。信頼できるファイルなら、KOTAE_LARGEST_FILE の値を大きくしてください。",
        "en": "{path} unpacks to {size} MB, more than the {largest} MB allowed; if you trust it, raise KOTAE_LARGEST_FILE.",
    },
    "ContentTooManyPages": {
        "ja": "{path} は {pages} ページあり、上限の {most} ページを超えています。分割するか、KOTAE_MOST_PAGES の値を大きくしてください。",
        "en": "{path} has {pages:page}, more than the {most} allowed; divide it, or raise KOTAE_MOST_PAGES.",
    },
    "ContentTooManyParagraphs": {
        "ja": "{path} は {paragraphs} 段落あり、上限の {most} 段落を超えています。分割するか、KOTAE_MOST_PARAGRAPHS の値を大きくしてください。",
        "en": "{path} has {paragraphs:paragraph}, more than the {most} allowed; divide it, or raise KOTAE_MOST_PARAGRAPHS.",
    },
    "ContentTooSlow": {
        "ja": "{path} は {seconds}秒以内に読み終わりませんでした。分割するか、KOTAE_LONGEST_LOADING の値を大きくしてください。",
        "en": "{path} could not be read within {seconds:second}; divide it, or raise KOTAE_LONGEST_LOADING.",
    },
    "ContentTooMuchMemory": {
        "ja": "{path} を読むには {most} MB を超えるメモリーが要ります。分割するか、KOTAE_LOADING_MEMORY の値を大きくしてください。",
        "en": "Reading {path} takes more than {most} MB of memory; divide it, or raise KOTAE_LOADING_MEMORY.",
    },
    "LoaderEnded": {
        "ja": "{path} の読み込みが途中で止まりました。ファイルが壊れているか、メモリーが {memory} MB では足りません。保存し直すか、KOTAE_LOADING_MEMORY の値を大きくしてください。",
        "en": "Reading {path} came to an unexpected end: the file is damaged, or needs more than {memory} MB of memory; save it again, or raise KOTAE_LOADING_MEMORY.",
    },
    "LoaderFailed": {
        "ja": "{path} を読めませんでした（{reason}）。壊れているかもしれないので、元のアプリで開いて保存し直してください。",
        "en": "{path} could not be read ({reason}); it may be damaged: open it where it was made, and save it again.",
    },
    "ContentKindUnknown": {
        "ja": "{path} は読める種類のファイルではありません。読めるのは {known} です。",
        "en": "{path} is not a kind of file that can be read; those are {known}.",
    },
    "ContentFrontMatterBroken": {
        "ja": "{path} の先頭の --- の間に、YAML として読めないところがあります（{reason}）。本文と、読める項目だけを使います。",
        "en": "The front matter of {path} is not quite YAML ({reason}); its text is used, and what fields can be read.",
    },
    "FolderWithoutDocuments": {
        "ja": "{path} には読める文書（{known}）がありません。",
        "en": "The folder {path} holds no documents ({known}).",
    },
    "SourceEmptied": {
        "ja": "{path} には何もありません。ここから読んだ{documents}件の文書は残してあります。ディスクなどがつながっているか確かめてください。なくしたのなら、kotae sync --allow-empty で消せます。",
        "en": "There is nothing at {path} any more; what was taken from there is kept ({documents:document}). Check that its disk is mounted; if it is meant, kotae sync --allow-empty removes it.",
    },
    "SourceGone": {
        "ja": "読み込んでいるあいだに、登録が外されました。もう一度 kotae add してください。",
        "en": "It was removed while its documents were being read; run kotae add again.",
    },
    "SourceUnknown": {
        "ja": "{name} という番号やパスの文書は登録されていません。kotae sources で一覧を見られます。",
        "en": "Nothing with the number or path {name} was added; kotae sources lists what was.",
    },
    "NothingToWatch": {
        "ja": "見守るフォルダーがありません。kotae watch フォルダー のように指定してください。",
        "en": "There is no folder to watch; name one: kotae watch FOLDER",
    },
    "DatabaseUrlInvalid": {
        "ja": "KOTAE_DATABASE_URL の「{database}」はデータベースの場所として使えません。例：sqlite:////home/me/kotae.db",
        "en": "KOTAE_DATABASE_URL is {database}, which is no database URL; for example: sqlite:////home/me/kotae.db",
    },
    "DatabaseKindUnsupported": {
        "ja": "KOTAE_DATABASE_URL の「{database}」の種類のデータベースは使えません。使えるのは sqlite:////home/me/kotae.db か postgresql+psycopg://me@localhost/kotae の形です。",
        "en": "KOTAE_DATABASE_URL is {database}, a kind of database that does not work; these do: sqlite:////home/me/kotae.db and postgresql+psycopg://me@localhost/kotae",
    },
    "DatabaseDriverMissing": {
        "ja": '{database} につなぐには psycopg が必要です。pip install "kotae[postgresql]" で入れてください。',
        "en": 'Connecting to {database} takes psycopg; install it with: pip install "kotae[postgresql]"',
    },
    "DatabaseMissing": {
        "ja": "データベース {database} はまだありません。kotae add で文書を加えると作られます。",
        "en": "There is no database {database} yet; kotae add makes it.",
    },
    "DatabaseUnusable": {
        "ja": "データベース {database} を使えません（{reason}）。空き容量とアクセス権を確かめてください。",
        "en": "The database {database} cannot be used ({reason}); check disk space and permissions.",
    },
    "DatabaseLocked": {
        "ja": "データベース {database} を別のプログラムが使い続けています。それが終わってから、もう一度試してください。",
        "en": "Another program keeps the database {database} locked; try again once it has finished.",
    },
    "DatabaseHostUnknown": {
        "ja": "{database} のサーバー名が見つかりません。名前のつづりとネットワークを確かめてください。",
        "en": "The host name in {database} cannot be found; check its spelling, and the network.",
    },
    "DatabaseUnreachable": {
        "ja": "{database} に接続できません。PostgreSQL が動いているか、アドレスとポートが正しいかを確かめてください。",
        "en": "No PostgreSQL server can be reached at {database}; check that it is running, and its address and port.",
    },
    "DatabaseTimedOut": {
        "ja": "{database} から時間内に応答がありません。サーバーとネットワークの様子を確かめて、もう一度試してください。",
        "en": "{database} does not answer in time; check the server and the network, and try again.",
    },
    "DatabaseDisconnected": {
        "ja": "{database} との接続が途中で切れました。サーバーが動いているか確かめて、もう一度試してください。",
        "en": "The connection to {database} was lost; check that the server is running, and try again.",
    },
    "DatabaseNotOnServer": {
        "ja": "サーバーに {database} というデータベースはありません。名前を確かめるか、createdb で作ってください。",
        "en": "The server has no database {database}; check its name, or make it with createdb.",
    },
    "DatabaseLoginRefused": {
        "ja": "{database} のサーバーにログインできません（{reason}）。KOTAE_DATABASE_URL のユーザー名とパスワードを確かめてください。",
        "en": "The server of {database} does not let us in ({reason}); check the user and the password in KOTAE_DATABASE_URL.",
    },
    "DatabaseForbidden": {
        "ja": "{database} を使う権限がユーザーに足りません（{reason}）。データベースの所有者にするか、権限を与えてください。",
        "en": "The user of {database} lacks a right ({reason}); make it the owner of the database, or grant the right.",
    },
    "DatabaseRefused": {
        "ja": "{database} のサーバーに断られました（{reason}）。サーバーの設定とログを確かめてください。",
        "en": "The server of {database} refuses ({reason}); check its settings and its log.",
    },
    "DatabaseNotUtf8": {
        "ja": "{database} の文字コードは {encoding} ですが、UTF-8 が必要です。createdb --encoding=UTF8 --template=template0 で作り直してください。",
        "en": "{database} is encoded in {encoding}, but has to be in UTF-8; make one with: createdb --encoding=UTF8 --template=template0",
    },
    "DatabaseDamaged": {
        "ja": "{database} は壊れているか、データベースではありません（{reason}）。kotae restore でバックアップから戻せます。",
        "en": "{database} is damaged, or is no database ({reason}); kotae restore brings back a backup.",
    },
    "DatabaseNotOurs": {
        "ja": "データベース {database} には kotae のものでない表があります。KOTAE_DATABASE_URL に別の場所を指定してください。",
        "en": "The database {database} holds tables that are not kotae's; give another one in KOTAE_DATABASE_URL.",
    },
    "DatabaseNewer": {
        "ja": "データベース {database} は、より新しい版の kotae のものです。kotae を新しくしてください。",
        "en": "The database {database} was made by a later version of kotae; upgrade kotae.",
    },
    "BackupInvalid": {
        "ja": "{path} は kotae backup で保存したファイルではないか、壊れています（{reason}）。別のバックアップを指定してください。",
        "en": "{path} is damaged, or is no file that kotae backup wrote ({reason}); give another backup.",
    },
    "BackupNewer": {
        "ja": "{path} は、より新しい版の kotae のバックアップです。kotae を新しくしてください。",
        "en": "{path} is a backup of a later version of kotae; upgrade kotae.",
    },
    "BackupTooLarge": {
        "ja": "{path} を開くには {folder} に {size} MB の空きが必要です（今は {free} MB）。空きを増やすか、TMPDIR に別のフォルダーを指定してください。",
        "en": "Unpacking {path} takes {size} MB in {folder}, where {free} MB are free; make room, or name another folder in TMPDIR.",
    },
    "RestoreUnconfirmed": {
        "ja": "{database} には内容があります。バックアップに置き換えてよければ --yes を付けてください。",
        "en": "{database} is not empty; to replace what is in it, say --yes.",
    },
    "QuestionSetInvalid": {
        "ja": "{path} は SQuAD 形式の質問集ではありません（{reason}）。",
        "en": "{path} is not a question set in SQuAD format ({reason}).",
    },
    "ConfigurationUnknown": {
        "ja": "{name} という構成はありません。あるのは {known} です。",
        "en": "There is no configuration {name}; those there are: {known}.",
    },
    "AgainstUnknown": {
        "ja": "--against の {name} は、ファイルとしても構成としても見つかりません。構成は {known} です。",
        "en": "--against found neither a file nor a configuration {name}; configurations are: {known}.",
    },
    "RunInvalid": {
        "ja": "{path} は kotae evaluate --save で保存したファイルではありません（{reason}）。",
        "en": "{path} is not a file that kotae evaluate --save wrote ({reason}).",
    },
    "RunsDiffer": {
        "ja": "{path} は別の質問集の結果なので比べられません。同じ質問集で --save し直してください。",
        "en": "{path} holds a run over other questions, which cannot be compared; --save one over the same questions.",
    },
    "OutputUnwritable": {
        "ja": "{path} に書き込めません（{reason}）。フォルダー、アクセス権、ディスクの空きを確かめてください。",
        "en": "{path} cannot be written ({reason}); check its folder, permissions and disk space.",
    },
    "OutputExists": {
        "ja": "{path} はすでにあります。上書きするなら --force を付けてください。",
        "en": "{path} is already there; to write over it, say --force.",
    },
    "PlotUnavailable": {
        "ja": '図を描くには matplotlib が必要です。pip install "kotae[plot]" で入れてください。',
        "en": 'Drawing takes matplotlib; install it with: pip install "kotae[plot]"',
    },
    "QuestionEmpty": {"ja": "質問が空です。質問を書いてください。", "en": "The question is empty; write one."},
    "DenseExtraMissing": {
        "ja": '意味の近さを使うには pip install "kotae[dense]" が必要です（Linux の x86-64 と ARM、Apple シリコンの macOS 用）。',
        "en": 'Similarity of meaning takes pip install "kotae[dense]" (for Linux on x86-64 and ARM, and macOS on Apple silicon).',
    },
    "DenseProcessorUnsupported": {
        "ja": "意味の近さを使うには、AVX2 のあるプロセッサーが必要です。この設定を外してください。",
        "en": "Similarity of meaning takes a processor with AVX2; switch it off on this machine.",
    },
    "SettingInvalid": {
        "ja": "{name} の値「{value}」は使えません。使えるのは {allowed} です。",
        "en": "{name} cannot be “{value}”; it takes {allowed}.",
    },
}


class _Plurals(Formatter):
    """Fills gaps; one that names a unit says its plural: `{count:message}` is "1 message" or "2 messages"."""

    def format_field(self, value: object, format_spec: str) -> str:
        if isinstance(value, PurePath):
            return one_line(str(value))
        return f"{value} {format_spec}{'' if str(value) == '1' else 's'}" if format_spec else str(value)


_PLURALS = _Plurals()


class Wording:
    """The sentences in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """The sentence with this key, its gaps filled, without what could play tricks where it is shown."""
        return printable(_PLURALS.format(SENTENCES[key][self.language], **values))

    def of_error(self, error: KotaeError) -> str:
        """The sentence for a cause that a user can mend."""
        return " ".join(self(type(error).__name__, **error.values).splitlines())

    def of_confidence(self, confidence: float) -> str:
        """A confidence of an answered question in words."""
        level = "high" if confidence >= 0.8 else "medium" if confidence >= 0.65 else "low"
        return self(f"confidence.{level}")

    def of_feature(self, name: str) -> str:
        """What a feature is called; its own name where there is no wording for it."""
        key = f"feature.{name}"
        return self(key) if key in SENTENCES else name


def language_of(environment: Mapping[str, str]) -> Language:
    """The user's language: KOTAE_LANGUAGE, or that of the locale; English where neither is Japanese."""
    chosen = environment.get("KOTAE_LANGUAGE", "").strip()
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        chosen = chosen or environment.get(name, "")
    if not chosen and os.name == "nt":
        import locale

        chosen = locale.getlocale()[0] or ""
    return "ja" if chosen.lower().startswith("ja") else "en"
