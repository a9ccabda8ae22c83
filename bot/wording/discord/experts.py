"""Help by people: asking experts, closing a question, and keeping their answer."""

from bot.wording.sentence import Sentence

EXPERTS_NAMED = Sentence(
    ja="答えが確かでないとき、質問した人が {role} に助けを求められるようにしました。",
    en="Where an answer is not sure, whoever asked can now ask {role} for help.",
)
NOT_MENTIONABLE_YET = Sentence(
    ja="ただし、わたしは {role} をメンションできません。ロールの「メンションを許可」をオンにするか、わたしに「すべてのロールにメンション」の権限をください。",
    en="But I cannot mention {role} yet: allow anyone to mention it, or let me mention all roles.",
)
NO_MORE_EXPERTS = Sentence(
    ja="助けを求めるボタンを、これからの答えには出しません。", en="Answers have no button that asks for help any more."
)
NOT_EVERYONE = Sentence(
    ja="全員をメンションすることはできません。専門家のロールを選んでください。",
    en="I do not mention everyone. Please choose a role of experts.",
)
ASKER_ONLY = Sentence(
    ja="助けを求められるのは、質問した人だけです。", en="Only whoever asked can ask for help with this."
)
CONFIRM = Sentence(
    ja="この質問は、まだあなたにしか見えていません。助けを求めると、上の質問文だけを {place} に書き、そこを読める全員に見えます。",
    en="So far you alone see this question. To ask for help I write the question above, and nothing else, in {place}, where all who read that see it.",
)
PUBLISH = Sentence(ja="質問を見せて助けを求める", en="Show it and ask for help")
NO_EXPERTS = Sentence(
    ja="助けを求める相手のロールが、いまは決まっていません。管理者が `/kotae 専門家` で決められます。",
    en="No role is named for this at present. An administrator can name one with `/kotae experts`.",
)
NO_PLACE = Sentence(
    ja="ここでは助けを求められません。スレッドかチャンネルに書き込む権限が、あなたとわたしの両方に要ります。",
    en="I cannot ask for help here: both of us need to be allowed to write in a thread, or in the channel.",
)
NOT_MENTIONABLE = Sentence(
    ja="{role} をメンションできないので、助けを求められませんでした。管理者に、ロールの「メンションを許可」をオンにするよう頼んでください。",
    en="I may not mention {role}, so nobody was asked. Please have an administrator allow anyone to mention that role.",
)
ASKED = Sentence(ja="助けを求めました：{link}", en="I have asked for help: {link}")
ASKED_BEFORE = Sentence(
    ja="この質問では、もう助けを求めています。{link}", en="Help was asked for with this question already. {link}"
)
REQUEST = Sentence(
    ja=(
        "文書からは、確かな答えが見つかりませんでした。ご存じの方は、ここに書き込むか、このメッセージに返信してください。\n"
        "-# 答えになったメッセージのメニューから「アプリ」→「これで解決」を選ぶと、答えとして残ります。"
    ),
    en=(
        "No sure answer was found in the documents. Whoever knows, please write here, or reply to this message.\n"
        "-# “Apps” → “Accept as the answer” in a message's menu marks it as the answer."
    ),
)
RESOLVED_BUTTON = Sentence(ja="解決", en="Resolved")
RESOLVED = Sentence(ja="✅ 解決しました。", en="✅ Resolved.")
RESOLVED_BY = Sentence(ja="✅ 解決しました。答え：{link}", en="✅ Resolved. The answer: {link}")
RESOLVING_NOT_ALLOWED = Sentence(
    ja="解決にできるのは、質問した人、専門家、モデレーターだけです。",
    en="Only whoever asked, experts and moderators can close this.",
)
NO_REQUEST = Sentence(
    ja="どの質問の答えなのか、わかりません。助けを求めたスレッドの中か、わたしの呼びかけへの返信で使ってください。",
    en="I cannot tell which question this answers. Use it in a thread where help was asked for, or on a reply to my request.",
)
NOT_BY_A_PERSON = Sentence(ja="人が書いたメッセージを選んでください。", en="Please choose a message by a person.")
ACCEPTED = Sentence(
    ja="このメッセージを答えにしました。モデレーターは、わたしの呼びかけの「ナレッジに保存」で、これからの答えに使えます。",
    en="This message is the answer now. A moderator can keep it for further answers with “Save as knowledge” on my request.",
)
KEEP = Sentence(ja="ナレッジに保存", en="Save as knowledge")
KEEPING_NEEDS_INTENT = Sentence(
    ja="Message Content Intentがないので、そのメッセージの文章を読めません。そのメッセージのメニューから「ナレッジに保存」を選んでください。",
    en="Without the Message Content Intent I cannot read that message. Choose “Save as knowledge” in its own menu.",
)
ANSWER_GONE = Sentence(ja="そのメッセージは、もうありません。", en="That message is no longer there.")
