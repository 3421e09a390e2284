"""The question what a complaint is about in a conversation: whether we ask, and how a person answers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from services.intake.rules import conversation_texts as say
from services.intake.rules.choosing import SMS, STILL_THERE
from services.intake.rules.commands import AskChoice, ContactPerson, NoteAsked
from services.intake.rules.commands_citizen import Choose
from services.intake.rules.contacts import request_reply
from services.intake.rules.context import Context, StateChange
from services.intake.rules.conversation_answers import core_of
from services.intake.rules.conversation_cases import WHATSAPP, target_of_button
from services.intake.rules.conversation_choices import chosen_id
from services.intake.rules.conversation_known import KnownComplaint, tells_problem
from services.intake.rules.conversation_values import Choice, Heard, Moment, OnCase, Say, Turn
from services.intake.rules.meaning import words_of
from services.intake.state import Contact
from shared.events.contacts import CHOICE
from shared.pipeline import Change

ASKED: Final = "choice"
# For so long a typed number or word answers the question. A button answers it for ever.
_ANSWERED_WITHIN: Final = timedelta(days=1)
# A sentence is named by at most so many of its words ("yang jalan kota").
_NAMING: Final = 4
_SHORT: Final = {"jln": "jalan", "jl": "jalan", "kab": "kabupaten", "prov": "provinsi", "propinsi": "provinsi"}
_NONE: Final = (["bukan"], ["bukan", "semua"], ["bukan", "semuanya"], ["tidak", "ada"], ["tidak", "ada", "cocok"])


def ask(context: Context, command: AskChoice) -> StateChange:
    """Ask the person, if the conversation is fresh and no other question is open in it."""
    contact, key = context.states[context.item.key], context.item.key
    if not isinstance(contact, Contact) or contact.conversation is None or not _is_there(context, contact, command):
        return Change()
    asking = say.ask_choice_by_sms if command.channel == SMS else say.ask_choice
    question = asking(command.ticket, [one.sentence for one in command.choices])
    after = contact.conversation.with_(asked=ASKED, offered=question.choices, heard_at=context.now)
    person = ContactPerson(key, contact.channel, contact.address)
    params = {"text": question.text, **{f"{CHOICE}{id_}": title for id_, title in question.choices}}
    return Change(
        states={key: contact.with_(conversation=after)},
        events=(request_reply(person, "reply", params),),
        forwards=((command.complaint, NoteAsked()),),
    )


def _is_there(context: Context, contact: Contact, command: AskChoice) -> bool:
    talk = contact.conversation
    if talk is None or talk.last_at is None or talk.draft is not None or talk.asked:
        return False
    reachable = not (contact.erased or contact.opted_out or contact.same_as) and contact.channel == command.channel
    return reachable and context.now < talk.last_at + STILL_THERE


def take_choice(moment: Moment) -> Turn | None:
    """Take the answer to our question: a press, the number, the sentence, or some of its words."""
    heard, talk = moment.heard, moment.conversation
    chosen = heard.choice if heard.choice is not None else _said(moment)
    act, _, rest = (chosen or "").partition(":")
    if act != say.PICK:
        return None
    ticket, _, number = rest.rpartition(":")
    case = target_of_button(ticket, heard) if ticket else None
    if case is None or not number.isdecimal():
        return moment.turn(None, say.GREETING)
    after = talk.with_(asked="", offered=()) if talk.asked == ASKED else talk
    if not case.choices or int(number) > len(case.choices):
        return moment.turn(after, say.CHOSEN_BEFORE)
    act_ = OnCase(case.key, Choose(int(number), WHATSAPP))
    return moment.turn(after, _thanks(case, int(number)), acts=(act_,))


def _thanks(case: KnownComplaint, number: int) -> Say:
    if case.state != "verification":
        return say.CHOSEN_LATE
    return say.CHOSEN if number else say.CHOSEN_NONE


def _said(moment: Moment) -> str | None:
    """Return the id of the sentence that words name, while the question is fresh."""
    heard, talk = moment.heard, moment.conversation
    fresh = talk.heard_at is not None and moment.now < talk.heard_at + _ANSWERED_WITHIN
    if talk.asked != ASKED or talk.draft is not None or heard.carries or not heard.text or not fresh:
        return None
    return chosen_id(heard, talk.offered) or _named(heard, talk.offered)


def _named(heard: Heard, offered: Sequence[Choice]) -> str | None:
    """Return the only sentence that has all the words of a short text."""
    core = core_of(heard.text)
    if core in _NONE:
        return offered[-1][0]
    if not 0 < len(core) <= _NAMING or tells_problem(core):
        return None
    said = {_SHORT.get(word, word) for word in core}
    named = [id_ for id_, title in offered if said <= set(words_of(title))]
    return named[0] if len(named) == 1 else None
