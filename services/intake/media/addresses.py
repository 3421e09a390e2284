"""The bounds on the addresses of files that a platform names in its webhooks.

A webhook is signed, but the address in it is data all the same: only the hosts in the settings are asked, by https.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final
from urllib.parse import urljoin

import httpx

# A content network may send its own host on to another one of its hosts.
_MOST_HOPS: Final = 3
_HOST: Final = re.compile(r"[a-z0-9.-]+")


class ForeignAddress(ValueError):
    """The address leads to no host of the platform."""


def is_address(provider_id: str) -> bool:
    """Return whether a file is named by its address. An id of WhatsApp is a number."""
    return provider_id.startswith(("https://", "http://"))


def checked(address: str, hosts: Sequence[str], *, clear: bool = False) -> str:
    """Return the address if it leads to one of the hosts or below. ``clear`` also allows http, for stubs.

    Raise ForeignAddress for another host, port, scheme, or an address with a user.
    """
    # The client's own parser decides what the host is. Two parsers may read one address in two ways.
    try:
        url = httpx.URL(address)
    except (httpx.InvalidURL, ValueError) as error:
        raise ForeignAddress from error
    host = url.host.rstrip(".")
    known = _HOST.fullmatch(host) and any(host == suffix or host.endswith(f".{suffix}") for suffix in hosts)
    if not known or url.userinfo:
        raise ForeignAddress
    if not clear and (url.scheme != "https" or url.port not in (None, 443)):
        raise ForeignAddress
    return address


@asynccontextmanager
async def opened(
    http: httpx.AsyncClient, address: str, hosts: Sequence[str], *, clear: bool = False
) -> AsyncIterator[httpx.Response]:
    """Yield the answer at an address. Each redirect is checked like the first address.

    Raise ForeignAddress, and ``httpx.HTTPError`` when there are too many redirects.
    """
    target = checked(address, hosts, clear=clear)
    for _ in range(_MOST_HOPS):
        async with http.stream("GET", target) as answer:
            if not answer.has_redirect_location:
                yield answer
                return
            target = checked(urljoin(target, answer.headers["location"]), hosts, clear=clear)
    raise httpx.TooManyRedirects("the file moves on and on")
