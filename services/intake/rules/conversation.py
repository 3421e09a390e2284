"""The conversation with one person, as a pure function of what was said before, one message and the time.

A message goes to the first rule that knows what to do with it. Whatever no rule takes begins a draft.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Final

from services.intake.rules import conversation_draft as drafts
from services.intake.rules import conversation_texts as say
from services.intake.rules.commands_citizen import Appeal, Confirm, Dispute
from services.intake.rules.conversation_answers import core_of, wanted_change
from services.intake.rules.conversation_cases import (
    WAITING,
    WHATSAPP,
    about_cases,
    answers_voice,
    rate_by_button,
    says_nothing_beside,
    target_of_button,
    tell,
    tells_place,
)
from services.intake.rules.conversation_choice import take_choice
from services.intake.rules.conversation_choices import cancelled, choose, chosen_id
from services.intake.rules.conversation_known import RUNNING, Destination
from services.intake.rules.conversation_open import begin, go_on
from services.intake.rules.conversation_parts import parts_of
from services.intake.rules.conversation_referral import answers_referral
from services.intake.rules.conversation_replies import same_again_ends
from services.intake.rules.conversation_values import Heard, Moment, OnCase, Opt, Turn
from services.intake.rules.intents import find_keyword, find_opt, parse_button
from services.intake.rules.meaning import meaning, words_of
from services.intake.rules.vocabulary import TICKET
from services.intake.state import Conversation

# The most words of a wish to change a complaint.
_CHANGE: Final = 3
# The word that begins an appeal. A reason has so many words at least.
APPEAL: Final = re.compile(r"\W*keberatan\b[\s:,.;–-]*", re.IGNORECASE)
_LEAST_WORDS: Final = 2


def converse(conversation: Conversation, heard: Heard, now: datetime) -> Turn:
    """Return the turn that one message makes."""
    parts = parts_of(heard)
    if parts is None:
        return same_again_ends(conversation, _converse(Moment(conversation, heard, now)), now)
    answer, matter = parts
    first = _converse(Moment(conversation, replace(heard, text=answer), now))
    # The new matter is about none of the person's complaints: a turn carries out one act on a complaint.
    then = _converse(Moment(first.conversation, replace(heard, text=matter, cases=(), quoted=None), now))
    turn = Turn(then.conversation, (*first.replies, *then.replies), (*first.acts, *then.acts))
    return same_again_ends(conversation, turn, now)


def _converse(moment: Moment) -> Turn:
    for rule in RULES:
        turn = rule(moment)
        if turn is not None:
            return turn
    return begin(moment)


def _opt(moment: Moment) -> Turn | None:
    """Stop or resume all messages."""
    way = find_opt(moment.heard.text) if not moment.heard.carries else None
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
        # Nothing more is told of a complaint that was joined to another, so the second question follows at once.
        asks = act == "confirm" and target.state == "merged" and not target.rated
        replies = (say.ask_rating(target.ticket),) if asks else ()
        return moment.turn(None, *replies, acts=(OnCase(target.key, command),))
    waiting = tuple(one for one in heard.cases if one.state in WAITING)
    return tell(moment, Destination(cases=waiting)) if waiting else moment.turn(None, say.GREETING)


def _appeal(moment: Moment) -> Turn | None:
    """Take KEBERATAN and the reason after it as an appeal, if a complaint of the person was closed."""
    heard = moment.heard
    said = APPEAL.match(heard.text) if moment.conversation.draft is None and not heard.carries else None
    if said is None:
        return None
    named = TICKET.search(heard.text)
    known = (*([heard.quoted] if heard.quoted else []), *heard.cases)
    closed = [one for one in known if one.state == "closed" and (named is None or one.ticket == named[0].upper())]
    if not closed:
        return None
    reason = heard.text[said.end() :].strip()
    if len(words_of(TICKET.sub(" ", reason))) < _LEAST_WORDS:
        return moment.turn(None, say.APPEAL_HOW)
    return moment.turn(None, acts=(OnCase(closed[0].key, Appeal(reason, WHATSAPP)),))


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
    heard, draft = moment.heard, moment.conversation.draft
    word = find_keyword(heard.text) if not heard.carries else None
    if word == "help":
        return moment.turn(None, say.HELP)
    if word == "cancel" and draft is not None:
        return cancelled(moment)
    if word == "cancel" and any(one.state in WAITING for one in heard.cases):
        # Any word ends the silence clock of a complaint that waits for the person.
        return None
    if word == "cancel":
        newest = heard.cases[0] if heard.cases and heard.cases[0].state in RUNNING else None
        return moment.turn(None, say.sent_already(newest) if newest else say.NO_DRAFT)
    if draft is None and heard.text and not heard.carries and _wants_to_change_what_was_sent(heard):
        return moment.turn(None, say.ASK_EDIT)
    if word == "anonymous":
        kept = (draft or drafts.begin(heard.reserved)).with_(anonim=True)
        asked, reply = drafts.next_question(kept) if draft else ("what", say.ANONYMOUS)
        return drafts.with_draft(moment.conversation, kept, asked, reply, moment.now)
    return None


def _wants_to_change_what_was_sent(heard: Heard) -> bool:
    """Return whether the words ask to change a complaint that runs ("ubah", "salah alamat"), and do not yet say how."""
    asked = heard.quoted is None and wanted_change(heard.text) is not None and len(core_of(heard.text)) <= _CHANGE
    states = {one.state for one in heard.cases}
    return asked and bool(states & RUNNING) and not states & WAITING and meaning(heard.text) == "unclear"


def _choice(moment: Moment) -> Turn | None:
    """Take the answer to a question with choices: a press, the number of a choice, or its title."""
    offered = moment.conversation.offered
    chosen = chosen_id(moment.heard, offered)
    return choose(moment, chosen) if chosen else None


def _without_words(moment: Moment) -> Turn | None:
    """Place a file, a pin or a sticker that has no words of its own."""
    heard, draft = moment.heard, moment.conversation.draft
    if heard.text and not says_nothing_beside(heard):
        return None
    if tells_place(moment):
        return tell(moment, Destination(cases=heard.cases[:1]))
    if draft is None or heard.quoted is not None:
        waiting = tuple(one for one in heard.cases if one.state in WAITING)
        running = tuple(one for one in heard.cases if one.state in RUNNING)
        cases = (heard.quoted,) if heard.quoted else waiting
        if cases:
            return tell(moment, Destination(cases=cases))
        if running and heard.kind != "sticker" and heard.carries:
            return tell(moment, Destination(cases=running, asks=len(running) > 1))
    if heard.kind == "sticker":
        return moment.turn()
    if heard.carries:
        return None
    return moment.turn(None, say.UNREADABLE)


RULES: Final[tuple[Callable[[Moment], Turn | None], ...]] = (
    _opt,
    _judge,
    rate_by_button,
    take_choice,
    _appeal,
    answers_referral,
    _quiet,
    _keyword,
    _choice,
    _without_words,
    go_on,
    answers_voice,
    about_cases,
)
