"""`complaint.cases.v1`: the life of a case. Key: complaint id. Written by router; read by sla, notifier, intake.

The event's sequence is the case's revision. Who did it stands in the envelope's ``actor``
(``citizen``, ``rules``, ``opd:<code>``, ``triage:<key>``, ``arbiter:<key>``, ``sla``, ``system``).
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.events.fact import Attachment, Authority, Candidate, Class, Desk, Fact, Instant, Priority, State, Text


class Opened(Fact):
    """A submission became a case, in ``verification`` or, for rows already ended in SP4N, in the state they have there.

    ``imported_at``: it comes from another system's export, and what happened there before this instant is told to nobody.
    ``history``: it was over there long before; what follows of it in this step is told to nobody and starts no ladder.
    """

    TYPE: ClassVar[str] = "case.opened"
    ticket: str
    state: State
    channel: str
    source: str
    class_: Class = Field(alias="class")
    priority: Priority
    topic: str | None = None
    place: str | None = None
    anonim: bool = False
    rahasia: bool = False
    contacts: tuple[UUID, ...] = ()
    filed_at: Instant
    external_system: str | None = None
    external_id: str | None = None
    closed_by: str | None = None
    reason: str | None = None
    imported_at: Instant | None = None
    history: bool = False


class Triaged(Fact):
    """Put before a person, with the reasons and at most three candidates. ``reopened``: it had ended before."""

    TYPE: ClassVar[str] = "case.triaged"
    desk: Desk
    reasons: tuple[str, ...]
    candidates: tuple[Candidate, ...] = ()
    reopened: bool = False


class Assigned(Fact):
    """Given to an OPD. ``transfers`` counts earlier OPDs; ``binding`` when the arbiter decided and it cannot be declined."""

    TYPE: ClassVar[str] = "case.assigned"
    assignment_id: UUID
    opd: str
    class_: Class = Field(alias="class")
    priority: Priority
    topic: str | None = None
    reasons: tuple[str, ...] = ()
    transfers: int = 0
    binding: bool = False
    estimated_days: int | None = None


class Accepted(Fact):
    """The OPD takes it up. ``answered``: it had already answered in the other system that the case comes from."""

    TYPE: ClassVar[str] = "case.accepted"
    opd: str
    assignment_id: UUID
    answered: bool = False


class Declined(Fact):
    """The OPD says it is not its work; back to routing. Never a rejection towards the citizen."""

    TYPE: ClassVar[str] = "case.declined"
    opd: str
    assignment_id: UUID
    reason: Text
    suggestion: str | None = None


class TakenBack(Fact):
    """The koordinator or the arbiter takes the case out of ``state``: a wrong assignment, a wrong referral, a needless question.

    ``opd`` had it; ``to`` gets it at once, and its ``case.assigned`` follows. Without ``to`` it is before the desk again.
    """

    TYPE: ClassVar[str] = "case.taken_back"
    state: State
    opd: str | None = None
    to: str | None = None
    reason: Text


class Progressed(Fact):
    """The OPD reports work: ``public`` text is shown to the citizen, the rest to officers only."""

    TYPE: ClassVar[str] = "case.progressed"
    opd: str
    public: bool
    text: Text


class InfoRequested(Fact):
    """The citizen is asked something; the clocks that wait for the OPD pause. ``opd`` is None when triage asks.

    ``asked_in``: the other system that asked; the citizen answers there, so no silence is counted here.
    """

    TYPE: ClassVar[str] = "case.info_requested"
    opd: str | None = None
    question: Text
    asked_in: str | None = None


class InfoReceived(Fact):
    """The citizen answered; the case returns to ``state``.

    ``again``: silence had ended it, and its clocks start anew. ``answered`` False: the office goes on without an answer.
    """

    TYPE: ClassVar[str] = "case.info_received"
    state: State
    text: Text
    again: bool = False
    answered: bool = True


class Replied(Fact):
    """The citizen wrote on an answered or ended case, and a person must read it. No silence runs until a person has acted.

    ``state`` is the state after it: a case that silence had closed is ``resolved`` again. ``waiting`` counts the words that
    nobody has dealt with, this one included.
    """

    TYPE: ClassVar[str] = "case.replied"
    text: Text
    state: State
    waiting: int = 1


class ReplyHandled(Fact):
    """A person dealt with what the citizen wrote; the envelope's actor says who.

    ``asked``: the citizen is asked anew whether it is solved, and the silence starts in full. ``reopened`` and ``closed``
    precede the event of that name. ``read``: the case stays as it is. ``answer`` is shown to the citizen.
    """

    TYPE: ClassVar[str] = "case.reply_handled"
    outcome: Literal["asked", "reopened", "closed", "read"]
    answer: str | None = None


class PutOff(Fact):
    """The OPD puts it off to a date, with a reason the citizen sees.

    ``was_until`` is the date that stood before, where it was put off already. ``ended``: the OPD goes on today, earlier than it
    had said.
    """

    TYPE: ClassVar[str] = "case.put_off"
    opd: str
    until: date
    reason: Text
    was_until: date | None = None
    ended: bool = False


class Resolved(Fact):
    """The OPD answers; the citizen may confirm or dispute."""

    TYPE: ClassVar[str] = "case.resolved"
    opd: str
    answer: Text
    evidence: tuple[Attachment, ...] = ()


class Confirmed(Fact):
    """The citizen agrees it is solved."""

    TYPE: ClassVar[str] = "case.confirmed"


class Closed(Fact):
    """Ended: by the citizen, by silence after an answer, by an admin."""

    TYPE: ClassVar[str] = "case.closed"
    by: Literal["citizen", "silence", "admin"]
    reason: str | None = None


class Disputed(Fact):
    """The citizen says it is not solved; counted against the OPD."""

    TYPE: ClassVar[str] = "case.disputed"
    opd: str | None = None
    reason: Text


class Reopened(Fact):
    """Work starts again, round 2 and later, with the same OPD."""

    TYPE: ClassVar[str] = "case.reopened"
    opd: str
    assignment_id: UUID
    round: int
    class_: Class = Field(alias="class")
    priority: Priority
    topic: str | None = None


class Referred(Fact):
    """Belongs to another authority: to whom, why, and what the citizen can do next."""

    TYPE: ClassVar[str] = "case.referred"
    authority: Authority | Literal["ombudsman"]
    to: str
    reason: Text
    next_step: Text


class Archived(Fact):
    """Ended without an answer, for a reason of its own."""

    TYPE: ClassVar[str] = "case.archived"
    reason: Literal["spam", "abuse", "no_evidence", "withdrawn", "expired", "blocked", "other"]
    note: str | None = None


class Merged(Fact):
    """Joined to another open case, whose updates its reporter now follows. Emitted under the case that ends."""

    TYPE: ClassVar[str] = "case.merged"
    into: UUID
    into_ticket: str


class MergedFrom(Fact):
    """Another case was joined to this one; ``contacts`` are its people, who follow from now on."""

    TYPE: ClassVar[str] = "case.merged_from"
    source: UUID
    source_ticket: str
    contacts: tuple[UUID, ...] = ()


class Unmerged(Fact):
    """Taken apart again: back to ``state``."""

    TYPE: ClassVar[str] = "case.unmerged"
    state: State
    opd: str | None = None


class UnmergedFrom(Fact):
    """The joined case left again; its people no longer follow this one."""

    TYPE: ClassVar[str] = "case.unmerged_from"
    source: UUID
    contacts: tuple[UUID, ...] = ()


class Reclassified(Fact):
    """Topic, class, priority or place were set anew; every field is the value from now on."""

    TYPE: ClassVar[str] = "case.reclassified"
    class_: Class = Field(alias="class")
    priority: Priority
    topic: str | None = None
    place: str | None = None
    reason: Text


class Noted(Fact):
    """A fact that does not fit the state: kept and shown, never lost. ``what`` is its type, ``why`` it did not fit."""

    TYPE: ClassVar[str] = "case.noted"
    what: str
    why: str
    text: str | None = None


class CaseErased(Fact):
    """Erased on request: the readers blank what they keep."""

    TYPE: ClassVar[str] = "case.erased"
    ERASES: ClassVar[bool] = True
