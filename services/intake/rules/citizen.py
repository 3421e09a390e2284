"""The acts of a citizen on a complaint: which are allowed, and what each one writes."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from services.intake.errors import AlreadyEnded, NotAnswered, NothingHere, NotReferred, TooLate
from services.intake.rules.commands import SourceMessage
from services.intake.rules.commands_citizen import (
    Confirm,
    Dispute,
    MessageAct,
    ObjectToReferral,
    Rate,
    Reply,
    ShareContact,
    Withdraw,
)
from services.intake.rules.contacts import add_message
from services.intake.rules.context import Context, StateChange
from services.intake.rules.limits import count_act, lengthen
from services.intake.rules.links import MessageLink, awaited_media, media_links
from services.intake.rules.meaning import meaning
from services.intake.rules.voice import agrees, is_correction, open_question
from services.intake.state import Complaint, Contact, TimelineEntry
from shared.events.catalogue import SUBMISSIONS
from shared.events.fact import Fact
from shared.events.submissions import (
    CitizenConfirmed,
    CitizenConsented,
    CitizenDisputed,
    CitizenObjected,
    CitizenRated,
    CitizenReplied,
    CitizenWithdrew,
)
from shared.pipeline import Change, Out
from shared.policy import DISPUTE_WITHIN
from shared.tally import Tally

OPEN_STATES: Final = frozenset({"verification", "assigned", "in_progress", "awaiting_citizen"})


def allowed_acts(complaint: Complaint, now: datetime) -> frozenset[str]:
    """Return the acts that the complaint allows now.

    They are out of reply, confirm, dispute, appeal, rate, withdraw, object and share.
    """
    if complaint.erased:
        return frozenset()
    if complaint.state in OPEN_STATES:
        return frozenset({"reply", "withdraw"})
    if complaint.state == "resolved":
        return frozenset({"reply", "confirm", "dispute", "rate", "withdraw"})
    if complaint.state == "closed":
        recent = complaint.ended_at is None or now <= complaint.ended_at + DISPUTE_WITHIN
        if not recent or appealed(complaint):
            return frozenset({"rate"})
        once = frozenset({"appeal"}) if complaint.appeal is None else frozenset[str]()
        return once | {"rate", "dispute"} | (set() if complaint.agreed else {"confirm"})
    if complaint.state == "referred":
        return _on_referral(complaint, now)
    return frozenset({"reply"}) if complaint.state == "merged" else frozenset()


def _on_referral(complaint: Complaint, now: datetime) -> frozenset[str]:
    """Return the acts on a referred complaint: bring a proposal back once within 30 days, and allow name and contact."""
    recent = complaint.ended_at is None or now <= complaint.ended_at + DISPUTE_WITHIN
    objects = complaint.proposal and not complaint.objected and recent
    shares = bool(complaint.contacts) and not complaint.anonim and not complaint.shares
    return frozenset(name for name, allowed in (("object", objects), ("share", shares)) if allowed)


def appealed(complaint: Complaint) -> bool:
    """Return whether the reporter appealed against the closing that stands. Its decision stands too."""
    if complaint.appeal is None or complaint.appealed_at is None:
        return False
    return complaint.ended_at is None or complaint.appealed_at >= complaint.ended_at


def reply(context: Context, command: Reply) -> StateChange:
    """Write a citizen's text, or the confirmation or dispute that it means, and copy a text to the other complaints.

    A text from the web or an adapter is refused when the complaint has ended. A chat message is kept anyway.
    Raises NothingHere, AlreadyEnded, TooManyActs, or Invalid for a missing file.
    """
    complaint = living_complaint(context)
    meant = interpret_reply(command, complaint, context.now)
    if isinstance(meant, Confirm | Dispute):
        said = confirm(context, meant) if isinstance(meant, Confirm) else dispute(context, meant)
        return replace(said, rows=(*said.rows, *awaited_media(command.attachments, context.item.key)))
    if command.message is None and complaint.state not in OPEN_STATES | {"resolved", "closed", "merged"}:
        raise AlreadyEnded
    tally = count_act(complaint, context.item.at, context.allowance, command.text)
    asked = open_question(complaint, context.now)
    corrects = asked.file if asked is not None and is_correction(command.text, asked.text) else None
    answered = {"written": asked.with_(asked_at=None)} if asked and (corrects or agrees(command.text)) else {}
    fact = CitizenReplied(text=command.text, channel=channel_of(command), attachments=command.files)
    entry = TimelineEntry(at=context.item.at, what="replied", quote=command.text)
    changed: dict[Any, Complaint | Contact] = {}
    copies: list[Out] = []
    for other in command.others:
        also = context.states.get(other)
        if isinstance(also, Complaint) and not also.erased and other != context.item.key:
            changed[other] = also.with_(timeline=(*also.timeline, entry))
            copies.append(Out(SUBMISSIONS, other, fact))
    own = fact.model_copy(update={"corrects": corrects})
    change = record_act(context, own, entry, tally, command.message, **answered)
    linked = media_links(command.files, command.missing, context.item.key, *changed)
    awaited = awaited_media(command.attachments, context.item.key, *changed)
    rows = (*change.rows, *linked, *awaited)
    return Change({**change.states, **changed}, (*change.events, *copies), rows, answer=change.answer)


def confirm(context: Context, command: Confirm) -> StateChange:
    """Write that the problem is solved. Raises NothingHere, NotAnswered or TooManyActs."""
    complaint = living_complaint(context)
    if command.message is None and "confirm" not in allowed_acts(complaint, context.now):
        raise NotAnswered
    tally = count_act(complaint, context.item.at, context.allowance, ends=True)
    fact = CitizenConfirmed(channel=channel_of(command), text=command.text)
    entry = TimelineEntry(at=context.item.at, what="confirmed", quote=command.text)
    return record_act(context, fact, entry, tally, command.message, agreed=True)


def dispute(context: Context, command: Dispute) -> StateChange:
    """Write that the problem is not solved. Raises NothingHere, NotAnswered, TooLate or TooManyActs."""
    complaint = living_complaint(context)
    if command.message is None and "dispute" not in allowed_acts(complaint, context.now):
        raise TooLate if complaint.state == "closed" else NotAnswered
    tally = count_act(complaint, context.item.at, context.allowance, command.reason)
    fact = CitizenDisputed(reason=command.reason, channel=channel_of(command))
    entry = TimelineEntry(at=context.item.at, what="disputed", quote=command.reason)
    return record_act(context, fact, entry, tally, command.message, agreed=False)


def rate(context: Context, command: Rate) -> StateChange:
    """Write the citizen's rating. Raises NothingHere, NotAnswered or TooManyActs."""
    complaint = living_complaint(context)
    if command.message is None and "rate" not in allowed_acts(complaint, context.now):
        raise NotAnswered
    tally = count_act(complaint, context.item.at, context.allowance, command.comment)
    fact = CitizenRated(stars=command.stars, scale=command.scale, comment=command.comment, channel=channel_of(command))
    params = {"stars": str(command.stars), "scale": str(command.scale)}
    entry = TimelineEntry(at=context.item.at, what="rated", params=params, quote=command.comment)
    return record_act(context, fact, entry, tally, command.message, stars=command.stars, scale=command.scale)


def object_to_referral(context: Context, command: ObjectToReferral) -> StateChange:
    """Write that a referred complaint is the province's work. The router decides what follows.

    A press on a chat button is kept in any state. Raises NothingHere, NotReferred or TooManyActs.
    """
    complaint = living_complaint(context)
    if command.message is None and "object" not in allowed_acts(complaint, context.now):
        raise NotReferred
    tally = count_act(complaint, context.item.at, context.allowance, command.text, ends=True)
    fact = CitizenObjected(channel=channel_of(command), text=command.text)
    entry = TimelineEntry(at=context.item.at, what="objected", quote=command.text)
    return record_act(context, fact, entry, tally, command.message, objected=True)


def share_contact(context: Context, command: ShareContact) -> StateChange:
    """Write that name and contact may go to the authority. Raises NothingHere, NotReferred or TooManyActs."""
    complaint = living_complaint(context)
    if "share" not in allowed_acts(complaint, context.now):
        raise NotReferred
    tally = count_act(complaint, context.item.at, context.allowance)
    fact = CitizenConsented(channel=channel_of(command))
    entry = TimelineEntry(at=context.item.at, what="consented")
    return record_act(context, fact, entry, tally, command.message, shares=True)


def withdraw(context: Context, command: Withdraw) -> StateChange:
    """Write that the citizen takes the complaint back. Raises NothingHere, AlreadyEnded or TooManyActs."""
    complaint = living_complaint(context)
    if "withdraw" not in allowed_acts(complaint, context.now):
        raise AlreadyEnded
    tally = count_act(complaint, context.item.at, context.allowance, command.reason, ends=True)
    fact = CitizenWithdrew(reason=command.reason, channel=command.channel)
    entry = TimelineEntry(at=context.item.at, what="withdrew", quote=command.reason)
    return record_act(context, fact, entry, tally)


def interpret_reply(command: Reply, complaint: Complaint, now: datetime) -> Reply | Confirm | Dispute:
    """Return the act that a reply means.

    On an answered complaint a plain yes confirms and a plain no disputes.
    Any other text stays a reply, which a person reads, and so does every reply with files.
    """
    plain = command.sure and not command.files and not command.missing
    meant = meaning(command.text) if plain and complaint.state in ("resolved", "closed") else "unclear"
    if meant == "solved" and (complaint.state == "resolved" or command.message is not None):
        return Confirm(channel=command.channel, message=command.message, text=command.text)
    if meant == "unsolved" and "dispute" in allowed_acts(complaint, now):
        return Dispute(reason=command.text, channel=command.channel, message=command.message)
    return command


def channel_of(command: MessageAct) -> str:
    """Return the channel of an act. One that a message says is said on the channel of the message."""
    return command.message.person.channel if command.message is not None else command.channel


def living_complaint(context: Context) -> Complaint:
    """Return the complaint. Raise NothingHere for an unknown or erased one."""
    complaint = context.complaint
    if complaint.erased:
        raise NothingHere
    return complaint


def record_act(
    context: Context,
    fact: Fact,
    entry: TimelineEntry,
    tally: Tally,
    message: SourceMessage | None = None,
    **fields: Any,
) -> StateChange:
    """Return the change of an act: its event, its line, and the contact that wrote the ``message``."""
    complaint, key = context.complaint, context.item.key
    after = complaint.with_(timeline=lengthen(complaint.timeline, entry), said=tally, **fields)
    changed: dict[Any, Complaint | Contact] = {key: after}
    events = [Out(SUBMISSIONS, key, fact)]
    rows: tuple[MessageLink, ...] = ()
    if message is not None:
        contact, added = add_message(context.states.get(message.person.id), message, complaint.ticket, key)
        changed[message.person.id] = contact
        events += added
        rows = (MessageLink(provider_hash=message.provider_hash, complaint=key),)
    return Change(states=changed, events=tuple(events), rows=rows, answer={"ticket": complaint.ticket})
