"""Formulas of Microsoft Office (OMML) as inline text: a/b for fractions, x^2 for powers."""

from __future__ import annotations

from typing import Any

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_PROPERTY_TAGS = tuple(
    f"{M}{name}" for name in "fPr sSupPr sSubPr sSubSupPr radPr naryPr dPr funcPr ctrlPr rPr mPr accPr".split()
)


def formula(element: Any) -> str:
    """The text of a formula or a part of one."""
    name = element.tag.removeprefix(M) if isinstance(element.tag, str) else ""
    if name == "t":
        return element.text or ""
    if name == "f":
        return f"{_parenthesized(element, 'num')}/{_parenthesized(element, 'den')}"
    if name in {"sSup", "sSub", "sSubSup"}:
        subscript, superscript = _parenthesized(element, "sub"), _parenthesized(element, "sup")
        return _part(element, "e") + (f"_{subscript}" if subscript else "") + (f"^{superscript}" if superscript else "")
    if name == "rad":
        degree = _part(element, "deg")
        return (f"[{degree}]" if degree else "") + f"√{_parenthesized(element, 'e')}"
    if name == "nary":
        subscript, superscript = _parenthesized(element, "sub"), _parenthesized(element, "sup")
        sign = _property(element, "naryPr", "chr", "∫")
        return (
            sign
            + (f"_{subscript}" if subscript else "")
            + (f"^{superscript}" if superscript else "")
            + " "
            + _part(element, "e")
        )
    if name == "d":
        opening, closing = _property(element, "dPr", "begChr", "("), _property(element, "dPr", "endChr", ")")
        separator = _property(element, "dPr", "sepChr", "|")
        return opening + separator.join(formula(inner) for inner in element.findall(f"{M}e")) + closing
    if name == "func":
        return f"{_part(element, 'fName')} {_part(element, 'e')}"
    if name == "m":
        rows = (", ".join(formula(cell) for cell in row.findall(f"{M}e")) for row in element.findall(f"{M}mr"))
        return f"[{'; '.join(rows)}]"
    return "".join(formula(inner) for inner in element if inner.tag not in _PROPERTY_TAGS)


def _part(element: Any, name: str) -> str:
    part = element.find(f"{M}{name}")
    return formula(part) if part is not None else ""


def _parenthesized(element: Any, name: str) -> str:
    """The text of a part, in parentheses where it is more than a number or a name."""
    text = _part(element, name).strip()
    return text if text.replace(".", "").isalnum() or not text else f"({text})"


def _property(element: Any, holder: str, name: str, default: str) -> str:
    found = element.find(f"{M}{holder}/{M}{name}")
    return default if found is None else str(found.get(f"{M}val") or "")
