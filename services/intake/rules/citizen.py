"""The acts of a citizen on a complaint: which are allowed, and what each one writes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Final
from uuid import UUID

from services.intake.errors import AlreadyEnded, NotAnswered, NothingHere, TooLate
from services.intake.rules.commands import CitizenAct, Confirm, Dispute, Rate, Reply, Withdraw
from services.intake.rules.contacts import heard_from
from services.intake.rules.limits import counted, longer
from services.intake.rules.meaning import meaning
from services.intake.rules.rows import Quotable
from services.intake.state import Complaint, Contact, Entry
from shared.events.catalogue import SUBMISSIONS
from shared.events.fact import Fact
from shared.events.submissions import CitizenConfirmed, CitizenDisputed, CitizenRated, CitizenReplied, CitizenWithdrew
from shared.pipeline import Change, Item, Out
from shared.policy import DISPUTE_WITHIN
from shared.tally import Allowance

OPEN_STATES: Final = frozenset({"verification", "assigned", "in_progress", "awaiting_citizen"})


def may(complaint: Complaint, now: datetime) -> frozenset[str]:
    """Return the acts that the complaint allows now, out of reply, confirm, dispute, rate and withdraw."""
    if complaint.erased:
        return frozenset()
    if complaint.state in OPEN_STATES:
        return frozenset({"reply", "withdraw"})
    if complaint.state == "resolved":
        return frozenset({"reply", "confirm", "dispute", "rate", "withdraw"})
    if complaint.state == "closed":
        recent = complaint.ended_at is None or now <= complaint.ended_at + DISPUTE_WITHIN
        return frozenset({"rate", "dispute"}) if recent else frozenset({"rate"})
    return frozenset({"reply"}) if complaint.state == "merged" else frozenset()


def act(
    states: Mapping[UUID, Complaint | Contact | None],
    item: Item,
    command: CitizenAct,
    now: datetime,
    allowance: Allowance,
) -> Change[Complaint | Contact]:
    """Write the citizen's act into the complaint's timeline and events.

    An act from the web or an adapter is refused when it does not fit the complaint's state.
    A WhatsApp message is kept anyway.
    Raises NothingHere, AlreadyEnded, NotAnswered, TooLate or TooManyActs.
    """
    complaint = states[item.key]
    if not isinstance(complaint, Complaint) or complaint.erased:
        raise NothingHere
    if isinstance(command, Reply):
        command = understood(command, complaint, now)
    heard = getattr(command, "heard", None)
    if heard is None:
        _check(complaint, command, now)
    tally = counted(complaint, command, item.at, allowance)
    fact, entry = _written(command, item.at)
    stars = command.stars if isinstance(command, Rate) else complaint.stars
    changed: dict[UUID, Complaint | Contact] = {
        item.key: complaint.with_(timeline=longer(complaint.timeline, entry), stars=stars, said=tally)
    }
    events = [Out(SUBMISSIONS, item.key, fact)]
    rows: tuple[Quotable, ...] = ()
    if heard is not None:
        contact, said = heard_from(states.get(heard.person.id), heard, complaint.ticket, item.key)
        changed[heard.person.id] = contact
        events += said
        rows = (Quotable(provider_hash=heard.provider_hash, complaint=item.key),)
    for other in command.others if isinstance(command, Reply) else ():
        also = states.get(other)
        if isinstance(also, Complaint) and not also.erased and other != item.key:
            changed[other] = also.with_(timeline=(*also.timeline, entry))
            events.append(Out(SUBMISSIONS, other, fact))
    return Change(states=changed, events=tuple(events), rows=rows, answer={"ticket": complaint.ticket})


def understood(command: Reply, complaint: Complaint, now: datetime) -> CitizenAct:
    """Return the act that a reply means.

    On an answered complaint a plain yes confirms and a plain no disputes.
    Any other text stays a reply, which a person reads.
    """
    meant = meaning(command.text) if command.sure and complaint.state in ("resolved", "closed") else "unclear"
    if meant == "solved" and (complaint.state == "resolved" or command.heard is not None):
        return Confirm(channel=command.channel, heard=command.heard, text=command.text)
    if meant == "unsolved" and "dispute" in may(complaint, now):
        return Dispute(reason=command.text, channel=command.channel, heard=command.heard)
    return command


def _check(complaint: Complaint, command: CitizenAct, now: datetime) -> None:
    allowed = may(complaint, now)
    if isinstance(command, Reply) and complaint.state not in OPEN_STATES | {"resolved", "closed", "merged"}:
        raise AlreadyEnded
    if isinstance(command, Confirm) and "confirm" not in allowed:
        raise NotAnswered
    if isinstance(command, Dispute) and "dispute" not in allowed:
        raise TooLate if complaint.state == "closed" else NotAnswered
    if isinstance(command, Rate) and "rate" not in allowed:
        raise NotAnswered
    if isinstance(command, Withdraw) and "withdraw" not in allowed:
        raise AlreadyEnded


def _written(command: CitizenAct, at: datetime) -> tuple[Fact, Entry]:
    if isinstance(command, Reply):
        return CitizenReplied(text=command.text, channel=command.channel), Entry(
            at=at, what="replied", quote=command.text
        )
    if isinstance(command, Confirm):
        confirmed = CitizenConfirmed(channel=command.channel, text=command.text)
        return confirmed, Entry(at=at, what="confirmed", quote=command.text)
    if isinstance(command, Dispute):
        return CitizenDisputed(reason=command.reason, channel=command.channel), Entry(
            at=at, what="disputed", quote=command.reason
        )
    if isinstance(command, Rate):
        rated = CitizenRated(stars=command.stars, comment=command.comment, channel=command.channel)
        return rated, Entry(at=at, what="rated", params={"stars": str(command.stars)}, quote=command.comment)
    return CitizenWithdrew(reason=command.reason, channel=command.channel), Entry(
        at=at, what="withdrew", quote=command.reason
    )
