"""The complaints that a person already has, and the destination of a message among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Final, Literal
from uuid import UUID

from services.intake.rules.vocabulary import COMMON, PROBLEM

Talk = Literal["greeting", "thanks", "status", "invite"]
RUNNING: Final = frozenset({"verification", "assigned", "in_progress"})
# The least number of letters of a word with content.
SHORTEST: Final = 3
# The least number of subjects that make two texts speak of the same, or of another, matter.
STRANGE: Final = 2


@dataclass(frozen=True, slots=True)
class KnownComplaint:
    """A complaint of the person who writes.

    ``about`` is its place, title and text. It is empty once the complaint is referred, archived or merged.
    ``ended_at`` is the time at which the complaint ended, and ``rated`` says that the person has rated it.
    ``merged_into`` is the ticket of the complaint that this one was joined to.
    ``choices`` are the sentences of our question what it is about, while the answer is missing.
    ``written`` is what we wrote down of a voice note, while we wait for the person's word on it.
    ``on_referral`` are the acts that a referral leaves to the person: ``object`` and ``share``.
    """

    key: UUID
    state: str
    ticket: str = ""
    about: str = ""
    ended_at: datetime | None = None
    rated: bool = False
    merged_into: str | None = None
    written: str = ""
    choices: tuple[str, ...] = ()
    on_referral: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Destination:
    """The destination of a message: known complaints (``cases``), a new one (``new``), or a polite answer (``talk``).

    ``sure`` means that the message is about that one complaint and no other. Only then may it confirm or dispute.
    ``asks`` means that the message belongs to one of the cases, and the person must say to which.
    """

    cases: tuple[KnownComplaint, ...] = ()
    sure: bool = False
    asks: bool = False
    new: bool = False
    talk: Talk | None = None


def tells_problem(words: Sequence[str]) -> bool:
    """Return whether the words speak of damage or trouble."""
    return _speaks_of_trouble(" ".join(words))


@lru_cache(maxsize=32)
def _speaks_of_trouble(said: str) -> bool:
    return PROBLEM.search(said) is not None


def own_words(words: Sequence[str]) -> set[str]:
    """Return the words that tell what a text is about."""
    return {word.removesuffix("nya") for word in words if len(word) >= SHORTEST and word not in COMMON}
