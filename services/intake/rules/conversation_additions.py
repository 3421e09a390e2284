"""The rules by which a message joins a complaint that runs, or one that was just closed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from services.intake.rules.conversation_known import (
    RUNNING,
    STRANGE,
    Destination,
    KnownComplaint,
    own_words,
    tells_problem,
)
from services.intake.rules.conversation_places import find_place, without_places
from services.intake.rules.meaning import words_of
from services.intake.rules.vocabulary import CORRECTS, FIRST_TIME, PLACE, THINGS, WANTS

# The most words of a detail ("tiangnya nomor 17") that joins a running complaint without a word in common.
_DETAIL: Final = 10
# Words by which a text points back to a known trouble.
_AGAIN: Final = frozenset({"lagi", "masih", "kembali", "kambuh", "tetap", "makin", "semakin"})


def join_running(text: str, cases: Sequence[KnownComplaint]) -> Destination | None:
    """Return the running complaints to which a message may be an addition: those that share its subject, or all.

    Trouble without a place of its own may be a new matter, so the person is asked.
    """
    words = words_of(text)
    said, running = " ".join(words), tuple(case for case in cases if case.state in RUNNING)
    repeated = next((case for case in running if len(words) > STRANGE and said in " ".join(words_of(case.about))), None)
    if repeated is not None:
        return Destination(cases=(repeated,), sure=True)
    if not running or FIRST_TIME.search(said) or WANTS.search(said):
        return None
    fits = [_fit(text, case) for case in running]
    best = max(fits)
    if best:
        joined = tuple(case for case, fit in zip(running, fits, strict=True) if fit == best)
        return Destination(cases=joined, sure=len(joined) == 1, asks=len(joined) > 1)
    placed = find_place(text) is not None or PLACE.search(said) is not None
    return None if placed or not tells_problem(words) else Destination(cases=running, asks=True)


def recurs(text: str, case: KnownComplaint) -> bool:
    """Return whether the text says that the trouble of a closed complaint is there again or still."""
    words, about = words_of(text), words_of(case.about)
    if case.state != "closed" or not set(words) & _AGAIN or not tells_problem(words) or _fit(text, case) == 0:
        return False
    return bool(_subjects(words) & _subjects(about))


def names_another(text: str, case: KnownComplaint) -> bool:
    """Return whether the text names a thing that the complaint, if we know its words, does not name."""
    things = {word.removesuffix("nya") for word in words_of(text)} & THINGS
    return bool(case.about and things) and not things & {word.removesuffix("nya") for word in words_of(case.about)}


def _subjects(words: Sequence[str]) -> set[str]:
    """Return the words with content that are no part of a place's name: neighbours have their place in common."""
    return own_words(without_places(words))


def _fit(text: str, case: KnownComplaint) -> int:
    """Return how well a text fits a running complaint as an addition: 0 not at all, 1 as a detail, 2 by its subject."""
    words, place = words_of(text), find_place(text)
    known = place is None or find_place(case.about) is None or place.name.casefold() in case.about.casefold()
    problem, shared = tells_problem(words), len(_subjects(words) & _subjects(words_of(case.about)))
    if not known:
        return 1 if not problem and CORRECTS.search(" ".join(words)) else 0
    if problem:
        return 2 if shared >= STRANGE or (shared and set(words) & _AGAIN) else 0
    if shared:
        return 2
    return 1 if len(words) <= _DETAIL else 0
