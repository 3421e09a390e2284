"""Tickets, the public numbers of complaints, such as `KT-7F3K-9Q2M-X`.

Nobody can count complaints by their tickets, no ticket is given twice, and a ticket can be read out over the phone.
A ticket has eight characters of Crockford's alphabet (no I, L, O, U) and one check character over GF(32).
The check character finds every single wrong character and every swap of two.
The eight characters are a running number, enciphered with the service's secret by a Feistel network over 40 bits.
Without the secret the result looks random. Unlike random numbers, two complaints never get the same one.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
# Letters that people write or hear instead of a character of the alphabet.
_VALUE |= {"O": 0, "I": 1, "L": 1, "U": _VALUE["V"]}
_CHARACTERS: Final = 8
_SEPARATORS = str.maketrans("", "", " \t\r\n\u00a0-\u2010\u2011\u2012\u2013\u2014_./")
_HALF: Final = (1 << 20) - 1
_ROUNDS: Final = 4
BLOCK: Final = 1000


def ticket_of(secret: bytes, number: int) -> str:
    """Return the ticket of a running number (0 to 2^40 - 1).

    The same number and secret always give the same ticket. Another number gives another ticket.
    """
    left, right = number >> 20 & _HALF, number & _HALF
    for turn in range(_ROUNDS):
        mixed = hashlib.blake2s(right.to_bytes(3, "big"), key=secret[:32], digest_size=3, salt=bytes((turn,))).digest()
        left, right = right, left ^ int.from_bytes(mixed, "big") & _HALF
    return _spelt(left << 20 | right)


def parse_ticket(written: str) -> str | None:
    """Return the canonical spelling of a ticket that a person wrote, or None if the text is no ticket.

    Accepts either case, blanks, other separators, no `KT`, and letters such as O for 0.
    """
    letters = written.translate(_SEPARATORS).upper()
    if len(letters) == _CHARACTERS + 3 and letters.startswith("KT"):
        letters = letters[2:]
    if len(letters) != _CHARACTERS + 1:
        return None
    number = 0
    for letter in letters:
        value = _VALUE.get(letter)
        if value is None:
            return None
        number = number << 5 | value
    ticket = _spelt(number >> 5)
    return ticket if _VALUE[ticket[-1]] == number & 31 else None


class Tickets:
    """A source of new tickets. It fetches a block of numbers once for every thousand tickets."""

    def __init__(self, secret: bytes, next_block: Callable[[], Awaitable[int]]) -> None:
        self._secret = secret
        self._next_block = next_block
        self._next = self._end = 0
        self._lock = asyncio.Lock()

    async def take(self, count: int) -> list[str]:
        """Return ``count`` new tickets."""
        numbers: list[int] = []
        async with self._lock:
            while len(numbers) < count:
                if self._next == self._end:
                    self._next = await self._next_block() * BLOCK
                    self._end = self._next + BLOCK
                some = min(count - len(numbers), self._end - self._next)
                numbers += range(self._next, self._next + some)
                self._next += some
        return [ticket_of(self._secret, number) for number in numbers]


def _spelt(number: int) -> str:
    digits = [number >> shift & 31 for shift in range(5 * (_CHARACTERS - 1), -1, -5)]
    check = 0
    for digit in digits:
        check = _double(check ^ digit)
    letters = "".join(ALPHABET[digit] for digit in digits)
    return f"KT-{letters[:4]}-{letters[4:]}-{ALPHABET[check]}"


def _double(value: int) -> int:
    """Multiply by x in GF(32) with the polynomial x^5 + x^2 + 1."""
    value <<= 1
    return value ^ 0b100101 if value & 32 else value
