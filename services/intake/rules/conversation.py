"""The conversation with one person, as a pure function of what was said before, one message and the time.

A message goes to the first rule that knows what to do with it. Whatever no rule takes begins a draft.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from services.intake.rules import conversation_draft as drafts
from services.intake.rules import conversation_texts as say
from services.intake.rules.commands import Confirm, Dispute, Rate, Reply
from services.intake.rules.conversation_choices import choose, chosen_id
from services.intake.rules.conversation_values import Act, Heard, Moment, OnCase, Opt, Say, Turn
from services.intake.rules.destination import RUNNING, Destination, KnownComplaint, destination_of, small_talk
from services.intake.rules.intents import find_keyword, find_opt, parse_button
from services.intake.rules.meaning import meaning, words_of
from services.intake.rules.vocabulary import AGREED, QUESTION, TICKET
from services.intake.state import Conversation, Draft

WHATSAPP: Final = "whatsapp"
# The states in which a complaint waits for the person who filed it.
WAITING: Final = frozenset({"resolved", "awaiting_citizen"})
# We acknowledge additions once in this time.
_TOLD_AGAIN: Final = timedelta(minutes=10)
_MOST_STARS: Final = 5
# We asked for the new matter that the person has announced.
NEW_MATTER: Final = "new"


def converse(conversation: Conversation, heard: Heard, now: datetime) -> Turn:
    """Return the turn that one message makes."""
    moment = Moment(conversation, heard, now)
    for rule in RULES:
        turn = rule(moment)
        if turn is not None:
            return turn
    return _begin(moment)


def _opt(moment: Moment) -> Turn | None:
    """Stop or resume all messages."""
    way = find_opt(moment.heard.text)
    return moment.turn(acts=(Opt(way),)) if way else None


def _judge(moment: Moment) -> Turn | None:
    """Confirm or dispute by a button. A button that names another person's complaint decides nothing."""
    heard = moment.heard
    button = parse_button(heard.choice)
    if button is None:
        return None
    act, ticket = button
    target = _target_of_button(ticket, heard)
    if target is not None:
        command = Confirm(WHATSAPP) if act == "confirm" else Dispute(heard.text or act, WHATSAPP)
        return moment.turn(acts=(OnCase(target.key, command),))
    waiting = tuple(one for one in heard.cases if one.state in WAITING)
    return _tell(moment, Destination(cases=waiting)) if waiting else moment.turn(None, say.GREETING)


def _quiet(moment: Moment) -> Turn | None:
    """Answer nothing to a message that says nothing, unless it reacts to an answer of an agency."""
    heard = moment.heard
    if heard.kind == "silent":
        return moment.turn()
    if heard.kind == "reaction":
        liked = heard.text and heard.quoted and heard.quoted.state == "resolved"
        return _tell(moment, Destination(cases=(heard.quoted,), sure=True)) if liked and heard.quoted else moment.turn()
    return None


def _keyword(moment: Moment) -> Turn | None:
    """Carry out BANTUAN, BATAL and ANONIM."""
    word, draft = find_keyword(moment.heard.text), moment.conversation.draft
    if word == "help":
        return moment.turn(None, say.HELP)
    if word == "cancel":
        reply = say.CANCELLED if draft else say.NO_DRAFT
        return moment.turn(drafts.without_draft(moment.conversation), reply)
    if word == "anonymous":
        kept = (draft or drafts.begin(moment.heard.reserved)).with_(anonim=True)
        asked, reply = drafts.next_question(kept) if draft else ("what", say.ANONYMOUS)
        return drafts.with_draft(moment.conversation, kept, asked, reply, moment.now)
    return None


def _choice(moment: Moment) -> Turn | None:
    """Take the answer to a question with choices: a press, the number of a choice, or its title."""
    offered = moment.conversation.offered
    chosen = chosen_id(moment.heard, offered)
    return choose(moment, chosen) if chosen else None


def _without_words(moment: Moment) -> Turn | None:
    """Place a file, a pin or a sticker that has no words of its own."""
    heard, draft = moment.heard, moment.conversation.draft
    if heard.text:
        return None
    if draft is None or heard.quoted is not None:
        waiting = tuple(one for one in heard.cases if one.state in WAITING)
        running = tuple(one for one in heard.cases if one.state in RUNNING)
        cases = (heard.quoted,) if heard.quoted else waiting
        if cases:
            return _tell(moment, Destination(cases=cases))
        if running and heard.kind != "sticker" and (heard.attachments or heard.pin):
            return _tell(moment, Destination(cases=running, asks=len(running) > 1))
    if heard.kind == "sticker":
        return moment.turn()
    if heard.attachments or heard.pin:
        return None
    return moment.turn(None, say.UNREADABLE)


def _draft(moment: Moment) -> Turn | None:
    """Go on with an open draft, unless the message is plainly about something else."""
    conversation, heard, draft = moment.conversation, moment.heard, moment.conversation.draft
    if draft is None or heard.quoted is not None:
        return None
    if conversation.asked == "summary" and heard.text and set(words_of(heard.text)) <= AGREED | {"pak", "bu", "min"}:
        return drafts.sent(conversation, draft.with_(messages=(*draft.messages, heard.hash)))
    talk = small_talk(heard.text) if heard.text and not heard.attachments else None
    if talk == "status" or (heard.text and _answers_a_case(heard)):
        return None
    if talk == "greeting":
        asked, reply = drafts.next_question(draft)
        return drafts.with_draft(conversation, draft, asked, reply, moment.now)
    if talk is not None:
        return moment.turn(conversation, *((say.HOURS,) if talk == "invite" else ()))
    if drafts.is_full(draft, heard):
        return _full(moment, draft)
    return _ask_on(moment, drafts.add(draft, heard, conversation.asked))


def _case(moment: Moment) -> Turn | None:
    """Give words to the complaints that they are about, or answer small talk."""
    heard = moment.heard
    if not heard.text:
        return None
    to = destination_of(heard.text, heard.quoted, heard.cases, moment.now)
    if to.talk == "status":
        return moment.turn(None, _status(heard, to))
    if to.cases and small_talk(heard.text) == "status":
        # Any word ends the silence clock of a complaint that waits for the person, a question for its state too.
        told = _tell(moment, to)
        return Turn(told.conversation, (_status(heard, to),), told.acts)
    if to.talk is not None:
        return _talk(moment, to.talk)
    if _is_announced(moment) and heard.quoted is None and meaning(heard.text) == "unclear":
        return None
    return _tell(moment, to) if to.cases else None


RULES: Final[tuple[Callable[[Moment], Turn | None], ...]] = (
    _opt,
    _judge,
    _quiet,
    _keyword,
    _choice,
    _without_words,
    _draft,
    _case,
)


def _begin(moment: Moment) -> Turn:
    """Begin a draft, or make a complaint at once of a message that tells what happened and where."""
    heard, conversation = moment.heard, moment.conversation
    if conversation.draft is not None:
        return _ask_on(moment, drafts.add(conversation.draft, heard, conversation.asked))
    draft = drafts.add(drafts.begin(heard.reserved), heard, "")
    if drafts.is_whole(heard):
        # The text names the place itself. Only a pin is a place of its own.
        return drafts.sent(conversation, draft.with_(place=heard.pin))
    return _ask_on(moment, draft)


def _ask_on(moment: Moment, draft: Draft) -> Turn:
    """Ask for what the draft lacks. A draft that tells of danger goes out at once."""
    if drafts.is_urgent(moment.heard.text):
        told = () if draft.place else (say.ASK_PLACE_LATER,)
        return replace(drafts.sent(moment.conversation, draft), replies=told)
    asked, reply = drafts.next_question(draft)
    return drafts.with_draft(moment.conversation, draft, asked, reply, moment.now)


def _full(moment: Moment, draft: Draft) -> Turn:
    """Send a draft that has no room left, and begin another with the message."""
    first = drafts.sent(moment.conversation, draft)
    then = _begin(Moment(first.conversation, moment.heard, moment.now))
    return Turn(then.conversation, then.replies, (*first.acts, *then.acts))


def _answers_a_case(heard: Heard) -> bool:
    """Return whether the words plainly answer a complaint that waits for the person."""
    return any(one.state == "resolved" for one in heard.cases) and meaning(heard.text) != "unclear"


def _tell(moment: Moment, to: Destination) -> Turn:
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
    return acknowledged(moment, first, OnCase(first.key, reply))


def acknowledged(moment: Moment, case: KnownComplaint, *acts: Act) -> Turn:
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


def _target_of_button(ticket: str, heard: Heard) -> KnownComplaint | None:
    """Return the complaint that a button names, or None.

    Without a ticket, return the quoted complaint, or the newest one that waits for the person.
    """
    if ticket:
        candidates = (*heard.cases, *([heard.quoted] if heard.quoted else []))
        return next((one for one in candidates if one.ticket == ticket), None)
    return heard.quoted or next((one for one in heard.cases if one.state in WAITING), None)
