"""How much one caller may send: a bucket that refills, per process. Wall time."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from typing import Final

from shared.errors import TooMany

_REMEMBERED: Final = 20_000


class Buckets:
    """``burst`` at once, refilled by ``rate`` a second, for each caller."""

    def __init__(self, rate: float, burst: int) -> None:
        self._rate = rate
        self._burst = burst
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def take(self, caller: str, count: int = 1) -> None:
        """Take so many. Raises TooMany with the seconds after which it will work."""
        now = time.monotonic()
        level, since = self._levels.pop(caller, (float(self._burst), now))
        level = min(self._burst, level + (now - since) * self._rate)
        short = count - level
        self._levels[caller] = (level if short > 0 else level - count, now)
        if len(self._levels) > _REMEMBERED:
            self._levels.popitem(last=False)
        if short > 0:
            raise TooMany(retry_after=max(1, math.ceil(short / self._rate)))


def address_block(host: str) -> str:
    """The block an address belongs to: one household, one cell of a phone network, not one device."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return "unknown"
    prefix = 24 if address.version == 4 else 56
    return str(ipaddress.ip_network(f"{address}/{prefix}", strict=False).network_address)
