"""A parser of CommonMark with its extensions in use: GitHub's, Obsidian's, MDX, and those of site generators."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml, isMdAsciiPunct, isPunctChar, isWhiteSpace
from markdown_it.renderer import RendererHTML
from markdown_it.rules_block import StateBlock
from markdown_it.rules_block.reference import reference
from markdown_it.rules_inline import StateInline
from markdown_it.rules_inline.state_inline import Delimiter, Scanned
from markdown_it.token import Token
from mdit_py_plugins.admon import admon_plugin
from mdit_py_plugins.container import container_plugin
from mdit_py_plugins.deflist import deflist_plugin
from mdit_py_plugins.footnote import footnote_plugin

from index.language.normalization import is_japanese
from index.loaders.lines import hard_breaks

# Template syntax in braces: {#id}, {.class}, {/* a comment of MDX */}, {% Liquid %}, {{ Vue }}.
_TEMPLATE_BRACES = (("{/*", "*/}"), ("{%", "%}"), ("{{", "}}"), ("{#", "}"), ("{.", "}"), ("{:", "}"))
# A component of MDX, whose attributes may have braces, which no tag of HTML has.
_MDX_COMPONENT = re.compile(
    r"</?[A-Z][\w.]*(?:\s+[\w:@.-]+(?:=(?:\"[^\"]*\"|'[^']*'|\{(?:[^{}]|\{[^{}]*\})*\}))?)*\s*/?>|<>|</>"
)
# What is left out, by its first character. Obsidian shows no comments and no names of blocks.
_LEFT_OUT = {
    "<": _MDX_COMPONENT,
    "%": re.compile(r"%%[^%\n]*%%"),
    "^": re.compile(r"\^[A-Za-z0-9-]+[ \t]*(?=\n|$)"),
}
_WIKI_LINK = re.compile(r"!?\[\[([^\[\]|#\n]*)(#[^\[\]|\n]*)?(?:\|([^\[\]\n]*))?\]\]")
_CALLOUT = re.compile(r"\[![A-Za-z-]+\][-+]?[ \t]*([^\n]*)(?:\n|$)")
_LONGEST_TEMPLATE = 2_000
# A link definition, not a sentence such as [注意]: 領収書は原本を提出してください。
_LINK_DEFINITION = (
    r" {0,3}\[[^\]\n]+\]:\s*(?:<[^>\n]*>|[\w.+-]*:|[#/.?]|[!-~]+(?:\s|$)|\S+\.[a-zA-Z]{2,5}(?:[#?]\S*)?(?:\s|$))"
)
_MDX_EXPORT = r"export\s+(?:(?:const|let|var)\s+[!-~][^=\n]*=|(?:default|async|function)\s+[!-~]|\{)"
_MDX_STATEMENT = re.compile(rf"import\s(?:.+\sfrom\s+)?[\"'][^\"']+[\"'];?|{_MDX_EXPORT}.*")
_MDX_LONG_EXPORT = re.compile(rf"{_MDX_EXPORT}.*[;)}}\]]\s*", re.DOTALL)

# The tags of HTML; others are components.
_KNOWN_TAGS = frozenset(
    "a abbr article aside b bdi bdo big blockquote body br caption center cite code col colgroup dd del details dfn div "
    "dl dt em figcaption figure font footer h1 h2 h3 h4 h5 h6 header hr i iframe img input ins kbd label li main map mark menu "
    "nav noscript object ol output p pre q rb rp rt ruby s samp script section select small span strike strong style "
    "sub summary sup svg table tbody td tfoot th thead time tr tt u ul var video audio canvas math".split()
)
_VOID_TAGS = frozenset({"br", "hr", "img", "input", "col"})
# Inline, an HTML parser would take all that follows these for their content.
_RAW_TAGS = frozenset({"script", "style", "iframe", "noscript", "svg", "select", "object", "canvas", "video", "audio"})
_TAG = re.compile(r"<(/?)([A-Za-z][\w.:-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*?)(/?)>")
_CONTAINER_TITLE = re.compile(r"\s*[\w-]*\s*(?:\[(?P<bracketed>[^\]]*)\]|(?P<plain>[^{]*))")
_MARKDOWN_IN_HTML = (
    (re.compile(r"!?\[([^\[\]\n]*)\]\((?:[^()\s]|\([^()\s]*\))*(?:\s+\"[^\"\n]*\")?\)"), r"<a>\1</a>"),
    (re.compile(r"\*\*([^*\n]+)\*\*|(?<!\w)_([^_\n]+)_(?!\w)"), r"\1\2"),
    (re.compile(r"\\([\[\]()*_`!#{}.-])"), r"\1"),
    (re.compile(r"(?<!`)`([^`\n]+)`(?!`)"), r"<code>\1</code>"),
)

FOOTNOTE = "data-note"
# The number that a list begins with, and the address of a link.
_READ_ATTRIBUTES = ("start", "href")


class _Parser(MarkdownIt):
    """Takes any link as it is, since addresses are not read."""

    def normalizeLink(self, url: str) -> str:  # noqa: N802 - its name
        """The url unchanged."""
        return url

    def validateLink(self, url: str) -> bool:  # noqa: ARG002, N802 - its name
        """Accept every url."""
        return True


class _Renderer(RendererHTML):
    """Writes tags with those attributes alone that are read."""

    def renderToken(self, tokens: Sequence[Token], idx: int, options: Any, env: Any) -> str:  # noqa: ARG002, N802 - its name
        """The tag of a token."""
        token = tokens[idx]
        if token.hidden:
            return ""
        if token.nesting == -1:
            return f"</{token.tag}>"
        attributes = "".join(
            f' {name}="{escapeHtml(str(token.attrs[name]))}"' for name in _READ_ATTRIBUTES if name in token.attrs
        )
        return f"<{token.tag}{attributes}>"


def markdown_parser() -> MarkdownIt:
    """CommonMark with tables, task lists, alerts, struck-out text, footnotes, definitions, containers and the rest."""
    markdown = _Parser("commonmark", {"tasklists": True, "alerts": True}, renderer_cls=_Renderer).enable(
        ["table", "strikethrough"]
    )
    markdown.use(footnote_plugin, move_to_end=False).use(deflist_plugin).use(admon_plugin)
    markdown.use(container_plugin, "any", validate=_is_container, render=_container)
    markdown.block.ruler.at("reference", _reference, {"alt": []})
    markdown.inline.ruler.before("emphasis", "japanese_emphasis", _japanese_emphasis)
    markdown.inline.ruler.before("link", "left_out", _template_syntax)
    markdown.inline.ruler.before("link", "wiki_link", _wiki_link)
    markdown.inline.ruler.before("link", "callout", _callout)
    markdown.core.ruler.push("lines", _mark_hard_breaks)
    for name, rule in _RENDER_RULES.items():
        markdown.add_render_rule(name, rule)
    return markdown


def _reference(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A link definition, but not a Japanese sentence that looks like one."""
    begin = state.bMarks[start] + state.tShift[start]
    if not state.src.startswith("[", begin):
        return False
    line = state.src[begin : state.eMarks[start]]
    next_lines = state.src[state.eMarks[start] : state.eMarks[start] + 1_000] if line.rstrip().endswith(":") else ""
    if any(map(is_japanese, line)) and not re.match(_LINK_DEFINITION, line + next_lines):
        return False
    return reference(state, start, end, silent)


def _template_syntax(state: StateInline, silent: bool) -> bool:
    """Skip template syntax, components, and what Obsidian does not show."""
    first = state.src[state.pos]
    longest = min(state.posMax, state.pos + _LONGEST_TEMPLATE)
    if first == "{":
        closing = next((close for begin, close in _TEMPLATE_BRACES if state.src.startswith(begin, state.pos)), None)
        end = state.src.find(closing, state.pos, longest) + len(closing) if closing else 0
        if end <= state.pos:
            return False
        state.pos = end
    elif (found := _LEFT_OUT[first].match(state.src, state.pos, longest) if first in _LEFT_OUT else None) and (
        first == "<" or state.pos == 0 or state.src[state.pos - 1].isspace()
    ):
        state.pos = found.end()
    else:
        return False
    if state.pos == state.posMax and not silent:
        state.pending = state.pending.rstrip(" ")
    return True


def _callout(state: StateInline, silent: bool) -> bool:
    """Skip the type of a callout, [!tip], at its start; its title becomes a line of its own."""
    found = _CALLOUT.match(state.src) if state.pos == 0 else None
    if found is None:
        return False
    state.pos = found.end()
    if not silent and found[1]:
        state.pending += found[1].strip()
        state.push("hardbreak", "br", 0)
    return True


def _wiki_link(state: StateInline, silent: bool) -> bool:
    """The text of wiki links: [[Page]], [[Page#Part]] and [[Page|label]]."""
    if not state.src.startswith(("[[", "![["), state.pos):
        return False
    found = _WIKI_LINK.match(state.src, state.pos, state.posMax)
    if found is None:
        return False
    if not silent:
        page, part, label = found.groups()
        state.pending += (label or page or (part or "").lstrip("#")).strip()
    state.pos = found.end()
    return True


def _japanese_emphasis(state: StateInline, silent: bool) -> bool:
    """Emphasis next to Japanese punctuation too.

    CommonMark takes 「 for punctuation and 文 for a letter, and so sees no emphasis in 文**「強調」**が. The rule is that
    of https://github.com/tats-u/markdown-cjk-friendly.
    """
    if silent or state.src[state.pos] != "*":
        return False
    end = state.pos
    while end < state.posMax and state.src[end] == "*":
        end += 1
    before = state.src[state.pos - 1] if state.pos else " "
    after = state.src[end] if end < state.posMax else " "
    if not (is_japanese(before) or is_japanese(after)):
        return False
    space_before, space_after = isWhiteSpace(ord(before)), isWhiteSpace(ord(after))
    punctuation_before, punctuation_after = _is_punctuation(before), _is_punctuation(after)
    scanned = Scanned(
        not space_after and (not punctuation_after or space_before or punctuation_before or is_japanese(before)),
        not space_before and (not punctuation_before or space_after or punctuation_after or is_japanese(after)),
        end - state.pos,
    )
    _push_delimiters(state, scanned)
    return True


def _is_punctuation(character: str) -> bool:
    return not is_japanese(character) and (isMdAsciiPunct(ord(character)) or isPunctChar(character))


def _push_delimiters(state: StateInline, scanned: Scanned) -> None:
    for _ in range(scanned.length):
        token = state.push("text", "", 0)
        token.content = "*"
        state.delimiters.append(
            Delimiter(
                marker=ord("*"),
                length=scanned.length,
                token=len(state.tokens) - 1,
                end=-1,
                open=scanned.can_open,
                close=scanned.can_close,
            )
        )
    state.pos += scanned.length


def _mark_hard_breaks(state: Any) -> None:
    """Make hard those line breaks that are meant as such, and empty statements of MDX."""
    for opening, token in zip(state.tokens, state.tokens[1:], strict=False):
        if opening.type != "paragraph_open":
            continue
        if token.level == 1 and token.content.startswith(("import ", "export ")) and _is_mdx_statement(token.content):
            token.children = []
        children = token.children or []
        if any(child.type == "softbreak" for child in children):
            lines = "".join(_line_text(child) for child in children).split("\n")
            ends = (child for child in children if child.type in ("softbreak", "hardbreak"))
            for end, is_hard in zip(ends, hard_breaks(lines), strict=True):
                end.type = "hardbreak" if is_hard else end.type


def _is_mdx_statement(text: str) -> bool:
    if _MDX_LONG_EXPORT.fullmatch(text):
        return True
    return all(_MDX_STATEMENT.fullmatch(line.strip()) for line in text.split("\n") if line.strip())


def _line_text(token: Token) -> str:
    return "\n" if token.type in ("softbreak", "hardbreak") else token.content.replace("\n", " ")


def _is_container(_params: str, _markup: str) -> bool:
    return True


def _container(_renderer: Any, tokens: Sequence[Token], position: int, _options: Any, _env: Any) -> str:
    """A container as a box, with its title if it has one."""
    if tokens[position].nesting != 1:
        return "</div>\n"
    found = _CONTAINER_TITLE.match(tokens[position].info)
    title = (found["bracketed"] or found["plain"] or "").strip() if found else ""
    return f"<div><summary>{escapeHtml(title)}</summary>\n" if title else "<div>\n"


def _filter_html(content: str, *, inline: bool) -> str:
    """HTML in Markdown, without components, and without tags that would take the rest of the document."""
    if "<!--" in content and "-->" not in content:
        content = content[: content.index("<!--")]

    def filtered(tag: re.Match[str]) -> str:
        name = tag[2].lower()
        if name not in _KNOWN_TAGS or (inline and name in _RAW_TAGS):
            return "" if inline else "<div></div>"
        if tag[4] and name not in _VOID_TAGS:
            return ""
        return tag[0]

    return _TAG.sub(filtered, content)


def _html_block(_renderer: Any, tokens: Sequence[Token], position: int, _options: Any, _env: Any) -> str:
    content = tokens[position].content
    if not re.match(r"\s*<(?:script|style|pre)\b", content, re.IGNORECASE):
        for pattern, plain in _MARKDOWN_IN_HTML:
            content = pattern.sub(plain, content)
    return _filter_html(content, inline=False)


def _html_inline(_renderer: Any, tokens: Sequence[Token], position: int, _options: Any, _env: Any) -> str:
    return _filter_html(tokens[position].content, inline=True)


def _image(_renderer: Any, tokens: Sequence[Token], position: int, _options: Any, _env: Any) -> str:
    """The alternative text of an image as a link, since alone it is no answer."""
    alternative_text = "".join(child.content for child in tokens[position].children or [])
    return f"<a>{escapeHtml(alternative_text)}</a>"


def _code(_renderer: Any, tokens: Sequence[Token], position: int, _options: Any, _env: Any) -> str:
    return f"<pre>{escapeHtml(tokens[position].content)}</pre>"


def _text(_renderer: Any, tokens: Sequence[Token], position: int, _options: Any, _env: Any) -> str:
    """Text without marks that no rule took: asterisks of emphasis, tildes with what they strike out, ==highlights==."""
    content = tokens[position].content
    if "**" in content:
        content = re.sub(r"\*\*([^*\n]+)\*\*", r"\1", content)
    if "~~" in content:
        content = re.sub(r"~~[^~\n]+~~", "", content)
    if "==" in content:
        content = re.sub(r"(?<!=)==(?![=\s])([^=\n]*[^=\s])==(?!=)", r"\1", content)
    return escapeHtml(content)


def _footnote_reference(renderer: Any, tokens: Sequence[Token], position: int, options: Any, env: Any) -> str:
    footnote = tokens[position].meta
    inline = env["footnotes"]["list"][footnote["id"]].get("tokens")
    if inline is not None:
        return f"<span {FOOTNOTE}=''>{renderer.renderInline(inline, options, env)}</span>"
    return f"<span {FOOTNOTE}='{escapeHtml(footnote['label'])}'></span>"


def _footnote_open(_renderer: Any, tokens: Sequence[Token], position: int, _options: Any, _env: Any) -> str:
    return f"<section {FOOTNOTE}='{escapeHtml(tokens[position].meta['label'])}'>"


def _footnote_close(_renderer: Any, _tokens: Sequence[Token], _place: int, _options: Any, _env: Any) -> str:
    return "</section>\n"


def _alert_title(_renderer: Any, tokens: Sequence[Token], position: int, _options: Any, _env: Any) -> str:
    """The title of an alert, unless it is only its type, such as "Note"."""
    if tokens[position].nesting != 1:
        return "</summary>\n"
    if tokens[position + 1].content.isascii():
        tokens[position + 1].children = []
    return "<summary>"


_RENDER_RULES: dict[str, Callable[..., str]] = {
    "html_block": _html_block,
    "html_inline": _html_inline,
    "image": _image,
    "fence": _code,
    "code_block": _code,
    "text": _text,
    "footnote_ref": _footnote_reference,
    "footnote_reference_open": _footnote_open,
    "footnote_reference_close": _footnote_close,
    "alert_title_open": _alert_title,
    "alert_title_close": _alert_title,
    "admonition_title_open": _alert_title,
    "admonition_title_close": _alert_title,
}
