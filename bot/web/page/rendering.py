"""Templates to responses: in the reader's language, with nothing in them that a document could have run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from hashlib import blake2b
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from bot.printable import listed, printable
from bot.web.language import language_for
from bot.web.page.session import is_forgotten_at_sign_out
from bot.wording import Language, Wording, answers
from bot.wording.web import operators, page
from index.language.normalization import is_japanese

_LANGUAGE = "kotae_language"
_A_YEAR = 365 * 24 * 60 * 60
_LANGUAGES: tuple[Language, ...] = ("ja", "en")
_STATIC = {name: (files(__package__) / "static" / name).read_bytes() for name in ("page.css", "icon.svg")}
_KINDS = {"page.css": "text/css; charset=utf-8", "icon.svg": "image/svg+xml"}
_VERSION = blake2b(b"".join(_STATIC.values()), digest_size=6).hexdigest()
_DATE = re.compile(r"\d{4}-\d\d-\d\d(?: \d\d:\d\d)?")
_HEADERS = {
    # No script at all, and nothing from elsewhere.
    "Content-Security-Policy": (
        "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    # Forms tell us where they are from, and nobody else is told anything.
    "Referrer-Policy": "same-origin",
    # Going back to an answer shows it again; nobody on the way keeps it.
    "Cache-Control": "private, no-cache",
}


def _shown(value: object) -> object:
    """What is put into a template, without characters that play tricks."""
    if isinstance(value, Markup):
        return value
    return printable(value) if isinstance(value, str) else value


def _with_whole_dates(text: str) -> Markup:
    """A text whose dates are not broken at the end of a line."""
    return Markup(_DATE.sub(r'<span class="date">\g<0></span>', str(escape(printable(text)))))  # noqa: S704 - it is escaped


def _language_of(text: str) -> Language:
    """The language of what others wrote, which is how a screen reader is to read it."""
    return "ja" if any(map(is_japanese, text)) else "en"


_templates = Environment(
    loader=PackageLoader(__package__),
    autoescape=True,
    finalize=_shown,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters.update(language_of=_language_of, listed=listed, with_whole_dates=_with_whole_dates)
_templates.globals.update(answers=answers, operators=operators, page=page, version=_VERSION)


def render(
    request: Request, template: str, status: int = 200, headers: Mapping[str, str] | None = None, **values: object
) -> Response:
    """A template as a response; `values` are what it shows."""
    say, chosen = wording_for(request), _chosen(request)
    html = _templates.get_template(template).render(
        say=say,
        language=say.language,
        other=Wording("en" if say.language == "ja" else "ja"),
        access=getattr(request.state, "access", None),
        **values,
    )
    response = HTMLResponse(html, status, {**_HEADERS, **(headers or {})})
    if not is_forgotten_at_sign_out(request):
        # Nobody who goes back sees what was answered before another signed out. It is also another cookie where the language
        # was changed, so an answer is then asked for again.
        response.headers["Vary"] = "Cookie"
    if chosen:
        response.set_cookie(
            _LANGUAGE, chosen, _A_YEAR, secure=request.url.scheme == "https", httponly=True, samesite="lax"
        )
    return response


def static(name: str) -> Response:
    """A file that templates name with its version, by which browsers can keep it."""
    headers = {"Cache-Control": f"public, max-age={_A_YEAR}, immutable"}
    return Response(_STATIC[name], headers=headers, media_type=_KINDS[name])


def choose_language(request: Request, language: str) -> None:
    """Answer a request, and those that come after it, in a language."""
    request.state.language = language


def wording_for(request: Request) -> Wording:
    """The sentences in the language that a reader chose, now or before, else that of their browser."""
    chosen = _chosen(request) or _known(request.cookies.get(_LANGUAGE))
    return Wording(chosen or language_for(request))


def _chosen(request: Request) -> Language | None:
    return _known(getattr(request.state, "language", None) or request.query_params.get("language"))


def _known(language: str | None) -> Language | None:
    return next((one for one in _LANGUAGES if one == language), None)
