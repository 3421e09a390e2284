"""The network address that a request or connection is counted under."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Any, Final

from starlette.requests import HTTPConnection

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# A connection asks for its peer's address at every request, so we remember parsed addresses. No address is longer, so a
# longer text is not even kept.
_REMEMBERED: Final = 4_096
_LONGEST: Final = 45


def networks(written: Iterable[str]) -> tuple[Network, ...]:
    """Parse networks such as ``10.0.0.0/8`` or single addresses. Raises ValueError for anything else."""
    return tuple(ip_network(part.strip(), strict=False) for part in written if part.strip())


def as_address(written: str | None) -> Address | None:
    """Parse an address; an IPv4 address inside IPv6 counts as IPv4. None when it is not an address."""
    text = (written or "").partition("%")[0]
    return _parsed(text) if len(text) <= _LONGEST else None


@lru_cache(_REMEMBERED)
def _parsed(text: str) -> Address | None:
    try:
        found = ip_address(text)
    except ValueError:
        return None
    return found.ipv4_mapped or found if isinstance(found, IPv6Address) else found


@lru_cache(_REMEMBERED)
def _spelled(address: Address) -> str:
    return str(address)


def is_trusted(written: str | None, trusted: Sequence[Network]) -> bool:
    """Return whether the peer is one of the proxies that we set up ourselves."""
    address = as_address(written)
    return address is not None and any(address in network for network in trusted)


def client_address(request: HTTPConnection | Mapping[str, Any]) -> str:
    """Return the address that a request is counted under, or an empty string when the peer has none.

    ``request`` is a Starlette request or an ASGI scope. Behind a trusted proxy the scope names the caller, not the
    proxy. ``make_app`` installs the middleware that sets it before any other code sees the request.
    """
    scope = request.scope if isinstance(request, HTTPConnection) else request
    client = scope.get("client")
    address = as_address(client[0]) if client else None
    return _spelled(address) if address is not None else ""
