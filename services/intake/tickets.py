"""The number a citizen gets: `KT-7F3K-9Q2M-X`, random, not countable, sayable over the phone.

Eight random characters of Crockford's alphabet (no I, L, O, U) and one check character over GF(32), which finds every
single wrong character and every swap of two.
"""

import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_VALUE = {character: value for value, character in enumerate(ALPHABET)}
# What people write or hear for a character of the alphabet.
_VALUE |= {"O": 0, "I": 1, "L": 1, "U": _VALUE["V"]}
_RANDOM_CHARACTERS = 8
_SEPARATORS = str.maketrans("", "", " \t\r\n\u00a0-\u2010\u2011\u2012\u2013\u2014_./")


def new_ticket() -> str:
    """A fresh ticket of 40 random bits; whoever stores it sees to it that it is the only one."""
    return _spelt(secrets.randbits(5 * _RANDOM_CHARACTERS))


def parse_ticket(written: str) -> str | None:
    """The ticket in its one spelling, however a person wrote it (case, blanks, O for 0), or None if it is none."""
    letters = written.translate(_SEPARATORS).upper()
    if len(letters) == _RANDOM_CHARACTERS + 3 and letters.startswith("KT"):
        letters = letters[2:]
    if len(letters) != _RANDOM_CHARACTERS + 1:
        return None
    number = 0
    for letter in letters:
        value = _VALUE.get(letter)
        if value is None:
            return None
        number = number << 5 | value
    ticket = _spelt(number >> 5)
    return ticket if _VALUE[ticket[-1]] == number & 31 else None


def _spelt(number: int) -> str:
    digits = [number >> shift & 31 for shift in range(5 * (_RANDOM_CHARACTERS - 1), -1, -5)]
    check = 0
    for digit in digits:
        check = _double(check ^ digit)
    letters = "".join(ALPHABET[digit] for digit in digits)
    return f"KT-{letters[:4]}-{letters[4:]}-{ALPHABET[check]}"


def _double(value: int) -> int:
    """Times x in GF(32) with the polynomial x^5 + x^2 + 1."""
    value <<= 1
    return value ^ 0b100101 if value & 32 else value
