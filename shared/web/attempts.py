"""Limits on wrong keys. They make guessing slow, and nobody can lock other people out."""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from shared.buckets import Buckets
from shared.errors import TooMany
from shared.web.limits import address_block

# Wrong keys that one account may have from one address: ten at once, then one a minute.
_FROM_ONE_ADDRESS: Final = (1 / 60, 10)
# Wrong keys that one account may have from all other addresses together: a hundred at once, then ten a minute.
_FROM_EVERYWHERE: Final = (10 / 60, 100)
# Keys of no account at all that one address may try: sixty at once, then thirty a minute.
_UNKNOWN: Final = (30 / 60, 60)
_REMEMBERED: Final = 10_000


class Attempts:
    """Counts wrong keys per account and address. A right key costs nothing.

    Colleagues often share one address. Therefore an address is limited only in trying keys that belong to no account,
    and an account only at the address where it fails. Guessing from many addresses is limited per account. That limit
    does not hold at an address where the account logged in before, so its officer can go on working.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._pairs = Buckets(*_FROM_ONE_ADDRESS, clock)
        self._accounts = Buckets(*_FROM_EVERYWHERE, clock)
        self._strangers = Buckets(*_UNKNOWN, clock)
        self._known: OrderedDict[tuple[str, str], None] = OrderedDict()

    def check(self, account: str | None, address: str) -> None:
        """Raise TooMany when a further attempt must wait. ``account`` is None for a key that belongs to no account."""
        block = address_block(address)
        if account is None:
            self._strangers.check(block)
            return
        self._pairs.check(f"{account} {block}")
        if (account, block) not in self._known:
            self._accounts.check(account)

    def failed(self, account: str | None, address: str) -> None:
        """Count a wrong key."""
        block = address_block(address)
        if account is None:
            self._strangers.spend(block)
            return
        self._pairs.spend(f"{account} {block}")
        if (account, block) not in self._known:
            self._accounts.spend(account)

    def succeeded(self, account: str, address: str) -> None:
        """Remember that the account works at this address."""
        pair = (account, address_block(address))
        self._known[pair] = None
        self._known.move_to_end(pair)
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)


def too_many_keys(refusal: TooMany) -> str:
    """Return the Indonesian advice for a person who has entered too many wrong keys on a login page."""
    return f"Sudah terlalu banyak kunci yang salah. Tunggu {refusal.retry_after} detik, lalu coba lagi."
