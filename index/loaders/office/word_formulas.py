"""Formulas of Microsoft Office as text in a line: fractions with a stroke, powers with a caret."""

from __future__ import annotations

from typing import Any

M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_PROPERTIES = tuple(
    f"{M}{name}" for name in "fPr sSupPr sSubPr sSubSupPr radPr naryPr dPr funcPr ctrlPr rPr mPr accPr".split()
)


def formula(element: Any) -> str:
    """The text of a formula or a part of one."""
    name = element.tag.removeprefix(M) if isinstance(element.tag, str) else ""
    if name == "t":
        return element.text or ""
    if name == "f":
        return f"{_grouped(element, 'num')}/{_grouped(element, 'den')}"
    if name in {"sSup", "sSub", "sSubSup"}:
        below, above = _grouped(element, "sub"), _grouped(element, "sup")
        return _part(element, "e") + (f"_{below}" if below else "") + (f"^{above}" if above else "")
    if name == "rad":
        degree = _part(element, "deg")
        return (f"[{degree}]" if degree else "") + f"√{_grouped(element, 'e')}"
    if name == "nary":
        below, above = _grouped(element, "sub"), _grouped(element, "sup")
        sign = _property(element, "naryPr", "chr", "∫")
        return sign + (f"_{below}" if below else "") + (f"^{above}" if above else "") + " " + _part(element, "e")
    if name == "d":
        begin, end = _property(element, "dPr", "begChr", "("), _property(element, "dPr", "endChr", ")")
        between = _property(element, "dPr", "sepChr", "|")
        return begin + between.join(formula(inner) for inner in element.findall(f"{M}e")) + end
    if name == "func":
        return f"{_part(element, 'fName')} {_part(element, 'e')}"
    if name == "m":
        rows = (", ".join(formula(cell) for cell in row.findall(f"{M}e")) for row in element.findall(f"{M}mr"))
        return f"[{'; '.join(rows)}]"
    return "".join(formula(inner) for inner in element if inner.tag not in _PROPERTIES)


def _part(element: Any, name: str) -> str:
    part = element.find(f"{M}{name}")
    return formula(part) if part is not None else ""


def _grouped(element: Any, name: str) -> str:
    """A part that is put in parentheses where it is more than a number or a name."""
    text = _part(element, name).strip()
    return text if text.replace(".", "").isalnum() or not text else f"({text})"


def _property(element: Any, holder: str, name: str, default: str) -> str:
    found = element.find(f"{M}{holder}/{M}{name}")
    return default if found is None else str(found.get(f"{M}val") or "")
