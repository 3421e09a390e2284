"""The colleagues that a text mentions: `@` with a full name, a first name, or the part of an address before its `@`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple
from uuid import UUID

from shared.errors import Refused

# An `@` inside a word, as in an address, mentions nobody.
_AT: Final = re.compile(r"(?<![\w.@])@(?=\w)")
_WORD: Final = re.compile(r"[\w.'-]*\w")


class Member(NamedTuple):
    """Somebody of an OPD with an open account."""

    account: UUID
    name: str
    address: str


class Mentions(NamedTuple):
    """The mentioned colleagues, each once, and the words after an `@` that name nobody or more than one."""

    members: tuple[Member, ...]
    unclear: tuple[str, ...]


class UnclearMention(Refused):
    """A note mentions somebody who is no colleague, or a name that several colleagues have."""

    code = "unclear_mention"
    status = 422
    message = "Tidak jelas siapa yang disebut. Tulis @ dengan nama lengkap rekan."

    def __init__(self, word: str, names: str) -> None:
        super().__init__(
            f"@{word} names no single colleague",
            field="text",
            message=f"Tidak jelas siapa @{word}. Tulis @ dengan nama lengkap rekan: {names}.",
        )


class NoSuchColleague(Refused):
    """The account belongs to nobody of this OPD."""

    code = "no_such_colleague"
    status = 422
    message = "Pilih rekan dari daftar."


def find_mentions(text: str, members: Sequence[Member]) -> Mentions:
    """Return the colleagues that a text mentions. The longest name that fits counts; case makes no difference."""
    found: dict[UUID, Member] = {}
    unclear: dict[str, None] = {}
    for at in _AT.finditer(text):
        rest = text[at.end() :]
        fitting = _fitting(rest, members)
        if len(fitting) == 1:
            found[fitting[0].account] = fitting[0]
        else:
            word = _WORD.match(rest)
            unclear[word[0] if word else ""] = None
    return Mentions(tuple(found.values()), tuple(unclear))


def _fitting(rest: str, members: Sequence[Member]) -> list[Member]:
    """Return those whose names fit best to the text after an `@`."""
    lengths = [(max((_fits(rest, name) for name in _names(one)), default=0), one) for one in members]
    longest = max((length for length, _ in lengths), default=0)
    return [one for length, one in lengths if length and length == longest]


def _names(member: Member) -> tuple[str, ...]:
    words = member.name.split()
    begins = (" ".join(words[:number]) for number in range(1, len(words) + 1))
    return (*begins, member.address.partition("@")[0])


def _fits(rest: str, name: str) -> int:
    """Return the length of the name if the text begins with it as whole words, else 0."""
    if rest[: len(name)].casefold() != name.casefold():
        return 0
    after = rest[len(name) : len(name) + 1]
    return 0 if after.isalnum() else len(name)
