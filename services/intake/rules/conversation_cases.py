"""The rules for words about complaints that the person already has, and for small talk."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from services.intake.rules import conversation_draft as drafts
from services.intake.rules import conversation_texts as say
from services.intake.rules.commands import Rate, Reply
from services.intake.rules.conversation_known import RUNNING, Destination, KnownComplaint
from services.intake.rules.conversation_values import Act, Heard, Moment, OnCase, Say, Turn
from services.intake.rules.destination import destination_of, small_talk
from services.intake.rules.meaning import meaning, words_of
from services.intake.rules.vocabulary import QUESTION, TICKET
from services.intake.rules.voice import agrees, is_correction

WHATSAPP: Final = "whatsapp"
# The states in which a complaint waits for the person who filed it.
WAITING: Final = frozenset({"resolved", "awaiting_citizen"})
# We asked for the new matter that the person has announced.
NEW_MATTER: Final = "new"
# We acknowledge additions once in this time, and an announcement holds as long.
_TOLD_AGAIN: Final = timedelta(minutes=10)
_MOST_STARS: Final = 5


def about_cases(moment: Moment) -> Turn | None:
    """Give words to the complaints that they are about, or answer small talk."""
    heard = moment.heard
    if not heard.text:
        return None
    to = destination_of(heard.text, heard.quoted, heard.cases, moment.now)
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
    words = heard.text or heard.placeholder
    reply = Reply(
        words,
        WHATSAPP,
        sure=to.sure and bool(heard.text),
        others=tuple(one.key for one in others),
        attachments=heard.attachments,
    )
    return _acknowledged(moment, first, OnCase(first.key, reply))


def answers_a_case(heard: Heard) -> bool:
    """Return whether the words plainly answer a complaint that waits for the person."""
    return any(one.state == "resolved" for one in heard.cases) and meaning(heard.text) != "unclear"


def target_of_button(ticket: str, heard: Heard) -> KnownComplaint | None:
    """Return the complaint that a button names, or None.

    Without a ticket, return the quoted complaint, or the newest one that waits for the person.
    """
    if ticket:
        candidates = (*heard.cases, *([heard.quoted] if heard.quoted else []))
        return next((one for one in candidates if one.ticket == ticket), None)
    return heard.quoted or next((one for one in heard.cases if one.state in WAITING), None)


def _acknowledged(moment: Moment, case: KnownComplaint, *acts: Act) -> Turn:
    """Return the turn of an addition. On a complaint that waits for the person the notifier answers instead."""
    told_at = moment.conversation.told_at
    if case.state not in RUNNING or (told_at is not None and moment.now < told_at + _TOLD_AGAIN):
        return moment.turn(acts=acts)
    return moment.turn(moment.conversation.with_(told_at=moment.now), say.added(case), acts=acts)


def _talk(moment: Moment, talk: str) -> Turn:
    """Answer small talk. One to five after the end of a complaint is its rating."""
    heard = moment.heard
    if talk == "greeting":
        return moment.turn(None, say.GREETING)
    if talk == "invite":
        asked = QUESTION.search(" ".join(words_of(heard.text)))
        if asked and "lapor" not in asked[0]:
            return moment.turn(None, say.HOURS)
        announced = moment.conversation.with_(asked=NEW_MATTER, offered=(), heard_at=moment.now)
        return moment.turn(announced, say.INVITE)
    stars = _stars(heard.text)
    closed = next((one for one in heard.cases if one.state == "closed" and not one.rated), None)
    if stars and closed is not None:
        return moment.turn(None, say.rated(stars), acts=(OnCase(closed.key, Rate(stars, WHATSAPP)),))
    return moment.turn(None, say.THANKS)


def _is_announced(moment: Moment) -> bool:
    """Return whether the person has just said that a new matter follows."""
    conversation = moment.conversation
    lately = conversation.heard_at is not None and moment.now < conversation.heard_at + _TOLD_AGAIN
    return conversation.draft is None and conversation.asked == NEW_MATTER and lately


def _stars(text: str) -> int:
    """Return the rating that a text gives, or 0."""
    numbers = [int(word) for word in words_of(text) if word.isascii() and word.isdigit()]
    return numbers[0] if numbers and 1 <= numbers[0] <= _MOST_STARS and numbers[1:] in ([], [_MOST_STARS]) else 0


def _status(heard: Heard, to: Destination) -> Say:
    """Return the state of the complaint that the text names, or of all that have not ended, or of the newest."""
    ticket = TICKET.search(heard.text) is not None
    if not heard.cases or (ticket and not to.cases):
        return say.UNKNOWN_TICKET if ticket else say.NO_COMPLAINT
    if ticket:
        return say.status_of(to.cases)
    open_cases = tuple(one for one in heard.cases if one.state in RUNNING | WAITING)
    return say.status_of(open_cases or heard.cases[:1])
