"""The commands on a case. Officers and desks give them by HTTP; an OPD also by its topic.

The commands of help, referrals, the registry, SP4N and the team of an OPD stand in the ``commands_….py`` beside this.

The names of the classes and of their fields, here and there, are part of the stored digests by which repeats are
recognised. A renamed command would refuse the repeat of a request that an older release carried out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal
from uuid import UUID

from shared.events.cases_answer import AnswerOutcome, CallAnswer
from shared.events.cases_appeal import AppealVerdict
from shared.events.cases_evidence import Verdict
from shared.events.fact import Attachment, Class, Priority

ArchiveReason = Literal["spam", "abuse", "no_evidence", "withdrawn", "expired", "blocked", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseCommand:
    """Base of all commands on a case.

    ``revision``: the revision that the caller has read. None: the caller accepts the case as it is now.
    """

    revision: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class OpdCommand(CaseCommand):
    """Base of the commands of the OPD that has the case.

    ``assignment_id``: the assignment that the OPD means. None: the current one.
    """

    opd: str
    assignment_id: UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Accept(OpdCommand):
    """Accept the assignment."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Decline(OpdCommand):
    """Decline the assignment as "bukan wewenang", with a reason.

    ``suggestion``: the code of the OPD that should have the case, if known.
    """

    reason: str
    suggestion: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress(OpdCommand):
    """Report progress. The citizen sees the text if ``public`` is true."""

    text: str
    public: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask(OpdCommand):
    """Ask the citizen for information, as the OPD that has the case."""

    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PutItOff(OpdCommand):
    """Put the case off until a date, with a reason that the citizen sees."""

    until: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extend(OpdCommand):
    """Take the longer time that the law gives once for an information request. The citizen reads the reason."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolve(OpdCommand):
    """Resolve the case with an answer, its outcome and evidence.

    ``until``: the promised day of ``scheduled``. ``reason``, ``legal_basis``: why it is ``not_possible``.
    ``to``: the code of an OPD, or the name of an authority, for ``not_ours``.
    ``without_parts``: why it does not wait for the parts of helpers that are missing.
    """

    answer: str
    evidence: tuple[Attachment, ...] = ()
    # Older releases stored a digest of the command's text. Fields that they did not have stay out of that text.
    outcome: AnswerOutcome = field(default="fixed", repr=False)
    until: date | None = field(default=None, repr=False)
    reason: str | None = field(default=None, repr=False)
    legal_basis: str | None = field(default=None, repr=False)
    to: str | None = field(default=None, repr=False)
    without_parts: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Assign(CaseCommand):
    """Assign the case to an OPD.

    ``reason``: needed if another OPD has the case or the case was referred.
    ``arbiter``: the arbiter gives the command. The assignment then binds the OPD if the case
    stands at the arbiter's desk or was transferred three times.
    """

    opd: str
    reason: str | None = None
    arbiter: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeBack(CaseCommand):
    """Take the case back to the desk from a wrong assignment or referral. The citizen reads the reason."""

    reason: str
    arbiter: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Release(CaseCommand):
    """Let a held case go on to its agency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AskFromDesk(CaseCommand):
    """Ask the citizen for information, as the triage desk."""

    question: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Archive(CaseCommand):
    """End the case without an answer."""

    reason: ArchiveReason
    note: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Close(CaseCommand):
    """Close an answered case, as the admin koordinator."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class HandleReply(CaseCommand):
    """Deal with the unread replies of the citizen on an answered or ended case.

    ``ask``: ask the citizen again whether the case is solved, and start the clock of silence anew.
    ``reopen``: reopen the case, since it is not solved.
    ``read``: take note only. This is possible only for a case that has ended.
    ``answer``: a text for the citizen.
    """

    outcome: Literal["ask", "reopen", "read"]
    answer: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Merge(CaseCommand):
    """Join the case to the case ``into``. The step must be given the keys of both."""

    into: UUID


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmerge(CaseCommand):
    """Separate the case from the case that it was joined to. The step must be given the keys of both."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reclassify(CaseCommand):
    """Set class, priority, topic or place. None leaves a value as it is."""

    reason: str
    class_: Class | None = None
    priority: Priority | None = None
    topic: str | None = None
    place: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteDown(CaseCommand):
    """Write a voice note of the citizen down. ``file``: the id of its file."""

    file: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewEvidence(CaseCommand):
    """Decide on the doubts about a photo, as a second person. ``file``: its id. The citizen reads the ``reason``."""

    file: str
    verdict: Verdict
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecideAppeal(CaseCommand):
    """Decide on the citizen's appeal, as a person who neither answered nor closed. The citizen reads the ``reason``.

    ``opd``: the code of another OPD that gets the case if the appeal is upheld.
    """

    verdict: AppealVerdict
    reason: str
    opd: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CallCitizen(CaseCommand):
    """Take a case off the list to be called, with what the citizen said. ``note`` is for officers only."""

    answer: CallAnswer
    note: str | None = None
