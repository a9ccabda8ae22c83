"""Questions about a reason, and texts that state one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from index.language.analysis import Token, tokenize
from index.language.normalization import normalize

_ASKING = frozenset("何故 理由 目的 why reason purpose".split())
# Not 何ですか, どうしても and 何で支払う, which asks for a means.
_ASKING_ANYWHERE = re.compile(
    "(?:なんで|何で|どうして)(?!す|した|しょ|も|は|あ[るり]|い[るた]|る|ください|下さい|支?払|行[かきくけこっ]|でき[てた])"
)
_STATING = frozenset("為 理由 目的 原因 所為 御陰 故 because since due reason purpose".split())


def asks_why(question: Sequence[Token]) -> bool:
    """Whether a question asks for a reason."""
    text = "".join(token.surface for token in question)
    return bool(_ASKING_ANYWHERE.search(text)) or any(token.lemma in _ASKING for token in question)


def states_reason(text: str) -> bool:
    """Whether a text states a reason: ため, から, ので, べく, 理由."""
    tokens = tokenize(normalize(text))
    return any(_states(*words) for words in zip(tokens, [*tokens[1:], None], [*tokens[2:], None, None], strict=False))


def _states(token: Token, second: Token | None, third: Token | None) -> bool:
    # から after a verb, not 駅から; ので, not のである and のでは.
    therefore = (
        token.surface == "の" and token.subdivision == "準体助詞" and second is not None and second.surface == "で"
    )
    goes_on = third is not None and (third.lemma in ("有る", "ない", "無い") or third.subdivision == "係助詞")
    since = token.surface == "から" and token.subdivision == "接続助詞"
    return token.lemma in _STATING or token.surface == "べく" or since or (therefore and not goes_on)
