"""The conversation with one person, as a pure function of what was said before, one message and the time.

A message goes to the first rule that knows what to do with it. Whatever no rule takes begins a draft.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Final

from services.intake.rules import conversation_draft as drafts
from services.intake.rules import conversation_texts as say
from services.intake.rules.commands import Confirm, Dispute
from services.intake.rules.conversation_cases import (
    WAITING,
    WHATSAPP,
    about_cases,
    answers_a_case,
    answers_voice,
    target_of_button,
    tell,
)
from services.intake.rules.conversation_choices import choose, chosen_id
from services.intake.rules.conversation_known import RUNNING, Destination
from services.intake.rules.conversation_values import Heard, Moment, OnCase, Opt, Turn
from services.intake.rules.destination import small_talk
from services.intake.rules.intents import find_keyword, find_opt, parse_button
from services.intake.rules.meaning import words_of
from services.intake.rules.vocabulary import AGREED
from services.intake.state import Conversation, Draft


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
    target = target_of_button(ticket, heard)
    if target is not None:
        command = Confirm(WHATSAPP) if act == "confirm" else Dispute(heard.text or act, WHATSAPP)
        return moment.turn(acts=(OnCase(target.key, command),))
    waiting = tuple(one for one in heard.cases if one.state in WAITING)
    return tell(moment, Destination(cases=waiting)) if waiting else moment.turn(None, say.GREETING)


def _quiet(moment: Moment) -> Turn | None:
    """Answer nothing to a message that says nothing, unless it reacts to an answer of an agency."""
    heard = moment.heard
    if heard.kind == "silent":
        return moment.turn()
    if heard.kind == "reaction":
        liked = heard.text and heard.quoted and heard.quoted.state == "resolved"
        return tell(moment, Destination(cases=(heard.quoted,), sure=True)) if liked and heard.quoted else moment.turn()
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
            return tell(moment, Destination(cases=cases))
        if running and heard.kind != "sticker" and (heard.attachments or heard.pin):
            return tell(moment, Destination(cases=running, asks=len(running) > 1))
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
    if talk == "status" or (heard.text and answers_a_case(heard)):
        return None
    # A number that is none of our list is asked for again, like the question that a greeting interrupts.
    if talk == "greeting" or (conversation.offered and talk == "thanks" and heard.text.strip().isdigit()):
        asked, reply = drafts.next_question(draft)
        return drafts.with_draft(conversation, draft, asked, reply, moment.now)
    if talk is not None:
        return moment.turn(conversation, *((say.HOURS,) if talk == "invite" else ()))
    if drafts.is_full(draft, heard):
        return _full(moment, draft)
    return _ask_on(moment, drafts.add(draft, heard, conversation.asked))


RULES: Final[tuple[Callable[[Moment], Turn | None], ...]] = (
    _opt,
    _judge,
    _quiet,
    _keyword,
    _choice,
    _without_words,
    _draft,
    answers_voice,
    about_cases,
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
    """Ask for what the draft lacks. A draft that tells of danger goes out at once.

    So does a voice note, because nobody knows yet what it tells.
    """
    if drafts.is_urgent(moment.heard.text) or moment.heard.voice:
        return drafts.sent_at_once(moment.conversation, draft)
    asked, reply = drafts.next_question(draft)
    return drafts.with_draft(moment.conversation, draft, asked, reply, moment.now)


def _full(moment: Moment, draft: Draft) -> Turn:
    """Send a draft that has no room left, and begin another with the message."""
    first = drafts.sent(moment.conversation, draft)
    then = _begin(Moment(first.conversation, moment.heard, moment.now))
    return Turn(then.conversation, then.replies, (*first.acts, *then.acts))
