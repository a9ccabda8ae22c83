"""Signed in by a cookie that holds a token: no script reads it, and no other site can have it sent."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Request
from starlette.responses import Response

from bot.access import Access
from bot.web.authentication import authenticate
from bot.web.problems import Refused
from bot.wording.web import page, problems

_THIS_MACHINE = ("localhost", "127.0.0.1", "::1")


class FromElsewhere(Exception):
    """Somebody followed a link on another site, by which no browser sends the cookie: it will once we link here ourselves."""


async def visitor(request: Request) -> Access:
    """What whoever looks at a page may read; raises Refused as `authenticate` does."""
    token = request.cookies.get(_cookie(request))
    if token is None and request.method == "GET" and request.headers.get("sec-fetch-site") == "cross-site":
        raise FromElsewhere
    access = request.state.access = await authenticate(request, token)
    return access


Visitor = Annotated[Access, Depends(visitor)]


async def operator(access: Visitor) -> Access:
    """The same, of an operator; raises Refused with 403 for others."""
    if not access.is_operator or access.sources is not None:
        raise Refused(403, problems.NEEDS_OPERATOR)
    return access


Operator = Annotated[Access, Depends(operator)]


async def from_our_page(request: Request) -> None:
    """Raise Refused with 403 where the form of another site was sent."""
    site, origin = request.headers.get("sec-fetch-site"), request.headers.get("origin")
    # Browsers tell of the site over HTTPS and on this machine, else only of the origin.
    ours = (
        site == "same-origin" if site else origin is None or origin.partition("://")[2] == request.headers.get("host")
    )
    if not ours:
        raise Refused(403, page.FOREIGN_FORM)


def sign_in(request: Request, response: Response, token: str) -> None:
    """Let a browser send a token from now on, until it is closed."""
    response.set_cookie(_cookie(request), token, secure=_is_secure(request), httponly=True, samesite="strict")


def sign_out(request: Request, response: Response) -> None:
    """Let it send none, and forget what it kept of our pages."""
    response.delete_cookie(_cookie(request), secure=_is_secure(request), httponly=True, samesite="strict")
    response.headers["Clear-Site-Data"] = '"cache"'


def is_forgotten_at_sign_out(request: Request) -> bool:
    """Whether a browser forgets its pages when somebody signs out: it is told to, but over HTTP heeds only this machine."""
    return _is_secure(request) or request.url.hostname in _THIS_MACHINE


def _is_secure(request: Request) -> bool:
    return request.url.scheme == "https"


def _cookie(request: Request) -> str:
    # With this prefix no other host of the domain can set it.
    return "__Host-kotae" if _is_secure(request) else "kotae"
