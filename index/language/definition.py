"""Questions for a definition, Xとは or Xって何, and the sentences that define X."""

from __future__ import annotations

import re

_LONGEST_TERM = 40
_END = r"(?:です|でしょう|だ|た|なの|なん|の|ん|か|っけ|る)*$"
_ASKED = re.compile(
    rf"^(?P<term>[^、。?]{{1,{_LONGEST_TERM}}}?)"
    r"(?:(?<!こ)とは(?:何|なに|なん|どんな|どういう)?|って(?:何|なに|なん|どういう)|の意味|(?:は|が|って)?何の略|はどういう)"
    rf"(?:のこと|もの|こと|意味|は|を)*{_END}"
)
_AT_THE_END = re.compile(r"[?!。、.…~ー\s]+$")
# How a sentence goes on, or begins, that tells what a term is: in capitals the term.
_SAID = r"TERM[」』\"']?(?:とは|\(|は|:|=|の略|を指|のこと|と呼|と言|という|と称)|(?:という|いわゆる|\(|と呼ばれる)[「『\"']?TERM"


def term_to_define(question: str) -> str:
    """The term that a normalised question wants defined, in lower case without spaces; empty where it asks for other things."""
    found = _ASKED.search(_AT_THE_END.sub("", question.lower()))
    return "".join(found["term"].split()) if found else ""


def defines(plain: str, term: str) -> bool:
    """Whether a sentence, normalised, in lower case, without spaces, tells what a term is."""
    return term in plain and re.search(_SAID.replace("TERM", re.escape(term)), plain) is not None
