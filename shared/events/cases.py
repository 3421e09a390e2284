"""`complaint.cases.v1`: the life of a case. Key: complaint id. Written by router; read by sla, notifier, intake.

The event's sequence is the revision of the case. The envelope's ``actor`` says who acted (``citizen``, ``rules``,
``opd:<code>``, ``triage:<key>``, ``arbiter:<key>``, ``sla``, ``system``).
"""

from __future__ import annotations

from datetime import date
from typing import ClassVar, Literal
from uuid import UUID

from pydantic import Field

from shared.events.cases_answer import WithOutcome
from shared.events.fact import (
    Attachment,
    Authority,
    Candidate,
    Class,
    Desk,
    Fact,
    Instant,
    OfferedChoice,
    Priority,
    State,
    Text,
)


class Opened(Fact):
    """A submission became a case, in state ``verification`` or in the state that an ended case has in SP4N.

    ``imported_at`` is set for a case from another system's export. Nobody is told what happened there before it.
    ``history``: the case ended there long before. Nobody is told of this step's events, and no ladder starts.
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
    place_code: str | None = None


class Triaged(Fact):
    """The case was put before a person, with reasons and up to three candidates. ``reopened``: it had ended before.

    ``choices``: the sentences among which the citizen may choose, if the answer can decide.
    """

    TYPE: ClassVar[str] = "case.triaged"
    desk: Desk
    reasons: tuple[str, ...]
    candidates: tuple[Candidate, ...] = ()
    reopened: bool = False
    choices: tuple[OfferedChoice, ...] = ()


class Assigned(Fact):
    """The case was assigned to an OPD. ``transfers`` counts the earlier OPDs.

    ``binding`` says that the arbiter decided, so that the OPD cannot decline.
    """

    TYPE: ClassVar[str] = "case.assigned"
    assignment_id: UUID
    opd: str
    class_: Class = Field(alias="class")
    priority: Priority
    topic: str | None = None
    reasons: tuple[str, ...] = ()
    transfers: int = 0
    binding: bool = False


class Accepted(Fact):
    """The OPD accepted the assignment. ``answered``: it had answered already in the other system of the case."""

    TYPE: ClassVar[str] = "case.accepted"
    opd: str
    assignment_id: UUID
    answered: bool = False


class Declined(Fact):
    """The OPD said that the case is not its work. Routing starts again. It is never a rejection of the citizen."""

    TYPE: ClassVar[str] = "case.declined"
    opd: str
    assignment_id: UUID
    reason: Text
    suggestion: str | None = None


class TakenBack(Fact):
    """The koordinator, the arbiter or, from a proposed referral, the citizen took the case out of ``state``.

    ``opd`` had the case. ``to`` gets it at once by ``case.assigned``. Without ``to`` it is before the desk again.
    ``referred_to`` is the authority to which it was referred.
    """

    TYPE: ClassVar[str] = "case.taken_back"
    state: State
    opd: str | None = None
    to: str | None = None
    reason: Text
    referred_to: str | None = None


class Progressed(Fact):
    """The OPD reported work. A ``public`` text is shown to the citizen, any other to officers only."""

    TYPE: ClassVar[str] = "case.progressed"
    opd: str
    public: bool
    text: Text


class InfoRequested(Fact):
    """The citizen was asked a question, and the OPD's clocks pause. ``opd`` is None when triage asks.

    ``asked_in`` names the other system that asked. The citizen answers there, so no silence is counted here.
    """

    TYPE: ClassVar[str] = "case.info_requested"
    opd: str | None = None
    question: Text
    asked_in: str | None = None


class InfoReceived(Fact):
    """The citizen answered, and the case returned to ``state``.

    ``again``: silence had ended the case, and its clocks start anew. ``answered`` False: the office goes on without it.
    """

    TYPE: ClassVar[str] = "case.info_received"
    state: State
    text: Text
    again: bool = False
    answered: bool = True


class Replied(Fact):
    """The citizen wrote on an answered or ended case. No silence runs until a person has read it and acted.

    ``state`` is the state after this reply: a case that silence had closed is ``resolved`` again. ``waiting`` counts
    the replies that nobody has handled, including this one.
    """

    TYPE: ClassVar[str] = "case.replied"
    text: Text
    state: State
    waiting: int = 1


class ReplyHandled(Fact):
    """A person handled the citizen's reply. The envelope's actor says who.

    ``asked``: the citizen is asked again whether it is solved, and the silence starts in full. ``reopened``,
    ``closed``: the event of that name follows. ``read``: the case stays as it is. ``answer`` is shown to the citizen.
    """

    TYPE: ClassVar[str] = "case.reply_handled"
    outcome: Literal["asked", "reopened", "closed", "read"]
    answer: str | None = None


class PutOff(Fact):
    """The OPD put the work off to a date, with a reason that the citizen sees.

    ``was_until`` is the date that stood before, if any. ``ended``: the OPD goes on today, earlier than it had said.
    """

    TYPE: ClassVar[str] = "case.put_off"
    opd: str
    until: date
    reason: Text
    was_until: date | None = None
    ended: bool = False


class Resolved(WithOutcome):
    """The OPD answered. The citizen may confirm or dispute."""

    TYPE: ClassVar[str] = "case.resolved"
    opd: str
    answer: Text
    evidence: tuple[Attachment, ...] = ()


class Confirmed(Fact):
    """The citizen agreed that the complaint is solved."""

    TYPE: ClassVar[str] = "case.confirmed"


class Closed(Fact):
    """The case was closed by the citizen, by silence after an answer, or by an admin."""

    TYPE: ClassVar[str] = "case.closed"
    by: Literal["citizen", "silence", "admin"]
    reason: str | None = None


class Disputed(Fact):
    """The citizen said that the complaint is not solved. The dispute counts against the OPD."""

    TYPE: ClassVar[str] = "case.disputed"
    opd: str | None = None
    reason: Text


class Reopened(Fact):
    """Work started again with the same OPD, in round 2 or later: the citizen said so, or ``promised`` has passed."""

    TYPE: ClassVar[str] = "case.reopened"
    opd: str
    assignment_id: UUID
    round: int
    class_: Class = Field(alias="class")
    priority: Priority
    topic: str | None = None
    promised: date | None = None


class Referred(Fact):
    """The case was referred to another authority: to whom, why, and what the citizen can do next.

    ``proposal``: the rules did it, so the citizen can bring it back by one tap, and a person looks at it afterwards.
    ``instead_of``: the authority to which it was wrongly referred before.
    """

    TYPE: ClassVar[str] = "case.referred"
    authority: Authority | Literal["ombudsman"]
    to: str
    reason: Text
    next_step: Text
    proposal: bool = False
    instead_of: str | None = None


class Archived(Fact):
    """The case was ended without an answer, for one of these reasons."""

    TYPE: ClassVar[str] = "case.archived"
    reason: Literal["spam", "abuse", "no_evidence", "withdrawn", "expired", "blocked", "other"]
    note: str | None = None


class Reclassified(Fact):
    """Topic, class, priority or place were changed. Every field holds the value from now on."""

    TYPE: ClassVar[str] = "case.reclassified"
    class_: Class = Field(alias="class")
    priority: Priority
    topic: str | None = None
    place: str | None = None
    reason: Text
    place_code: str | None = None


class Noted(Fact):
    """A fact that does not fit the state was kept and is shown. ``what`` is its type, ``why`` says what did not fit."""

    TYPE: ClassVar[str] = "case.noted"
    what: str
    why: str
    text: str | None = None


class CaseErased(Fact):
    """The case was erased on request. Readers blank what they keep of it."""

    TYPE: ClassVar[str] = "case.erased"
    ERASES: ClassVar[bool] = True
