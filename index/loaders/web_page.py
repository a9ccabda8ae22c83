"""A web page to a document: its main text, without navigation, banners and the like.

Not by trafilatura: on pages of few and short paragraphs, as Japanese company pages are, it takes the page whole with
its menus (24 of 40 unwanted texts on fourteen such pages, where this takes none), and it brings 50 MB of packages.
"""

from __future__ import annotations

import re
from typing import Any

from lxml import etree, html

from index.errors import ContentEmpty, ContentNestedTooDeep
from index.loaders.content import Content, clean
from index.loaders.encoding import text_of
from index.loaders.web_text import blocks_of, one_line
from index.types import Document

_DECLARATION = (
    rb"(?i)<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([\w.:-]{1,40})|<\?xml[^>]{0,100}?encoding=[\"']([\w.:-]{1,40})"
)
_DECLARED_WITHIN = 4_096

# What is never read, wherever it stands.
_UNSEEN = (
    "script style noscript template svg math iframe object embed canvas audio video map head "
    "input button select textarea dialog rt rp".split()
)
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
    _remove(page, [*page.iter(*_UNSEEN)])
    if page.find("body") is None:
        raise ContentEmpty(path=content.path)
    whole = blocks_of(page.find("body"), title)
    _remove(page, [*page.xpath(_HIDDEN)])
    visible = blocks_of(page.find("body"), title)
    _remove(page, [element for element in page.xpath(_AROUND) if not _is_central(element)])
    _remove(page, [element for element in page.iter(etree.Element) if _is_around(element) and not _is_central(element)])
    blocks = blocks_of(_main_part(page), title) or visible or whole
    return Document(name=content.name, title=title, source=content.name, url=url, blocks=tuple(blocks))


def _parsed(content: Content) -> Any:
    declared = re.search(_DECLARATION, content.data[:_DECLARED_WITHIN])
    name = (declared[1] or declared[2]).decode("ascii") if declared else None
    text = clean(text_of(content.data, content.path, name))
    parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True, no_network=True)
    try:
        page = html.document_fromstring(text.encode(), parser=parser)
    except etree.ParserError as error:
        raise ContentEmpty(path=content.path) from error
    # The parser stops where elements are nested 256 deep, and leaves out the rest.
    if any("depth" in problem.message for problem in parser.error_log.filter_from_fatals()):
        raise ContentNestedTooDeep(path=content.path)
    return page


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
    called = f"{element.get('class') or ''} {element.get('id') or ''}"
    return element.get("role") in _ROLES or (len(called) > 1 and re.search(_CALLED, called.lower()) is not None)


def _main_part(page: Any) -> Any:
    body = page.find("body")
    whole = len("".join(body.itertext()).strip())
    for path in _MAIN:
        found = page.xpath(path)
        if len(found) == 1 and len("".join(found[0].itertext()).strip()) >= _SHARE_OF_MAIN * whole:
            return found[0]
    return body
