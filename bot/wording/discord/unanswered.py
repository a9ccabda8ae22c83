"""`/knowledge gaps`: questions that found no answer, and answers to them."""

from bot.wording.sentence import Sentence

LIST_TITLE = Sentence(ja="答えが見つからなかった質問", en="Questions that found no answer")
NO_QUESTIONS = Sentence(
    ja="あなたがメッセージを管理できるチャンネルでは、今のところありません。",
    en="None at present, in the channels whose messages you may manage.",
)
LIST_QUESTION = Sentence(
    ja="**{times}人** {question}（最後は{last}）", en="**{times:asker}:** {question} (last on {last})"
)
ASKERS_ARE_NOTIFIED = Sentence(ja="答えると、質問した人に知らせます。", en="Whoever asked is told of your answer.")
CHOOSE_QUESTION = Sentence(ja="答える質問を選ぶ", en="Choose a question to answer")
DISMISS_QUESTION = Sentence(ja="答えが要らない質問を消す", en="Take a question off the list")
FORM_TITLE = Sentence(ja="質問に答える", en="Answer a question")
FORM_ANSWER = Sentence(ja="答え、または答えになるメッセージのリンク", en="The answer, or the link of a message")
QUESTION_GONE = Sentence(ja="その質問は、もう一覧にありません。", en="That question is no longer on the list.")
LINK_UNREADABLE = Sentence(
    ja="そのメッセージを読めません。このサーバーの、あなたも私も読めるチャンネルのリンクにしてください。",
    en="I cannot read that message. Please link to one in a channel of this server that you and I can read.",
)
LINK_NEEDS_INTENT = Sentence(
    ja="Message Content Intentがないので、リンク先の文章を読めません。文章をここに書くか、そのメッセージのメニューから「ナレッジに保存」を選んでください。",
    en=(
        "Without the Message Content Intent I cannot read what is behind a link. Write the answer here, or "
        "choose “Save as knowledge” in the message's menu."
    ),
)
ANSWERER_OPTED_OUT = Sentence(
    ja="あなたは「忘れて」で自分の発言を使わせないことにしているので、答えを保存できません。",
    en="You asked me to keep nothing that you write (forget-me), so I cannot keep this answer.",
)
ANSWER_SAVED_AND_ASKERS_NOTIFIED = Sentence(
    ja="答えを保存しました。読めるのは{readers}です。質問した{told}人に知らせました。",
    en="Your answer is kept, for {readers}. People told: {told}.",
)
ANSWER_SAVED = Sentence(
    ja="答えを保存しました。読めるのは{readers}です。質問した人には知らせていません。",
    en="Your answer is kept, for {readers}. Nobody was told of it.",
)
ANSWER_FOUND = Sentence(ja="お尋ねの件に、答えが見つかりました。", en="there is an answer now to what you asked.")
