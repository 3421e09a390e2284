"""The rules for the question what a complaint is about: when the reporter is asked, and what becomes of the answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Final

from services.intake.errors import NotAsked
from services.intake.rules import cases
from services.intake.rules.citizen import channel_of, living_complaint, record_act
from services.intake.rules.commands import AskChoice, NoteAsked
from services.intake.rules.commands_citizen import Choose
from services.intake.rules.context import Context, StateChange
from services.intake.rules.conversation_texts import NONE_FITS, ask_choice_by_sms
from services.intake.rules.limits import count_act
from services.intake.state import Complaint, Offer, TimelineEntry
from shared.events.cases import Triaged
from shared.events.catalogue import SUBMISSIONS
from shared.events.fact import OfferedChoice
from shared.events.submissions_choice import ChoiceAsked, CitizenChose
from shared.pipeline import Change, Out

WEB: Final = "web"
SMS: Final = "sms"
# The characters of one SMS, and the line that stands under the numbered choices of an SMS.
ONE_PART: Final = 160
BY_NUMBER: Final = "Balas dengan angkanya."
# The channels on which a question is a reply in a conversation.
CHATS: Final = frozenset({"whatsapp", "instagram", SMS})
FEWEST: Final = 2
# After this time the citizen has left: a question would be one more notice, not a part of the filing.
STILL_THERE: Final = timedelta(minutes=10)


def show_triaged(context: Context, fact: Triaged) -> StateChange:
    """Show that a person decides. Ask the reporter what the complaint is about, where the answer can decide.

    On the web the tracking page asks. In a chat the conversation asks, if the person is still there. By SMS it asks
    with as many sentences as one part holds, for each part costs money.
    """
    shown = cases.show_triaged(context, fact)
    complaint, key = shown.states.get(context.item.key), context.item.key
    if not isinstance(complaint, Complaint):
        return shown
    if complaint.offer is not None and complaint.offer.asked_at is not None:
        return replace(shown, states={key: complaint.with_(offer=complaint.offer.with_(over=True))})
    if not fact.choices or not context.may_ask or not _is_recent(context, complaint):
        return replace(shown, states={key: complaint.with_(offer=None)})
    choices = fitting(complaint.ticket, fact.choices) if complaint.channel == SMS else fact.choices
    if len(choices) < FEWEST:
        return replace(shown, states={key: complaint.with_(offer=None)})
    offer = Offer(choices=choices)
    if complaint.channel == WEB:
        return _asked(shown, context, complaint.with_(offer=offer))
    if complaint.channel in CHATS and complaint.contacts:
        question = AskChoice(key, complaint.ticket, complaint.channel, choices)
        forwards = (*shown.forwards, (complaint.contacts[0], question))
        return replace(shown, states={key: complaint.with_(offer=offer)}, forwards=forwards)
    return shown


def note_asked(context: Context, _command: NoteAsked) -> StateChange:
    """Note that the conversation has asked."""
    return _asked(Change(), context, context.complaint)


def choose(context: Context, command: Choose) -> StateChange:
    """Write which sentence the citizen chose. Raise NothingHere, NotAsked or TooManyActs.

    Whether it comes in time is the router's to say: a choice after a decision is kept and changes nothing.
    """
    complaint = living_complaint(context)
    offer = complaint.offer
    if offer is None or offer.asked_at is None or offer.chosen is not None or command.number > len(offer.choices):
        raise NotAsked
    tally = count_act(complaint, context.item.at, context.allowance)
    one = offer.choices[command.number - 1] if command.number > 0 else None
    sentence = one.sentence if one else NONE_FITS
    fact = CitizenChose(
        topic=one.topic if one else None,
        authority=one.authority if one else None,
        sentence=sentence,
        channel=channel_of(command),
    )
    entry = TimelineEntry(at=context.item.at, what="chose", quote=sentence)
    return record_act(context, fact, entry, tally, command.message, offer=offer.with_(chosen=sentence))


def is_open(complaint: Complaint) -> bool:
    """Return whether the question still waits for its answer, and nobody has decided meanwhile."""
    offer = complaint.offer
    if offer is None or offer.asked_at is None or offer.chosen is not None or offer.over:
        return False
    return complaint.state == "verification" and not complaint.erased


def fitting(ticket: str, choices: tuple[OfferedChoice, ...]) -> tuple[OfferedChoice, ...]:
    """Return the first choices whose question fits into one SMS with its numbers."""
    for count in range(len(choices), 0, -1):
        question = ask_choice_by_sms(ticket, [one.sentence for one in choices[:count]])
        lines = (question.text, *(f"1. {title}" for _, title in question.choices), BY_NUMBER)
        if len("\n".join(lines)) <= ONE_PART:
            return choices[:count]
    return ()


def _is_recent(context: Context, complaint: Complaint) -> bool:
    came = complaint.received_at
    return came is not None and context.now < came + STILL_THERE


def _asked(change: StateChange, context: Context, complaint: Complaint) -> StateChange:
    """Return the change with the complaint that was asked, and the event that says so."""
    offer = complaint.offer
    if offer is None or offer.asked_at is not None:
        return change
    after = complaint.with_(offer=offer.with_(asked_at=context.item.at))
    fact = ChoiceAsked(channel=complaint.channel, shown=len(offer.choices))
    told = Out(SUBMISSIONS, context.item.key, fact, "system")
    return replace(change, states={**change.states, context.item.key: after}, events=(*change.events, told))
