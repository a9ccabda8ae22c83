"""Loads web pages: the main text, without boilerplate such as navigation and banners.

Not by trafilatura: of pages with few and short paragraphs, as Japanese company pages are, it extracts the menus too
(24 of 40 unwanted texts on fourteen such pages, where this extracts none), and it brings 50 MB of packages.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from lxml import etree

from index.errors import ContentEmpty, ContentError
from index.language.normalization import is_japanese
from index.loaders.content import Content, clean
from index.loaders.dates import first_day
from index.loaders.encoding import decode_text
from index.loaders.web.web_text import blocks_of, one_line, parse_html
from index.types import Block, Document

_DECLARATION = (
    rb"(?i)<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})|<\?xml[^>]{0,100}?encoding=[\"']([\w.:-]{1,40})"
)
_DECLARED_WITHIN = 4_096

_REMOVED_TAGS = (
    "script style noscript template svg math iframe object embed canvas audio video map head "
    "input select textarea dialog rt rp".split()
)
_HEAD_TAGS = ("title", "meta", "link", "style", "script", "base", "noscript", "template", "object")
_HIDING_STYLE = re.compile(r"(?i)(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse))")
# Boilerplate: by tag, by role, and by the names of its class or id.
_BOILERPLATE = "//nav | //aside | //header[not(ancestor::main or ancestor::article)] | //footer[not(ancestor::main or ancestor::article)]"
_BOILERPLATE_ROLES = (
    "navigation banner contentinfo complementary search dialog alertdialog menu menubar toolbar".split()
)
_BOILERPLATE_NAMES = (
    r"(?:^|\s)(?:(?:site|page|global|main|local|top|bottom|side|primary|secondary|footer|header|common|l|g|c|p)?[-_]*"
    r"(?:nav|navi|navbar|navigation|gnav|menu|sidebar|side|side-?bar|footer|header|masthead|topic-?path|pankuzu)"
    r"|(?:\w-)?bread-?crumbs?[\w-]*|toc|noprint|[\w-]*editsection|[\w-]*(?:jump|skip)-?(?:link|nav)\w*|cookies?[-_\w]*|gdpr[-_\w]*|consent[-_\w]*|(?:share|sns|social)[-_\w]*|related[-_\w]*"
    r"|recommend\w*[-_\w]*|ranking|ads?|advert\w*|popup|modal|pager|pagination|login|search"
    r"|comments?)(?:\s|$)"
)
# Some pages give these names to main text too, which is more than links.
_MAY_BE_TEXT = r"(?:^|\s)(?:menu|search|ranking|login|side|toc|related|modal|popup)(?:\s|$)"
_MAX_LINK_SHARE = 0.4
_MIN_CHARACTERS = 10
# Attributes of elements that expand and collapse another, and those that refer to it.
_TOGGLE_ATTRIBUTES = (
    "aria-expanded",
    "aria-controls",
    "data-toggle",
    "data-bs-toggle",
    "data-target",
    "data-bs-target",
)
_TARGET_ATTRIBUTES = ("aria-controls", "data-target", "data-bs-target", "href")
_QUESTION_NAMES = r"(?:^|\s)(?:[\w-]*[_-])?(?:q|question|accordion-?(?:header|head|title|button|trigger))(?:\s|$)"
_MAX_ICONS = 5
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary", "legend")
_QUESTION = r"(?:[?？]|(?:です|ます|でしょう|ません)か[。.]?)\s*$"
_MAIN_PATHS = (
    "//*[@id='mw-content-text' or @id='main-content' or contains(concat(' ', @class, ' '), ' markdown-body ')]",
    "//main",
    "//*[@role='main']",
    "//article",
    "//*[@id='content' or @id='main']",
)
# Where a page says when it was last changed, and when it was written.
_CHANGED = (
    "//meta[@property='article:modified_time' or @property='og:updated_time' or @itemprop='dateModified']/@content"
)
_WRITTEN = "//meta[@property='article:published_time' or @itemprop='datePublished' or @name='date']/@content"
# An element with less of the page's text than this is not the main one.
_MIN_MAIN_SHARE = 0.5


def parse_web_page(content: Content) -> Document:
    """The document in a web page; where the main text cannot be told from boilerplate, all visible text.

    The title is the only heading of the first level, or else that of the window.
    Raises ContentEmpty where there is no text.
    """
    page = _parse(content)
    title = _title(page) or content.stem
    url, dated = _canonical_url(page), first_day([*page.xpath(_CHANGED), *page.xpath(_WRITTEN)])
    # Where no block is left, less is removed.
    for remove_hidden, remove_boilerplate in ((True, True), (True, False), (False, False)):
        if blocks := _blocks(page, title, remove_hidden=remove_hidden, remove_boilerplate=remove_boilerplate):
            break
        page = _parse(content)
    return Document(name=content.name, title=title, source=content.name, url=url, blocks=tuple(blocks), dated=dated)


def _blocks(page: Any, title: str, *, remove_hidden: bool, remove_boilerplate: bool) -> list[Block]:
    """The blocks of a page, without hidden elements and without boilerplate where these are to be removed."""
    _remove(page, [*page.iter(*_REMOVED_TAGS)])
    _expand_toggles(page)
    if page.find("body") is None:
        return []
    if remove_hidden:
        _remove(page, [one for one in page.iter(etree.Element) if _is_hidden(one) or one.get("aria-modal") == "true"])
    if not remove_boilerplate:
        return blocks_of(page.find("body"), title)
    _remove(
        page,
        [element for element in page.xpath(_BOILERPLATE) if not _holds_main_text(element) and not _is_remark(element)],
    )
    _remove(
        page,
        [element for element in page.iter(etree.Element) if _is_boilerplate(element) and not _holds_main_text(element)],
    )
    return blocks_of(_main_element(page), title)


def _parse(content: Content) -> Any:
    declared = re.search(_DECLARATION, content.data[:_DECLARED_WITHIN])
    encoding = (declared[1] or declared[2]).decode("ascii") if declared else None
    text = clean(_decode(content, encoding))
    try:
        page = parse_html(text, content.path)
    except etree.ParserError as error:
        raise ContentEmpty(path=content.path) from error
    _add_missing_body(page)
    return page


def _decode(content: Content, declared: str | None) -> str:
    """The text of a page. Windows-1252 is believed only where no Japanese is detected: any bytes are valid in it."""
    if declared and declared.lower() == "windows-1252":
        with suppress(ContentError):
            text = decode_text(content.data, content.path)
            return text if any(map(is_japanese, text)) else decode_text(content.data, content.path, declared)
    return decode_text(content.data, content.path, declared)


def _add_missing_body(page: Any) -> None:
    """Move content out of the head of a page without a <body> tag: the parser puts newer elements there."""
    head = page.find("head")
    if head is None:
        return
    children = [*head]
    first = next((position for position, child in enumerate(children) if child.tag not in _HEAD_TAGS), len(children))
    if first == len(children):
        return
    body = page.find("body")
    if body is None:
        body = etree.SubElement(page, "body")
    for position, child in enumerate(children[first:]):
        body.insert(position, child)


def _title(page: Any) -> str:
    window = one_line(page.findtext(".//title") or "")
    headings = [text for heading in page.iter("h1") if (text := one_line("".join(heading.itertext())))]
    # The window's title has the site's name too, but the only heading may be the site's name alone.
    if len(headings) == 1 and (not window or headings[0] in window):
        return headings[0]
    return window or next(iter(headings), "")


def _canonical_url(page: Any) -> str | None:
    found = page.xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content")
    return next((str(url) for url in found if re.match(r"https?://", url)), None)


def _remove(page: Any, elements: list[Any]) -> None:
    for element in elements:
        if element is not page and element.tag != "body" and element.getparent() is not None:
            element.drop_tree()


def _holds_main_text(element: Any) -> bool:
    """Whether an element seems to hold the main text, whatever its names."""
    return element.tag in {"main", "article", "h1"} or (
        element.tag not in {"nav", "aside"} and next(element.iterdescendants("main", "h1"), None) is not None
    )


def _is_boilerplate(element: Any) -> bool:
    if element.tag == "aside" and _is_remark(element):
        return False
    if element.get("role") in _BOILERPLATE_ROLES:
        return True
    names = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    if len(names) <= 1 or re.search(_BOILERPLATE_NAMES, names) is None:
        return False
    return re.search(_MAY_BE_TEXT, names) is None or not _is_text(element)


def _is_text(element: Any) -> bool:
    """Whether an element has text of its own, rather than links and form fields."""
    text = "".join("".join(element.itertext()).split())
    links = sum(len("".join("".join(link.itertext()).split())) for link in element.iter("a", "button", "label"))
    return len(text) >= _MIN_CHARACTERS and links < _MAX_LINK_SHARE * len(text)


def _is_remark(element: Any) -> bool:
    """Whether an aside is a remark in the main text, rather than boilerplate."""
    return (
        element.tag == "aside"
        and _is_text(element)
        and (
            next(element.iterancestors("main", "article"), None) is not None
            or (
                (previous := element.getprevious()) is not None
                and previous.tag in {"p", "h2", "h3", "h4", "ul", "ol", "dl", "table"}
            )
        )
    )


def _expand_toggles(page: Any) -> None:
    """Expand what a reader can expand: toggles become headings, and what they hide is no longer hidden.

    Other buttons are removed.
    """
    toggles = []
    for element in [*page.iter(etree.Element)]:
        is_button = element.tag == "button" or element.get("role") == "button"
        is_toggle = any(element.get(name) is not None for name in _TOGGLE_ATTRIBUTES)
        if is_toggle or (is_button and (_is_in_heading(element) or _is_question(element) or _hides_next(element))):
            toggles.append(element)
        elif element.tag == "button":
            _remove(page, [element])
        elif element.tag in {"div", "p", "span", "a"} and re.search(
            _QUESTION_NAMES, (element.get("class") or "").lower()
        ):
            toggles.append(element)
    target_ids = {
        str(toggle.get(name) or "").removeprefix("#") for toggle in toggles for name in _TARGET_ATTRIBUTES
    } - {""}
    next_elements = {_next_element(toggle) for toggle in toggles}
    for element in page.iter(etree.Element):
        previous = element.getprevious()
        is_answer = element.tag == "dd" or (
            previous is not None and previous.tag in _HEADINGS and _is_question(previous)
        )
        if (is_answer or element in next_elements or element.get("id") in target_ids) and _is_hidden(element):
            for name in ("hidden", "aria-hidden", "style"):
                element.attrib.pop(name, None)
    for toggle in toggles:
        _make_heading(toggle)


def _is_question(element: Any) -> bool:
    return re.search(_QUESTION, "".join(element.itertext())) is not None


def _is_in_heading(element: Any) -> bool:
    return next(element.iterancestors(*_HEADINGS), None) is not None


def _next_element(toggle: Any) -> Any:
    """The next sibling of a toggle, or of its nearest ancestor that has one."""
    return next((after for one in [toggle, *toggle.iterancestors()] if (after := one.getnext()) is not None), None)


def _hides_next(button: Any) -> bool:
    """Whether a text that follows a button is hidden, so that the button shows it."""
    return (after := button.getnext()) is not None and _is_hidden(after) and _is_text(after)


def _is_hidden(element: Any) -> bool:
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or _HIDING_STYLE.search(element.get("style") or "") is not None
    )


def _make_heading(toggle: Any) -> None:
    """Make a toggle, with the boxes around it alone, the summary of what it expands; in a heading it becomes inline."""
    if toggle.tag in _HEADINGS or _is_in_heading(toggle):
        toggle.tag = toggle.tag if toggle.tag in _HEADINGS else "span"
        return
    outer = toggle
    while (above := outer.getparent()) is not None and above.tag == "div" and _is_only_content(outer, above):
        outer = above
    if outer.getnext() is not None:
        toggle.tag = "span"
        outer.tag = "summary"
    elif toggle.tag == "button" and _is_question(toggle):
        toggle.tag = "p"
    elif toggle.tag == "button":
        toggle.drop_tree()


def _is_only_content(element: Any, above: Any) -> bool:
    """Whether an element is the only content of the element above."""
    others = [child for child in above if child is not element]
    return (
        not (above.text or "").strip()
        and len(others) <= _MAX_ICONS
        and not any("".join(child.itertext()).strip() for child in others)
        and not any((child.tail or "").strip() for child in above)
    )


def _main_element(page: Any) -> Any:
    body = page.find("body")
    whole = len("".join(body.itertext()).strip())
    for path in _MAIN_PATHS:
        found = page.xpath(path)
        if len(found) == 1 and len("".join(found[0].itertext()).strip()) >= _MIN_MAIN_SHARE * whole:
            return found[0]
    return body
