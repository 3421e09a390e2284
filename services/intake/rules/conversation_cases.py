"""The rules for words about complaints that the person already has, and for small talk."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import lru_cache
from typing import Final

from services.intake.rules import conversation_draft as drafts
from services.intake.rules import conversation_texts as say
from services.intake.rules.commands_citizen import Rate, Reply
from services.intake.rules.conversation_information import asks_information
from services.intake.rules.conversation_known import RUNNING, Destination, KnownComplaint, tells_problem
from services.intake.rules.conversation_values import Act, Heard, Moment, OnCase, Say, Turn
from services.intake.rules.destination import destination_of, is_announcement, small_talk
from services.intake.rules.meaning import meaning, words_of
from services.intake.rules.vocabulary import ASKING, FIRST_TIME, QUESTION, TICKET, WANTS
from services.intake.rules.voice import agrees, is_correction
from shared.events.submissions import VOICE_ONLY
from shared.labels import SATISFACTION

# The channel that an act names. Its message, which says the real one, takes precedence (`citizen.channel_of`).
WHATSAPP: Final = "whatsapp"
# The states in which a complaint waits for the person who filed it.
WAITING: Final = frozenset({"resolved", "awaiting_citizen"})
# We asked for the new matter that the person has announced.
NEW_MATTER: Final = "new"
PLACE_LATER: Final = drafts.PLACE_LATER
# We acknowledge additions once in this time, and an announcement holds as long.
_TOLD_AGAIN: Final = timedelta(minutes=10)
# The states in which a complaint can be rated. One that was joined to another is rated for that other.
RATABLE: Final = frozenset({"resolved", "closed", "merged"})


def about_cases(moment: Moment) -> Turn | None:
    """Give words to the complaints that they are about, or answer small talk."""
    heard = moment.heard
    if not heard.text or says_nothing_beside(heard):
        return None
    if tells_place(moment):
        return tell(moment, Destination(cases=heard.cases[:1]))
    closed = _closed(heard)
    stars = _rating_in_words(heard.text)
    if stars and closed is not None and not any(one.state in WAITING for one in heard.cases):
        return _rated(moment, closed, stars)
    to = destination_of(heard.text, heard.quoted, heard.cases, moment.now)
    if heard.carries and to.talk is not None:
        # The words are small talk, and the file is not.
        return tell(moment, to) if to.cases and TICKET.search(heard.text) else None
    if to.talk == "status":
        return moment.turn(None, _status(heard, to))
    if to.cases and small_talk(heard.text) == "status":
        # Any word ends the silence clock of a complaint that waits for the person, a question for its state too.
        told = tell(moment, to)
        return Turn(told.conversation, (_status(heard, to),), told.acts)
    if to.talk is not None:
        return _talk(moment, to.talk)
    if _is_announced(moment) and heard.quoted is None and meaning(heard.text) == "unclear":
        return None
    return tell(moment, to) if to.cases else None


def answers_voice(moment: Moment) -> Turn | None:
    """Give the answer to our question whether we wrote a voice note down rightly to its complaint."""
    heard = moment.heard
    if not heard.text or heard.quoted is not None:
        return None
    fits = (
        one for one in heard.cases if one.written and (agrees(heard.text) or is_correction(heard.text, one.written))
    )
    case = next(fits, None)
    return tell(moment, Destination(cases=(case,), sure=True)) if case is not None else None


def tell(moment: Moment, to: Destination) -> Turn:
    """Add a message to the complaints that it is about. If that is unclear, keep it and ask with a list."""
    heard, conversation = moment.heard, moment.conversation
    if to.asks and conversation.draft is None:
        draft = drafts.add(drafts.begin(heard.reserved), heard, "")
        return drafts.with_draft(conversation, draft, "case", say.which_case(to.cases), moment.now)
    first, *others = to.cases
    if conversation.asked == PLACE_LATER:
        conversation = conversation.with_(asked="")
        moment = replace(moment, conversation=conversation)
    words = heard.text or heard.placeholder
    reply = Reply(
        words,
        WHATSAPP,
        sure=to.sure and bool(heard.text),
        others=tuple(one.key for one in others),
        attachments=heard.attachments,
    )
    return _acknowledged(moment, first, OnCase(first.key, reply))


def says_nothing_beside(heard: Heard) -> bool:
    """Return whether the message is a file or a pin, and its words are only a courtesy."""
    return heard.carries and (not heard.text or small_talk(heard.text) in ("greeting", "thanks"))


def tells_place(moment: Moment) -> bool:
    """Return whether the message answers our question for the place of a complaint that went out at once."""
    heard, conversation = moment.heard, moment.conversation
    asked = conversation.asked == PLACE_LATER and conversation.draft is None and _is_recent(moment)
    newest = heard.cases[0].state in RUNNING if heard.cases else False
    if not asked or not newest or heard.quoted is not None:
        return False
    if heard.pin is not None:
        return True
    other = small_talk(heard.text) is not None or is_announcement(heard.text) or TICKET.search(heard.text) is not None
    if other or asks_information(heard.text):
        return False
    # Whoever types after a voice note alone says the same in words. Another matter is announced.
    voice_alone = heard.cases[0].about.endswith(VOICE_ONLY)
    said = " ".join(words_of(heard.text))
    return not tells_problem(words_of(heard.text)) or (
        voice_alone and not WANTS.search(said) and not FIRST_TIME.search(said)
    )


def answers_a_case(heard: Heard) -> bool:
    """Return whether the words plainly answer a complaint that waits for the person."""
    return any(one.state == "resolved" for one in heard.cases) and meaning(heard.text) != "unclear"


def target_of_button(ticket: str, heard: Heard) -> KnownComplaint | None:
    """Return the complaint that a button names, or None. A button may name the complaint that it was joined to.

    Without a ticket, return the quoted complaint, or the newest one that waits for the person.
    """
    if ticket:
        candidates = (*heard.cases, *([heard.quoted] if heard.quoted else []))
        return next((one for one in candidates if ticket in (one.ticket, one.merged_into)), None)
    return heard.quoted or next((one for one in heard.cases if one.state in WAITING), None)


def _acknowledged(moment: Moment, case: KnownComplaint, *acts: Act) -> Turn:
    """Return the turn of an addition. On a complaint that waits for the person the notifier answers instead."""
    told_at = moment.conversation.told_at
    if case.state not in RUNNING or (told_at is not None and moment.now < told_at + _TOLD_AGAIN):
        return moment.turn(acts=acts)
    return moment.turn(moment.conversation.with_(told_at=moment.now), say.added(case), acts=acts)


def _talk(moment: Moment, talk: str) -> Turn:
    """Answer small talk. A number after the end of a complaint is its rating."""
    heard = moment.heard
    if talk == "greeting":
        return moment.turn(None, say.GREETING)
    if talk == "invite":
        asked = QUESTION.search(" ".join(words_of(heard.text)))
        if asked and "lapor" not in asked[0]:
            return moment.turn(None, say.HOURS)
        announced = moment.conversation.with_(asked=NEW_MATTER, offered=(), heard_at=moment.now)
        return moment.turn(announced, say.ASK_QUESTION if ASKING.search(" ".join(words_of(heard.text))) else say.INVITE)
    numbers = [int(word) for word in words_of(heard.text) if word.isascii() and word.isdigit()]
    closed = _closed(heard)
    if not numbers or closed is None:
        return moment.turn(None, say.THANKS)
    return _rated(moment, closed, numbers[0] if numbers[1:] in ([], [len(SATISFACTION)]) else 0)


def rate_by_button(moment: Moment) -> Turn | None:
    """Take the rating of a button or row. One that names another person's complaint rates nothing."""
    act, _, rest = (moment.heard.choice or "").partition(":")
    if act != "rate":
        return None
    ticket, _, number = rest.rpartition(":")
    case = target_of_button(ticket, moment.heard) if ticket else None
    if case is None:
        return moment.turn(None, say.GREETING)
    if case.state not in RATABLE:
        return moment.turn(None, say.status_of((case,)))
    return _rated(moment, case, int(number) if number.isascii() and number.isdigit() and len(number) == 1 else 0)


def _rated(moment: Moment, case: KnownComplaint, stars: int) -> Turn:
    """Keep a rating. A number outside the scale is asked for again."""
    if stars not in SATISFACTION:
        return moment.turn(None, say.ask_rating(case.ticket))
    act = OnCase(case.key, Rate(stars, WHATSAPP, scale=len(SATISFACTION)))
    return moment.turn(None, say.rated(stars), acts=(act,))


@lru_cache(maxsize=32)
def _rating_in_words(text: str) -> int:
    """Return the rating whose words are all that the text says, with or without its number, or 0."""
    said = words_of(text)
    for stars, words in SATISFACTION.items():
        if said in (words_of(words), words_of(f"{stars} {words}")):
            return stars
    return 0


def _closed(heard: Heard) -> KnownComplaint | None:
    """Return the closed complaint that a number rates: the quoted one, or the newest that has no rating yet."""
    if heard.quoted is not None:
        return heard.quoted if heard.quoted.state == "closed" else None
    return next((one for one in heard.cases if one.state == "closed" and not one.rated), None)


def _is_announced(moment: Moment) -> bool:
    """Return whether the person has just said that a new matter follows."""
    conversation = moment.conversation
    return conversation.draft is None and conversation.asked == NEW_MATTER and _is_recent(moment)


def _is_recent(moment: Moment) -> bool:
    """Return whether our last question is still fresh."""
    asked_at = moment.conversation.heard_at
    return asked_at is not None and moment.now < asked_at + _TOLD_AGAIN


def _status(heard: Heard, to: Destination) -> Say:
    """Return the state of the complaint that the text names, or of all that have not ended, or of the newest."""
    ticket = TICKET.search(heard.text) is not None
    if not heard.cases or (ticket and not to.cases):
        return say.UNKNOWN_TICKET if ticket else say.NO_COMPLAINT
    if ticket:
        return say.status_of(to.cases)
    open_cases = tuple(one for one in heard.cases if one.state in RUNNING | WAITING)
    return say.status_of(open_cases or heard.cases[:1])
