"""A web page to a document: its main text, without navigation, banners and the like.

Not by trafilatura: on pages of few and short paragraphs, as Japanese company pages are, it takes the page whole with
its menus (24 of 40 unwanted texts on fourteen such pages, where this takes none), and it brings 50 MB of packages.
"""

from __future__ import annotations

import re
from contextlib import suppress
from typing import Any

from lxml import etree, html

from index.errors import ContentEmpty, ContentError, ContentNestedTooDeep
from index.language.normalization import is_japanese
from index.loaders.content import Content, clean
from index.loaders.encoding import text_of
from index.loaders.web.web_text import blocks_of, one_line
from index.types import Block, Document

_DECLARATION = (
    rb"(?i)<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})|<\?xml[^>]{0,100}?encoding=[\"']([\w.:-]{1,40})"
)
_DECLARED_WITHIN = 4_096

# What is never read, wherever it stands.
_UNSEEN = (
    "script style noscript template svg math iframe object embed canvas audio video map head "
    "input select textarea dialog rt rp".split()
)
_IN_HEAD = ("title", "meta", "link", "style", "script", "base", "noscript", "template", "object")
_HIDDEN = (
    "//*[@hidden or @aria-hidden='true' or @aria-modal='true' or contains(translate(@style, ' ', ''), 'display:none')]"
)
# What stands around the main text: by tag, by role, and by what its class or id is called.
_AROUND = "//nav | //aside | //header[not(ancestor::main or ancestor::article)] | //footer[not(ancestor::main or ancestor::article)]"
_ROLES = "navigation banner contentinfo complementary search dialog alertdialog menu menubar toolbar".split()
_CALLED = (
    r"(?:^|\s)(?:(?:site|page|global|main|local|top|bottom|side|primary|secondary|footer|header|common|l|g|c|p)?[-_]*"
    r"(?:nav|navi|navbar|navigation|gnav|menu|sidebar|side|side-?bar|footer|header|masthead|topic-?path|pankuzu)"
    r"|(?:\w-)?bread-?crumbs?[\w-]*|toc|noprint|[\w-]*editsection|[\w-]*(?:jump|skip)-?(?:link|nav)\w*|cookies?[-_\w]*|gdpr[-_\w]*|consent[-_\w]*|(?:share|sns|social)[-_\w]*|related[-_\w]*"
    r"|recommend\w*[-_\w]*|ranking|ads?|advert\w*|popup|modal|pager|pagination|login|search"
    r"|comments?)(?:\s|$)"
)
# Of these some pages call a part of their text too, and then it is more than links.
_MAY_BE_TEXT = r"(?:^|\s)(?:menu|search|ranking|login|side|toc|related|modal|popup)(?:\s|$)"
_SHARE_OF_LINKS = 0.4
_FEWEST_WORDS = 10
# What opens and closes something, by what it says of itself.
_OPENS = ("aria-expanded", "aria-controls", "data-toggle", "data-bs-toggle", "data-target", "data-bs-target")
_TARGETS = ("aria-controls", "data-target", "data-bs-target", "href")
_QUESTION = r"(?:^|\s)(?:[\w-]*[_-])?(?:q|question|accordion-?(?:header|head|title|button|trigger))(?:\s|$)"
_MOST_ICONS = 5
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6", "dt", "summary", "legend")
_ASKS = r"[?？]\s*$"
_MAIN = (
    "//*[@id='mw-content-text' or @id='main-content' or contains(concat(' ', @class, ' '), ' markdown-body ')]",
    "//main",
    "//*[@role='main']",
    "//article",
    "//*[@id='content' or @id='main']",
)
# A part that holds less of the page's text than this is not its main part.
_SHARE_OF_MAIN = 0.5


def parse_web_page(content: Content) -> Document:
    """The document in a web page; where its main text cannot be told from the rest, all that a reader sees.

    The title is the heading of the first level if there is one alone, or else that of the window.
    Raises ContentEmpty where there is nothing to read.
    """
    page = _parsed(content)
    title = _title(page) or content.stem
    url = _address(page)
    # Where nothing is left, less is left out.
    for hidden, around in ((True, True), (True, False), (False, False)):
        if blocks := _blocks(page, title, hidden=hidden, around=around):
            break
        page = _parsed(content)
    return Document(name=content.name, title=title, source=content.name, url=url, blocks=tuple(blocks))


def _blocks(page: Any, title: str, *, hidden: bool, around: bool) -> list[Block]:
    """The blocks of a page without what is `hidden`, and without what is `around` its main text."""
    _remove(page, [*page.iter(*_UNSEEN)])
    _open(page)
    if page.find("body") is None:
        return []
    if hidden:
        _remove(page, [*page.xpath(_HIDDEN)])
    if not around:
        return blocks_of(page.find("body"), title)
    _remove(page, [element for element in page.xpath(_AROUND) if not _is_central(element) and not _is_remark(element)])
    _remove(page, [element for element in page.iter(etree.Element) if _is_around(element) and not _is_central(element)])
    return blocks_of(_main_part(page), title)


def _parsed(content: Content) -> Any:
    declared = re.search(_DECLARATION, content.data[:_DECLARED_WITHIN])
    name = (declared[1] or declared[2]).decode("ascii") if declared else None
    text = clean(_decoded(content, name))
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        page = html.document_fromstring(text.encode(), parser=parser)
    except etree.ParserError as error:
        raise ContentEmpty(path=content.path) from error
    # The parser stops where elements are nested 256 deep, and leaves out the rest.
    if any("depth" in problem.message for problem in parser.error_log.filter_from_fatals()):
        raise ContentNestedTooDeep(path=content.path)
    _complete(page)
    return page


def _decoded(content: Content, declared: str | None) -> str:
    """The text of a page; any bytes are text in the encoding that templates declare for English."""
    if declared and declared.lower() == "windows-1252":
        with suppress(ContentError):
            text = text_of(content.data, content.path)
            return text if any(map(is_japanese, text)) else text_of(content.data, content.path, declared)
    return text_of(content.data, content.path, declared)


def _complete(page: Any) -> None:
    """Give a page that leaves out where its body begins a body: the parser takes newer elements for a part of the head."""
    head = page.find("head")
    if head is None:
        return
    children = [*head]
    first = next((place for place, child in enumerate(children) if child.tag not in _IN_HEAD), len(children))
    if first == len(children):
        return
    body = page.find("body")
    if body is None:
        body = etree.SubElement(page, "body")
    for place, child in enumerate(children[first:]):
        body.insert(place, child)


def _title(page: Any) -> str:
    window = one_line(page.findtext(".//title") or "")
    firsts = [text for heading in page.iter("h1") if (text := one_line("".join(heading.itertext())))]
    # The window's title has the site's name too, but a page may have its site's name as its only heading.
    if len(firsts) == 1 and (not window or firsts[0] in window):
        return firsts[0]
    return window or next(iter(firsts), "")


def _address(page: Any) -> str | None:
    found = page.xpath("//link[@rel='canonical']/@href | //meta[@property='og:url']/@content")
    return next((str(url) for url in found if re.match(r"https?://", url)), None)


def _remove(page: Any, elements: list[Any]) -> None:
    for element in elements:
        if element is not page and element.tag != "body" and element.getparent() is not None:
            element.drop_tree()


def _is_central(element: Any) -> bool:
    """Whether the main text seems to be in an element, whatever it is called."""
    return element.tag in {"main", "article", "h1"} or (
        element.tag not in {"nav", "aside"} and next(element.iterdescendants("main", "h1"), None) is not None
    )


def _is_around(element: Any) -> bool:
    if element.tag == "aside" and _is_remark(element):
        return False
    if element.get("role") in _ROLES:
        return True
    called = f"{element.get('class') or ''} {element.get('id') or ''}".lower()
    if len(called) <= 1 or re.search(_CALLED, called) is None:
        return False
    return re.search(_MAY_BE_TEXT, called) is None or not _is_text(element)


def _is_text(element: Any) -> bool:
    """Whether an element has words of its own, rather than links and fields to fill in."""
    words = "".join("".join(element.itertext()).split())
    links = sum(len("".join("".join(link.itertext()).split())) for link in element.iter("a", "button", "label"))
    return len(words) >= _FEWEST_WORDS and links < _SHARE_OF_LINKS * len(words)


def _is_remark(element: Any) -> bool:
    """Whether an aside belongs to the text that it stands in, rather than to the page."""
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


def _open(page: Any) -> None:
    """Open what a reader may open: questions in buttons are headings of their answers, which are no longer hidden.

    Other buttons are removed.
    """
    openers = []
    for element in [*page.iter(etree.Element)]:
        is_button = element.tag == "button" or element.get("role") == "button"
        opens = any(element.get(name) is not None for name in _OPENS)
        if opens or (is_button and (_in_heading(element) or _asks(element))):
            openers.append(element)
        elif element.tag == "button":
            _remove(page, [element])
        elif element.tag in {"div", "p", "span", "a"} and re.search(_QUESTION, (element.get("class") or "").lower()):
            openers.append(element)
    named = {str(opener.get(name) or "").removeprefix("#") for opener in openers for name in _TARGETS} - {""}
    behind = {_behind(opener) for opener in openers}
    for element in page.iter(etree.Element):
        before = element.getprevious()
        is_answer = element.tag == "dd" or (before is not None and before.tag in _HEADINGS and _asks(before))
        if (is_answer or element in behind or element.get("id") in named) and _is_hidden(element):
            for name in ("hidden", "aria-hidden", "style"):
                element.attrib.pop(name, None)
    for opener in openers:
        _as_heading(opener)


def _asks(element: Any) -> bool:
    return re.search(_ASKS, "".join(element.itertext())) is not None


def _in_heading(element: Any) -> bool:
    return next(element.iterancestors(*_HEADINGS), None) is not None


def _behind(opener: Any) -> Any:
    """What follows something that opens it, or the first thing around it that anything follows."""
    return next((after for one in [opener, *opener.iterancestors()] if (after := one.getnext()) is not None), None)


def _is_hidden(element: Any) -> bool:
    style = "".join((element.get("style") or "").split()).lower()
    return element.get("hidden") is not None or element.get("aria-hidden") == "true" or "display:none" in style


def _as_heading(opener: Any) -> None:
    """Make a summary of what opens an answer, with all that is around it alone; in a heading it is a part of the line."""
    if opener.tag in _HEADINGS or _in_heading(opener):
        opener.tag = opener.tag if opener.tag in _HEADINGS else "span"
        return
    outer = opener
    while (above := outer.getparent()) is not None and above.tag == "div" and _is_all_of(outer, above):
        outer = above
    if outer.getnext() is not None:
        opener.tag = "span"
        outer.tag = "summary"
    elif opener.tag == "button" and _asks(opener):
        opener.tag = "p"
    elif opener.tag == "button":
        opener.drop_tree()


def _is_all_of(element: Any, above: Any) -> bool:
    """Whether nothing else that can be read is in the element above."""
    others = [child for child in above if child is not element]
    return (
        not (above.text or "").strip()
        and len(others) <= _MOST_ICONS
        and not any("".join(child.itertext()).strip() for child in others)
        and not any((child.tail or "").strip() for child in above)
    )


def _main_part(page: Any) -> Any:
    body = page.find("body")
    whole = len("".join(body.itertext()).strip())
    for path in _MAIN:
        found = page.xpath(path)
        if len(found) == 1 and len("".join(found[0].itertext()).strip()) >= _SHARE_OF_MAIN * whole:
            return found[0]
    return body
