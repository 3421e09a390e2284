"""The rule that decides where a message belongs: to known complaints, to a new complaint, or to small talk.

In doubt a person reads the message.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, Literal
from uuid import UUID

from services.intake.rules.conversation_places import find_place, without_places
from services.intake.rules.meaning import ANSWERED, RESULTS, meaning, signs_of, words_of
from services.intake.rules.vocabulary import (
    ALREADY,
    COMMON,
    CORRECTS,
    FIRST_TIME,
    GREETINGS,
    HANDLING,
    NEW,
    PLACE,
    PLEAS,
    PROBLEM,
    QUESTION,
    REPORT,
    SAME,
    STATUS,
    STATUS_ASKED,
    THANKS,
    THINGS,
    TICKET,
    WANTS,
)
from shared.policy import DISPUTE_WITHIN

Talk = Literal["greeting", "thanks", "status", "invite"]


@dataclass(frozen=True, slots=True)
class KnownComplaint:
    """A complaint of the person who writes.

    ``about`` is its place, title and text. It is empty once the complaint is referred, archived or merged.
    ``ended_at`` is the time at which the complaint ended, and ``rated`` says that the person has rated it.
    """

    key: UUID
    state: str
    ticket: str = ""
    about: str = ""
    ended_at: datetime | None = None
    rated: bool = False


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


# In digits. A number as long as a telephone number or an identity number is not a rating.
_SHORT_NUMBER: Final = 2
# The least number of letters of a word with content, and the least number of words of a text with content.
_SHORTEST: Final = 3
RUNNING: Final = frozenset({"verification", "assigned", "in_progress"})
_OVER: Final = frozenset({"closed", "archived", "referred"})
# The least number of subjects that the complaint does not know in a message that announces another matter.
_STRANGE: Final = 2
# The least number of words with content in a message that counts as another matter.
_TELLS: Final = 5
# The most words of a detail ("tiangnya nomor 17") that joins a running complaint without a word in common.
_DETAIL: Final = 10
# Words that speak of handling, results and damage, and small talk: none of them is the subject of a text.
_PLAIN: Final = frozenset(word.removesuffix("nya") for word in ANSWERED | HANDLING | PLEAS | GREETINGS | THANKS | SAME)
_STATUS_TALK: Final = STATUS | GREETINGS
_POLITE: Final = THANKS | GREETINGS
# Words by which a text points back to a known trouble.
_AGAIN: Final = frozenset({"lagi", "masih", "kembali", "kambuh", "tetap", "makin", "semakin"})
# Words that do not tell what happened.
NO_SUBJECT: Final = COMMON | GREETINGS | THANKS | SAME | PLEAS


def destination_of(
    text: str, quoted: KnownComplaint | None, cases: Sequence[KnownComplaint], now: datetime
) -> Destination:
    """Return the destination of a message. ``cases`` are the person's complaints, newest first."""
    asked_for = NEW.match(text)
    if asked_for is not None:
        says_something = len(words_of(text[asked_for.end() :])) >= _SHORTEST
        return Destination(new=True) if says_something else Destination(talk="invite")
    named = find_named(text, cases)
    if TICKET.search(text) and set(words_of(TICKET.sub(" ", text))) <= _STATUS_TALK:
        return Destination(cases=(named,) if named is not None else (), talk="status")
    about = named or quoted
    if about is not None:
        if about.state in _OVER and small_talk(text) is not None:
            return Destination(talk="thanks")
        return Destination(cases=(about,), sure=True)
    waiting = tuple(case for case in cases if case.state in ("awaiting_citizen", "resolved"))
    if waiting:
        return _of_waiting(text, waiting)
    talk = small_talk(text)
    if talk is not None and not words_of(text):
        # A sign alone decides nothing about a complaint that has ended or runs.
        return Destination(talk=talk)
    meant = meaning(text)
    # Words without a subject of their own ("belum dikerjakan", "kok ditutup") are about the newest complaint.
    if (
        cases
        and _near(cases[0], now)
        and not _subjects(text)
        and not _names_another(text, cases[0])
        and (talk is None or meant != "unclear")
        and not is_announcement(text)
    ):
        running = tuple(case for case in cases if case.state in RUNNING)
        if len(running) > 1 and meant == "unclear":
            return Destination(cases=running, asks=True)
        return Destination(cases=(cases[0],), sure=meant != "unclear")
    if talk is None and meant == "unclear" and (joined := _joined(text, cases)):
        return joined
    if talk is None and (recurring := next((case for case in cases if _near(case, now) and _recurs(text, case)), None)):
        return Destination(cases=(recurring,), sure=meant != "unclear")
    talk = talk or ("thanks" if meant == "solved" else None) or ("invite" if is_announcement(text) else None)
    return Destination(talk=talk, cases=tuple(cases[:1]) if talk == "status" else ()) if talk else Destination(new=True)


def _of_waiting(text: str, waiting: tuple[KnownComplaint, ...]) -> Destination:
    """Return the destination when complaints wait for the person: a new complaint, or all complaints that wait."""
    asked = any(case.state == "awaiting_citizen" for case in waiting)
    if not asked and is_announcement(text):
        return Destination(talk="invite")
    if all(is_other_matter(text, case) for case in waiting):
        return Destination(new=True)
    # Words with a subject that the complaint does not know neither confirm nor dispute: a person reads them, and we ask.
    sure = len(waiting) == 1 and (asked or meaning(text) == "unclear" or not _foreign(text, waiting[0]))
    return Destination(cases=waiting, sure=sure)


def _joined(text: str, cases: Sequence[KnownComplaint]) -> Destination | None:
    """Return the running complaints to which a message may be an addition: those that share its subject, or all.

    Trouble without a place of its own may be a new matter, so the person is asked.
    """
    words = words_of(text)
    said, running = " ".join(words), tuple(case for case in cases if case.state in RUNNING)
    if not running or FIRST_TIME.search(said) or WANTS.search(said):
        return None
    fits = [_fit(text, case) for case in running]
    best = max(fits)
    if best:
        joined = tuple(case for case, fit in zip(running, fits, strict=True) if fit == best)
        return Destination(cases=joined, sure=len(joined) == 1, asks=len(joined) > 1)
    placed = find_place(text) is not None or PLACE.search(said) is not None
    return None if placed or not tells_problem(words) else Destination(cases=running, asks=True)


def _fit(text: str, case: KnownComplaint) -> int:
    """Return how well a text fits a running complaint as an addition: 0 not at all, 1 as a detail, 2 by its subject."""
    words, place = words_of(text), find_place(text)
    known = place is None or find_place(case.about) is None or place.name.casefold() in case.about.casefold()
    problem, shared = tells_problem(words), len(_own(words) & _own(words_of(case.about)))
    if not known:
        return 1 if not problem and CORRECTS.search(" ".join(words)) else 0
    if problem:
        return 2 if shared >= _STRANGE or (shared and set(words) & _AGAIN) else 0
    if shared:
        return 2
    return 1 if len(words) <= _DETAIL else 0


def _names_another(text: str, case: KnownComplaint) -> bool:
    """Return whether the text names a thing that the complaint, if we know its words, does not name."""
    things = {word.removesuffix("nya") for word in words_of(text)} & THINGS
    return bool(case.about and things) and not things & {word.removesuffix("nya") for word in words_of(case.about)}


def _recurs(text: str, case: KnownComplaint) -> bool:
    """Return whether the text says that the trouble of a closed complaint is there again or still."""
    words, about = words_of(text), words_of(case.about)
    if case.state != "closed" or not set(words) & _AGAIN or not tells_problem(words) or _fit(text, case) == 0:
        return False
    return bool(_own(without_places(words)) & _own(without_places(about)))


def tells_problem(words: Sequence[str]) -> bool:
    """Return whether the words speak of damage or trouble."""
    return PROBLEM.search(" ".join(words)) is not None


def find_named(text: str, cases: Sequence[KnownComplaint]) -> KnownComplaint | None:
    """Return the complaint whose ticket stands in the text, or None."""
    found = {re.sub(r"[\s\-]", "", ticket).upper() for ticket in TICKET.findall(text)}
    return next((case for case in cases if case.ticket.replace("-", "") in found), None)


def _near(case: KnownComplaint, now: datetime) -> bool:
    """Return whether the complaint is open, or ended so recently that a message without a ticket may be about it."""
    return case.ended_at is None or now <= case.ended_at + DISPUTE_WITHIN


def small_talk(text: str) -> Talk | None:
    """Recognise a message that is no complaint: a greeting, thanks, a number from 1 to 5, emoji alone, STATUS."""
    words = words_of(text)
    there = set(words)
    if not words:
        return "thanks" if signs_of(text) or not any(letter.isalpha() for letter in text) else None
    if any(asked <= there for asked in STATUS_ASKED) and there <= _STATUS_TALK:
        return "status"
    if QUESTION.search(" ".join(words)) and len(words) <= _TELLS + 2:
        return "invite"
    if {word for word in there if not word.isdigit()} <= GREETINGS and there & GREETINGS:
        return "greeting"
    if there <= _POLITE:
        return "thanks"
    numbers = [word for word in words if word not in {"bintang", "nilai", "dari", "poin"}]
    return "thanks" if all(word.isdigit() and len(word) <= _SHORT_NUMBER for word in numbers) else None


def is_announcement(text: str) -> bool:
    """Return whether the text announces a complaint but does not yet say what the complaint is about."""
    words = " ".join(words_of(text))
    if not (WANTS.search(words) or FIRST_TIME.search(words)) or ALREADY.search(words):
        return False
    if PROBLEM.search(FIRST_TIME.sub(" ", words)):
        return False
    rest = set(FIRST_TIME.sub(" ", WANTS.sub(" ", words)).split())
    return rest <= GREETINGS | COMMON | SAME | {
        "sesuatu",
        "dong",
        "gimana",
        "caranya",
        "bagaimana",
        "cara",
        "nih",
        "boleh",
    }


def is_other_matter(text: str, case: KnownComplaint) -> bool:
    """Return whether the text is plainly about something other than the case.

    When the text may be about either, return False: a person then reads the text on the case, and the citizen is asked.
    """
    words = words_of(text)
    said = " ".join(words)
    # The answer to a question may begin with anything, and words about the handling of a case are about that case.
    if case.state != "resolved" or "?" in text or set(words) & (RESULTS | HANDLING):
        return False
    if ALREADY.search(re.sub(rf"\bbelum pernah (?:saya |kami )?{REPORT}\b", "", said)):
        return False
    shared = _own(words) & _own(words_of(case.about))
    if FIRST_TIME.search(said) or WANTS.search(said):
        strange = _subjects(text) - _own(words_of(case.about))
        return not (set(words) & (SAME - {"juga", "belum", "sudah"})) and len(shared) <= 1 and len(strange) >= _STRANGE
    if not case.about or meaning(text) != "unclear":
        return False
    return not shared and not set(words) & SAME and PLACE.search(said) is not None and len(_own(words)) >= _TELLS


def _foreign(text: str, case: KnownComplaint) -> bool:
    """Return whether the text has a subject that the complaint does not name."""
    return not _subjects(text) <= _own(words_of(case.about))


def _subjects(text: str) -> set[str]:
    """Return the words that name what a text is about, without those that speak of handling, results and damage."""
    return {word for word in _own(words_of(TICKET.sub(" ", text))) if not word.isdigit()} - _PLAIN


def _own(words: Sequence[str]) -> set[str]:
    """Return the words that tell what a text is about."""
    return {word.removesuffix("nya") for word in words if len(word) >= _SHORTEST and word not in COMMON}
