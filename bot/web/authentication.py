"""Who asks: the holder of a token, or anybody where the operator serves everybody's knowledge to anybody."""

from __future__ import annotations

import ipaddress
from typing import Annotated

from fastapi import Depends, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from starlette.requests import HTTPConnection

from bot.access import PUBLIC, Access, access_of
from bot.web.problems import Refused
from bot.web.services import services_of
from bot.wording.web import problems

_BEARER = HTTPBearer(auto_error=False, description="A token that `kotae token create` made.")
_CHALLENGE = {"WWW-Authenticate": "Bearer"}
_BAD_TOKEN = {"WWW-Authenticate": 'Bearer error="invalid_token"'}


async def authenticate(connection: HTTPConnection, token: str | None) -> Access:
    """What whoever shows a token may read; raises Refused with 401, or with 429 where they ask too often."""
    services = services_of(connection)
    if token is None:
        if not services.settings.serve_public:
            raise Refused(401, problems.NO_TOKEN, _CHALLENGE)
        limit_rate(connection, PUBLIC)
        return PUBLIC
    access = await services.run_in_thread(access_of, services.store, token)
    # Whoever tries tokens is slowed down as well.
    limit_rate(connection, access or PUBLIC)
    if access is None:
        raise Refused(401, problems.BAD_TOKEN, _BAD_TOKEN)
    return access


def limit_rate(connection: HTTPConnection, access: Access) -> None:
    """Count a request towards what a token, or without one an address, may ask in a minute; raises Refused with 429."""
    services = services_of(connection)
    kind, key = ("token", access.number) if access.number else ("address", _address_of(connection))
    wait = services.rate_limits.seconds_to_wait((kind, key, services.settings.serve_requests_a_minute))
    if wait:
        raise Refused(429, problems.TOO_FAST, {"Retry-After": str(wait)}, seconds=wait)


async def caller(
    connection: HTTPConnection, bearer: Annotated[HTTPAuthorizationCredentials | None, Security(_BEARER)]
) -> Access:
    """What whoever makes a request may read, by its Authorization header."""
    if bearer is None and "authorization" in connection.headers:
        raise Refused(401, problems.NO_TOKEN, _BAD_TOKEN)
    return await authenticate(connection, bearer.credentials if bearer else None)


# For the parameters of routes.
Caller = Annotated[Access, Depends(caller)]


async def operator(access: Caller) -> Access:
    """The same, of an operator; raises Refused with 403 for others."""
    if not access.is_operator:
        raise Refused(403, problems.NEEDS_OPERATOR)
    return access


Operator = Annotated[Access, Depends(operator)]


def _address_of(connection: HTTPConnection) -> int:
    """The address that a request comes from; of IPv6 the network, in which one machine has many."""
    try:
        address = ipaddress.ip_address(connection.client.host if connection.client else "")
    except ValueError:
        return 0
    if address.version == 6 and address.ipv4_mapped:
        # As servers in front write them that listen to both; all are in one network of IPv6.
        address = address.ipv4_mapped
    return int(address) if address.version == 4 else int(address) >> 64
