"""The rule that decides where a message belongs: to known complaints, to a new complaint, or to small talk.

In doubt a person reads the message.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from services.intake.rules.conversation_additions import join_running, names_another, recurs
from services.intake.rules.conversation_danger import is_acute
from services.intake.rules.conversation_information import asks_information, office_of
from services.intake.rules.conversation_known import (
    RUNNING,
    SHORTEST,
    STRANGE,
    Destination,
    KnownComplaint,
    Talk,
    own_words,
)
from services.intake.rules.meaning import ANSWERED, FRIENDLY, RESULTS, meaning, signs_of, words_of
from services.intake.rules.mistyping import meant_keyword
from services.intake.rules.vocabulary import (
    ALREADY,
    ANYBODY,
    ASKING,
    COMMON,
    FIRST_TIME,
    GREETINGS,
    HANDLING,
    NEW,
    PLACE,
    PLACEHOLDER,
    PLEAS,
    PROBLEM,
    QUESTION,
    REPORT,
    SAME,
    STATUS,
    STATUS_ASKED,
    THANKS,
    TICKET,
    WANTS,
)
from shared.policy import DISPUTE_WITHIN

# In digits. A number as long as a telephone number or an identity number is not a rating.
_SHORT_NUMBER: Final = 2
_OVER: Final = frozenset({"closed", "archived", "referred"})
# The least number of words with content in a message that counts as another matter.
_TELLS: Final = 5
# Words that speak of handling, results and damage, and small talk: none of them is the subject of a text.
_PLAIN: Final = frozenset(word.removesuffix("nya") for word in ANSWERED | HANDLING | PLEAS | GREETINGS | THANKS | SAME)
_STATUS_TALK: Final = STATUS | GREETINGS
_POLITE: Final = THANKS | GREETINGS
# Words that do not tell what happened.
NO_SUBJECT: Final = COMMON | GREETINGS | THANKS | SAME | PLEAS


def destination_of(
    text: str, quoted: KnownComplaint | None, cases: Sequence[KnownComplaint], now: datetime
) -> Destination:
    """Return the destination of a message. ``cases`` are the person's complaints, newest first."""
    asked_for = NEW.match(text)
    if asked_for is not None:
        says_something = len(words_of(text[asked_for.end() :])) >= SHORTEST
        return Destination(new=True) if says_something else Destination(talk="invite")
    named = find_named(text, cases)
    if TICKET.search(text) and _asks_state(TICKET.sub(" ", text)):
        return Destination(cases=(named,) if named is not None else (), talk="status")
    about = named or quoted
    if about is not None:
        if about.state in _OVER and small_talk(text) is not None:
            return Destination(talk="thanks")
        return Destination(cases=(about,), sure=True)
    waiting = tuple(case for case in cases if case.state in ("awaiting_citizen", "resolved"))
    if _is_apart(text, cases):
        return Destination(new=True)
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
        and not names_another(text, cases[0])
        and (talk is None or meant != "unclear")
        and not is_announcement(text)
    ):
        running = tuple(case for case in cases if case.state in RUNNING)
        if len(running) > 1:
            return Destination(cases=running, asks=True)
        return Destination(cases=(cases[0],), sure=meant != "unclear")
    # "Sampahnya belum diangkut" says nothing of the lamp that a complaint is about.
    fitting = cases if meant == "unclear" else [case for case in cases if not names_another(text, case)]
    if talk is None and (joined := join_running(text, fitting)):
        return joined
    if talk is None and (recurring := next((case for case in cases if _near(case, now) and recurs(text, case)), None)):
        return Destination(cases=(recurring,), sure=meant != "unclear")
    talk = talk or ("thanks" if meant == "solved" else None) or ("invite" if is_announcement(text) else None)
    return Destination(talk=talk, cases=tuple(cases[:1]) if talk == "status" else ()) if talk else Destination(new=True)


def _asks_state(beside: str) -> bool:
    """Return whether the words beside a ticket only ask for its state, or there are none."""
    return {meant_keyword(word, ("status",)) or word for word in words_of(beside)} <= _STATUS_TALK


def _is_apart(text: str, cases: Sequence[KnownComplaint]) -> bool:
    """Return whether the text tells of danger, or asks for information, on which the person has no complaint.

    Whatever follows a question of the office is its answer.
    """
    if any(case.state == "awaiting_citizen" for case in cases):
        return False
    asks = asks_information(text) and small_talk(text) is None
    if not asks and not is_acute(text):
        return False
    subjects = _subjects(text)
    return not any(subjects & own_words(words_of(case.about)) for case in cases if case.state in RUNNING | {"resolved"})


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
    if PLACEHOLDER.fullmatch(text):
        return "greeting"
    if not words:
        # A face that is not friendly, or dots and question marks alone, ask for an answer rather than thank.
        signs = set(signs_of(text))
        if signs:
            return "thanks" if signs <= FRIENDLY else "greeting"
        return None if any(letter.isalpha() for letter in text) else "greeting"
    if office_of(text) is not None and asks_information(text):
        return None
    # A mistyped "stattus" counts only as the first word: "statis" and "stasus" may stand in a story.
    asking = there - {words[0]} | {meant_keyword(words[0], ("status",)) or words[0]}
    if any(asked <= asking for asked in STATUS_ASKED) and asking <= _STATUS_TALK:
        return "status"
    said = " ".join(words)
    if ANYBODY.fullmatch(said):
        return "greeting"
    if QUESTION.search(said) and len(words) <= _TELLS + 2:
        return "invite"
    if {word for word in there if not word.isdigit()} <= GREETINGS | {"yang"} and there & GREETINGS:
        return "greeting"
    if there <= _POLITE:
        return "thanks"
    numbers = [word for word in words if word not in {"bintang", "nilai", "dari", "poin"}]
    return "thanks" if all(word.isdigit() and len(word) <= _SHORT_NUMBER for word in numbers) else None


def is_announcement(text: str) -> bool:
    """Return whether the text announces a complaint but does not yet say what the complaint is about."""
    words = " ".join(words_of(text))
    if ASKING.search(words) and set(ASKING.sub(" ", words).split()) <= GREETINGS | COMMON | {"sesuatu", "nih", "dulu"}:
        return True
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
        "lain",
        "lainnya",
        "hal",
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
    shared = own_words(words) & own_words(words_of(case.about))
    if FIRST_TIME.search(said) or WANTS.search(said):
        strange = _subjects(text) - own_words(words_of(case.about))
        return not (set(words) & (SAME - {"juga", "belum", "sudah"})) and len(shared) <= 1 and len(strange) >= STRANGE
    if not case.about or meaning(text) != "unclear":
        return False
    return not shared and not set(words) & SAME and PLACE.search(said) is not None and len(own_words(words)) >= _TELLS


def _foreign(text: str, case: KnownComplaint) -> bool:
    """Return whether the text has a subject that the complaint does not name."""
    return not _subjects(text) <= own_words(words_of(case.about))


def _subjects(text: str) -> set[str]:
    """Return the words that name what a text is about, without those that speak of handling, results and damage."""
    return {word for word in own_words(words_of(TICKET.sub(" ", text))) if not word.isdigit()} - _PLAIN
