"""The address under which limits on callers count."""

from __future__ import annotations

import ipaddress
from functools import lru_cache


@lru_cache(4_096)
def address_block(address: str) -> str:
    """Return the address under which limits count: an IPv4 address itself, or the /56 block of an IPv6 address, one
    household.

    An IPv4 address is often shared by thousands (the NAT of a phone network), so a wider block would only add
    strangers.
    """
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return "unknown"
    if found.version == 4:
        return str(found)
    return str(ipaddress.ip_network(f"{found}/56", strict=False).network_address)
