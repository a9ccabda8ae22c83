"""Answers, why their passages were chosen, and what sources are called: what every front end says."""

from bot.wording.sentence import Sentence

ANSWERED = Sentence(ja="答え", en="Answer")
POSSIBLE = Sentence(
    ja="答えになるかは分かりませんが、近い箇所です。", en="These passages come near, but they may not answer."
)
NOT_ANSWERED = Sentence(ja="それについての記述は見つかりませんでした。", en="I found nothing about that.")
NEAREST_PASSAGES = Sentence(ja="いちばん近い箇所は次のとおりです。", en="The nearest passages are these.")
NEEDS_WORDS = Sentence(
    ja="何についての質問か分かりませんでした。言葉を足して、もう一度聞いてください。",
    en="I could not tell what you are asking about. Please ask again with a few more words.",
)
NO_MORE_PASSAGES = Sentence(ja="ほかに関係する箇所はありません。", en="There are no further passages.")

COURTESIES = {
    "thanks": Sentence(
        ja="どういたしまして。ほかにも知りたいことがあれば、聞いてください。",
        en="You're welcome. Do ask if there is anything else you would like to know.",
    ),
    "apology": Sentence(
        ja="どうぞお気になさらず。知りたいことを聞いてください。", en="No problem at all. What would you like to know?"
    ),
    "greeting": Sentence(
        ja="こんにちは。知りたいことを聞いてください。文書の中から答えを探します。",
        en="Hello! What would you like to know? I will look for it in the documents.",
    ),
    "assent": Sentence(
        ja="はい。続けて知りたいことがあれば、聞いてください。", en="Good. Do go on if you would like to know more."
    ),
}


def nothing_found(*, needs_words: bool, ends: bool, courtesy: str = "") -> Sentence:
    """What is said where there is no answer."""
    if courtesy:
        return COURTESIES[courtesy]
    if needs_words:
        return NEEDS_WORDS
    return NO_MORE_PASSAGES if ends else NOT_ANSWERED


EARLIER_WORDS = Sentence(ja="前の質問から補った言葉：{words}", en="Taken from your earlier questions: {words}")
PINNED = Sentence(
    ja="📌 モデレーターが、この質問の答えに選んだ箇所です", en="📌 Chosen by a moderator as the answer to this question"
)
HIGH_CONFIDENCE = Sentence(ja="確からしさ：高い", en="Confidence: high")
MEDIUM_CONFIDENCE = Sentence(ja="確からしさ：中くらい", en="Confidence: medium")


def confidence(value: float) -> Sentence:
    """How sure an answer is that counts as one: what is less than that is not called an answer at all."""
    return HIGH_CONFIDENCE if value >= 0.8 else MEDIUM_CONFIDENCE


PAGE = Sentence(ja="{page}ページ", en="p. {page}")
PARAGRAPH = Sentence(ja="第{paragraph}段落", en="paragraph {paragraph}")
ROW = Sentence(ja="{row}行目", en="row {row}")
SPEAKER = Sentence(ja="—{speaker}", en="—{speaker}")
SPEAKER_WITH_ROLE = Sentence(ja="—{speaker}、{role}", en="—{speaker}, {role}")
DATED = Sentence(ja="{date}付", en="dated {date}")
ADDED_OR_UPDATED = Sentence(ja="登録・更新 {date}", en="added or updated {date}")
NEEDS_REVIEW = Sentence(ja="⚠️ 確認が必要（{date}から）", en="⚠️ needs review since {date}")
ALSO_IN = Sentence(ja="ほかに{count}か所：{places}", en="also in {count:other place}: {places}")
LIST_SEPARATOR = Sentence(ja="、", en=", ")
BUILT_IN_ARTICLE = Sentence(ja="組み込みの記事", en="the built-in article")
BUILT_IN_LEFT_OUT = Sentence(
    ja="組み込みの記事は、ほかに読める文書がある人への回答には使いません。いつも使うには KOTAE_BUILT_IN=always を設定してください。",
    en="The built-in article is left out for whoever can read other documents; KOTAE_BUILT_IN=always brings it back.",
)
SAVED_MESSAGES = Sentence(ja="{channel} の保存したメッセージ", en="saved messages of {channel}")
SOURCE_IN_GUILD = Sentence(ja="{name}（{guild}）", en="{name} ({guild})")
SCORE_OF_PASSAGE = Sentence(ja="{rank}番目の箇所の点数：{score}", en="Score of passage {rank}: {score}")
COLUMN_WORD = Sentence(ja="質問の言葉", en="Word")
COLUMN_TERM = Sentence(ja="索引語", en="Term")
COLUMN_VIEW = Sentence(ja="種類", en="View")
COLUMN_WEIGHT = Sentence(ja="重み", en="Weight")
COLUMN_SCORE = Sentence(ja="点数", en="Score")
COLUMN_SHARE = Sentence(ja="割合", en="Share")
MORE_TERMS = Sentence(ja="ほか{count}件", en="{count} more")
TOTAL_SCORE = Sentence(ja="合計", en="Total")

VIEWS = {
    "lemma": Sentence(ja="単語", en="word"),
    "kanji": Sentence(ja="漢字", en="kanji"),
    "trigram": Sentence(ja="3文字", en="trigram"),
    "number": Sentence(ja="数", en="number"),
    "latin": Sentence(ja="英字の音", en="Latin sound"),
    "katakana": Sentence(ja="カタカナの音", en="katakana sound"),
    "feature": Sentence(ja="特徴", en="feature"),
}

FEATURES = {
    "words": Sentence(ja="質問の語", en="words of the question"),
    "words_above": Sentence(ja="見出し・話者の語", en="words it stands under"),
    "synonyms": Sentence(ja="言い換え", en="synonyms"),
    "written_alike": Sentence(ja="同じ漢字の語", en="words written alike"),
    "rare_kanji": Sentence(ja="珍しい漢字", en="rare kanji"),
    "rare_pairs": Sentence(ja="珍しい2文字", en="rare pairs of characters"),
    "told_apart": Sentence(ja="文書内で珍しい語", en="rare in its document"),
    "same_document": Sentence(ja="同じ文書の候補", en="candidates of its document"),
    "runs": Sentence(ja="質問と同じ並び", en="word for word"),
    "longest_run": Sentence(ja="最も長い一致", en="longest word for word"),
    "best_sentence": Sentence(ja="一番近い文", en="best sentence"),
    "pairs_in_sentence": Sentence(ja="文の中の2文字", en="pairs in a sentence"),
    "shortness": Sentence(ja="短さ", en="shortness"),
    "unit": Sentence(ja="数の単位", en="unit of the number"),
    "definition": Sentence(ja="言葉の説明", en="definition"),
    "near_date": Sentence(ja="近くの日付", en="date nearby"),
    "near_person": Sentence(ja="近くの人名", en="person nearby"),
    "near_place": Sentence(ja="近くの地名", en="place nearby"),
    "near_number": Sentence(ja="近くの数", en="number nearby"),
    "nearest_sentence": Sentence(ja="最も近い文の意味の近さ", en="nearness in meaning of the nearest sentence"),
    "near_sentences": Sentence(ja="文の意味の近さの平均", en="mean nearness in meaning of the sentences"),
    "near_above": Sentence(ja="見出しの意味の近さ", en="nearness in meaning of the heading"),
    "continues": Sentence(ja="前の答えと同じ文書・見出し", en="document and section of the last answer"),
}
