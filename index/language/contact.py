"""Questions for a telephone number, an address or a link, and the texts that give one."""

from __future__ import annotations

import re

# What is asked for, and what a text has that gives it: normalised, in lower case, without spaces.
_CONTACTS = {
    "telephone": (r"(?:電話|内線)の?番号|内線は|何番に(?:電話|かけ)", r"\d{2,}[-(]\d{2,}|内線:?\d{2,}|#\d{3,}"),
    "address": (r"(?:住所|所在地)(?!が|変|を|録|欄|届)", r"[都道府県市区町村郡].{0,20}\d|\d(?:丁目|番地)|〒"),
    "mail": (r"メールアドレス|メアド", r"\w@\w"),
    "link": (r"(?<![a-z])url(?![a-z])|リンク先", r"https?:|www\.|\w\.(?:jp|com|org|net)(?!\w)"),
}


def contact_asked(question: str) -> str:
    """What of a contact a normalised question asks for; empty where it asks for something else."""
    text = question.lower()
    return next((kind for kind, (asked, _) in _CONTACTS.items() if re.search(asked, text)), "")


def gives_contact(plain: str, kind: str) -> bool:
    """Whether a sentence, normalised, in lower case, without spaces, gives what was asked for."""
    return re.search(_CONTACTS[kind][1], plain) is not None
