"""Checks of webhook addresses: only public ones are allowed. Each delivery resolves the name and checks again."""

import asyncio
import ipaddress
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

IPAddress = ipaddress.IPv4Address | ipaddress.IPv6Address
_CGNAT = ipaddress.ip_network("100.64.0.0/10")
_NAT64 = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
_SIX_TO_FOUR = ipaddress.ip_network("2002::/16")
_TEREDO = ipaddress.ip_network("2001::/32")
# A look-up cannot be cancelled. These have threads of their own, so that a receiver's slow name server cannot use up
# the threads of other channels.
_LOOKUPS = ThreadPoolExecutor(8, thread_name_prefix="webhook-names")


class UnsafeAddressError(ValueError):
    """The address of a webhook must be https and lead to a public address of the internet."""


class UnresolvedError(OSError):
    """The host has no address just now."""


@dataclass(frozen=True, slots=True)
class Target:
    """A checked address. The caller connects to ``ip`` and names ``host`` in the request and in TLS."""

    url: SplitResult
    host: str
    ip: str
    port: int


def is_public(address: IPAddress) -> bool:
    """Return whether ``address`` is public.

    Private, loopback, link-local, CGNAT, multicast and reserved addresses are not, nor are IPv4 addresses inside IPv6.
    """
    if isinstance(address, ipaddress.IPv6Address):
        if (
            address.ipv4_mapped
            or address in _SIX_TO_FOUR
            or address in _TEREDO
            or any(address in net for net in _NAT64)
        ):
            return False
        # The old IPv4-compatible form ::a.b.c.d.
        if address.packed[:12] == bytes(12):
            return False
    elif address in _CGNAT:
        return False
    return address.is_global and not (
        address.is_private
        or address.is_loopback
        or address.is_link_local
        or address.is_multicast
        or address.is_reserved
    )


def read_url(url: str, *, allow_loopback: bool) -> SplitResult:
    """Parse an absolute https URL without user or password. With ``allow_loopback`` http is accepted too.

    Raises UnsafeAddressError for any other URL. `check` lets http go to this machine only.
    """
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as problem:
        raise UnsafeAddressError("the webhook address cannot be read") from problem
    if parts.scheme not in (("https", "http") if allow_loopback else ("https",)):
        raise UnsafeAddressError("the webhook address must be https")
    if not parts.hostname or parts.username or parts.password or port == 0:
        raise UnsafeAddressError("the webhook address must be https://host/path without a user name")
    return parts


def look_up(host: str, port: int) -> list[Any]:
    """Return the host's addresses as the system resolves them. Blocks the thread. Raises OSError without an address."""
    return list(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))


def origin_of(url: str) -> str:
    """Return scheme, host and port as written, in lower case.

    The origin identifies a receiver, whose addresses may differ in their paths.
    """
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}".lower()


async def check(url: str, *, allow_loopback: bool) -> Target:
    """Resolve the host of ``url`` and return a checked address, to which the caller connects.

    Connecting to the checked address, and not to the name again, defeats a name that changes its answer in between.
    Raises UnsafeAddressError when *any* address of the host is not public, UnresolvedError when it has none.
    """
    parts = read_url(url, allow_loopback=allow_loopback)
    host, port = str(parts.hostname), parts.port or (443 if parts.scheme == "https" else 80)
    try:
        found = await asyncio.get_running_loop().run_in_executor(_LOOKUPS, look_up, host, port)
    except OSError as problem:
        raise UnresolvedError(f"no address for the webhook's host ({type(problem).__name__})") from problem
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    for address in addresses:
        loopback = allow_loopback and address.is_loopback
        if not loopback and (parts.scheme != "https" or not is_public(address)):
            raise UnsafeAddressError("the webhook address leads to a network that is not public")
    return Target(parts, host, str(addresses[0]), port)
