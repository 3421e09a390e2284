"""What callers may want of a case. ``revision``: the one the caller has read; None says "whatever it is now"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal
from uuid import UUID

from shared.events.fact import Attachment, Authority, Class, Priority

ArchiveReason = Literal["spam", "abuse", "no_evidence", "withdrawn", "expired", "blocked", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCommand:
    """Base of all commands on a case."""

    revision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpdCommand(CaseCommand):
    """What the OPD that has the case does."""

    opd: str
    assignment_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept(OpdCommand):
    """We take it up."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline(OpdCommand):
    """It is not ours ("bukan wewenang"), with a reason and, if we can, whose it is."""

    reason: str
    suggestion: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress(OpdCommand):
    """Work goes on; ``public`` is an answer the citizen sees."""

    text: str
    public: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(OpdCommand):
    """The citizen must tell more."""

    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PutItOff(OpdCommand):
    """Not before a date, with a reason the citizen sees."""

    until: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve(OpdCommand):
    """Done, with an answer and evidence."""

    answer: str
    evidence: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(CaseCommand):
    """Give it to an OPD; from another OPD or a referral only with a reason. ``arbiter``: the arbiter decides, and it binds."""

    opd: str
    reason: str | None = None
    arbiter: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack(CaseCommand):
    """Take a wrong assignment or referral back to the desk, with the reason that the citizen reads."""

    reason: str
    arbiter: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFromDesk(CaseCommand):
    """Triage asks the citizen."""

    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Refer(CaseCommand):
    """It belongs to another authority."""

    authority: Authority | Literal["ombudsman"]
    to: str
    reason: str
    next_step: str
    arbiter: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive(CaseCommand):
    """End it without an answer."""

    reason: ArchiveReason
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(CaseCommand):
    """The admin closes an answered case."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandleReply(CaseCommand):
    """Deal with what the citizen wrote on an answered or ended case.

    ``ask``: ask anew whether it is solved, and the silence starts in full. ``reopen``: it is not solved. ``read``: nothing
    follows, which only a case that has ended allows. ``answer`` goes to the citizen.
    """

    outcome: Literal["ask", "reopen", "read"]
    answer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(CaseCommand):
    """Join it to ``into``; both keys are named."""

    into: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmerge(CaseCommand):
    """Take it out of the case it was joined to; both keys are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reclassify(CaseCommand):
    """Set class, priority, topic or place anew; None leaves one as it is."""

    reason: str
    class_: Class | None = None
    priority: Priority | None = None
    topic: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideNews(CaseCommand):
    """What SP4N told was seen; ``follow``: do here what was done there, else ours stays as it is."""

    number: int
    follow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied(CaseCommand):
    """This entry of the "salin ke SP4N" list has been copied."""

    number: int
