"""Every sentence that a user sees, in Japanese and English."""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Literal

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
    "view.lemma": {"ja": "単語", "en": "word"},
    "view.kanji": {"ja": "漢字", "en": "kanji"},
    "view.trigram": {"ja": "3文字", "en": "3 characters"},
    "view.number": {"ja": "数", "en": "number"},
    "view.latin": {"ja": "英字の音", "en": "sound of Latin letters"},
    "view.katakana": {"ja": "カタカナの音", "en": "sound of katakana"},
    # Chat
    "chat.welcome": {
        "ja": "{documents}件の文書から答えます。質問をどうぞ（:help で使い方、Ctrl-D で終了）。",
        "en": "Answering from {documents} document(s). Ask away (:help for help, Ctrl-D to leave).",
    },
    "chat.prompt": {"ja": "質問> ", "en": "ask> "},
    "chat.goodbye": {"ja": "またどうぞ。", "en": "Goodbye."},
    "chat.ask_first": {"ja": "先に質問を入力してください。", "en": "Ask a question first."},
    "chat.unknown_command": {
        "ja": "{command} というコマンドはありません。:help で一覧を見られます。",
        "en": "There is no command {command}; :help lists those there are.",
    },
    "chat.forgotten": {"ja": "これまでの質問を忘れました。", "en": "Your earlier questions are forgotten."},
    "chat.source": {"ja": "{title}（{passages}箇所、{source}）", "en": "{title} ({passages} passages, {source})"},
    "chat.help": {
        "ja": "質問を書いて Enter を押すと、答えになる箇所を引用します。続けて「では〇〇は？」のようにも聞けます。",
        "en": "Type a question and press Enter to see the passages that answer it. Follow-up questions work too.",
    },
    "chat.help.more": {"ja": "次の箇所を見る", "en": "show further passages"},
    "chat.help.explain": {"ja": "選ばれた理由を見る", "en": "show why these passages were chosen"},
    "chat.help.sources": {"ja": "答えのもとになる文書の一覧", "en": "list the documents answered from"},
    "chat.help.clear": {"ja": "これまでの質問を忘れる", "en": "forget the earlier questions"},
    "chat.help.help": {"ja": "この説明", "en": "this help"},
    "chat.help.quit": {"ja": "終わる", "en": "leave"},
    # Progress
    "progress.load": {"ja": "文書を読み込み中", "en": "Reading documents"},
    "progress.analyse": {"ja": "文章を解析中", "en": "Analysing passages"},
    "progress.evaluate": {"ja": "質問を評価中", "en": "Asking questions"},
    # Evaluation
    "evaluate.title": {
        "ja": "{passages}箇所、{questions}問",
        "en": "{passages} passages, {questions} questions",
    },
    "evaluate.measure": {"ja": "指標", "en": "Measure"},
    "evaluate.value": {"ja": "値", "en": "Value"},
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
    "help.evaluate": {
        "ja": "SQuAD 形式の質問集で検索の質と速さを測ります。",
        "en": "Measure quality and speed of retrieval on question sets in SQuAD format.",
    },
    "help.limit": {"ja": "示す箇所の数（既定は{default}）", "en": "how many passages to show ({default} by default)"},
    "help.content": {
        "ja": "答えのもとにするファイルかフォルダー（{known}）。繰り返し指定できます",
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
    "usage.bad_value": {"ja": "{parameter} の値が正しくありません。", "en": "The value of {parameter} is not valid."},
    "usage.limit": {
        "ja": "--limit は 1 から {highest} までの整数で指定してください。",
        "en": "--limit takes a whole number from 1 to {highest}.",
    },
    "usage.wrong": {"ja": "引数が正しくありません（{reason}）。", "en": "The arguments are not valid ({reason})."},
    # Causes that a user can mend, by the name of their class in index/errors.py
    "ContentMissing": {
        "ja": "{path} が見つかりません。パスを確かめてください。",
        "en": "{path} does not exist; check the path.",
    },
    "ContentUnreadable": {
        "ja": "{path} を読めません（{reason}）。アクセス権を確かめてください。",
        "en": "{path} cannot be read ({reason}); check its permissions.",
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
    "ContentKindUnknown": {
        "ja": "{path} は読める種類のファイルではありません。読めるのは {known} です。",
        "en": "{path} is not a kind of file that can be read; those are {known}.",
    },
    "ContentFrontMatterBroken": {
        "ja": "{path} の先頭の --- の間が YAML として読めません（{reason}）。直すか、取り除いてください。",
        "en": "The front matter of {path} is not YAML ({reason}); mend it or take it out.",
    },
    "FolderWithoutDocuments": {
        "ja": "{path} には読める文書（{known}）がありません。",
        "en": "The folder {path} holds no documents ({known}).",
    },
    "QuestionSetInvalid": {
        "ja": "{path} は SQuAD 形式の質問集ではありません（{reason}）。",
        "en": "{path} is not a question set in SQuAD format ({reason}).",
    },
    "QuestionEmpty": {"ja": "質問が空です。質問を書いてください。", "en": "The question is empty; write one."},
    "SettingInvalid": {
        "ja": "{name} の値「{value}」は使えません。使えるのは {allowed} です。",
        "en": "{name} cannot be “{value}”; it takes {allowed}.",
    },
}


class Wording:
    """The sentences in one language."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """The sentence with this key, its gaps filled."""
        return SENTENCES[key][self.language].format(**values)

    def of_error(self, error: KotaeError) -> str:
        """The sentence for a cause that a user can mend."""
        return self(type(error).__name__, **error.values)

    def of_confidence(self, confidence: float) -> str:
        """A confidence of an answered question in words."""
        level = "high" if confidence >= 0.8 else "medium" if confidence >= 0.65 else "low"
        return self(f"confidence.{level}")


def language_of(environment: Mapping[str, str]) -> Language:
    """The user's language: KOTAE_LANGUAGE, or that of the locale; English where neither is Japanese."""
    chosen = environment.get("KOTAE_LANGUAGE", "")
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        chosen = chosen or environment.get(name, "")
    if not chosen and os.name == "nt":
        import locale

        chosen = locale.getlocale()[0] or ""
    return "ja" if chosen.lower().startswith("ja") else "en"
