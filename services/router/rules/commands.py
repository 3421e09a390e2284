"""The commands on a case. Officers and desks give them by HTTP; an OPD also by its topic.

The names of the classes and of their fields are part of the stored digests by which repeats are recognised. A renamed
command would refuse the repeat of a request that an older release carried out.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Literal, NamedTuple
from uuid import UUID

from shared.events.cases_answer import AnswerOutcome, CallAnswer
from shared.events.cases_appeal import AppealVerdict
from shared.events.cases_evidence import Verdict
from shared.events.fact import Attachment, Authority, Class, Priority
from shared.events.registry import RegistryChanged

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
class Contribute(OpdCommand):
    """Give the part of a helper. The other fields are those of an answer."""

    text: str
    evidence: tuple[Attachment, ...] = ()
    outcome: AnswerOutcome = "fixed"
    until: date | None = None
    reason: str | None = None
    legal_basis: str | None = None
    to: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AskHelp(OpdCommand):
    """Ask another OPD for help, as the OPD that has the case. ``task``: what it should contribute."""

    helper: str
    task: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndHelp(OpdCommand):
    """Go on without a helper whose part is missing, as the OPD that has the case."""

    helper: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AddHelper(CaseCommand):
    """Ask an OPD to help the one that has or will have the case, as a desk. ``task``: what it should contribute."""

    helper: str
    task: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RemoveHelper(CaseCommand):
    """Go on without a helper whose part is missing, as a desk."""

    helper: str
    reason: str


class Colleague(NamedTuple):
    """Somebody of an OPD who gets a mail: the account, the name, the address, and the link to the case."""

    account: UUID
    name: str
    address: str
    link: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteNote(OpdCommand):
    """Write an internal note. ``by``: the writer's name. The step must be given the keys of all who are ``told``."""

    text: str
    by: str
    told: tuple[Colleague, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver(OpdCommand):
    """Make a colleague responsible for the case, with a note why. The step must be given the colleague's key.

    ``quiet``: the caller takes the case over and needs no mail.
    """

    to: Colleague
    by: str
    text: str
    quiet: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadMention(OpdCommand):
    """Take the reader off the list of those who have not read a note that mentions them."""

    reader: UUID


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
class Refer(CaseCommand):
    """Refer the case to another authority.

    ``next_step``: what the citizen can do next.
    """

    authority: Authority | Literal["ombudsman"]
    to: str
    reason: str
    next_step: str
    arbiter: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmReferral(CaseCommand):
    """Agree with a referral that the rules proposed. The authority is then told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteLetter(CaseCommand):
    """Note that a letter went to the authority that has no address for mail."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordAnswer(CaseCommand):
    """Record the answer of the authority, and the day on which it was given. The citizen reads both."""

    text: str
    on: date


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
class DecideNews(CaseCommand):
    """Take an entry off the list of news from SP4N. ``follow``: do here what was done in SP4N."""

    number: int
    follow: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Copied(CaseCommand):
    """Take an entry off the list of what must reach SP4N, because it is there now.

    ``tracking_id``: the Tracking ID that the complaint got there. Only the entry of the complaint itself needs it.
    """

    number: int
    # Older releases stored a digest of the command's text. A field that they did not have stays out of that text.
    tracking_id: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class FollowUpThere:
    """A follow-up that stands in SP4N. ``ours``: we wrote it. ``status``: the status that it gave, if it gave one."""

    id: int
    at: datetime
    who: str
    text: str = field(repr=False)
    ours: bool
    status: str | None = None

    @property
    def cursor(self) -> str:
        """Return the place of the follow-up in their order."""
        return f"{self.at.astimezone(UTC).isoformat()} {self.id:020d}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TakeFromSp4n(CaseCommand):
    """Take over what SP4N shows of the complaint now, as the connector has read it.

    ``copied``: the number of the last entry for SP4N when it was read. The case may have gone on since.
    ``status_by_us``: the last change of status there was ours.
    """

    tracking_id: str
    status: str
    opd: str | None
    anonim: bool
    rahasia: bool
    followups: tuple[FollowUpThere, ...]
    copied: int
    status_by_us: bool


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


@dataclass(frozen=True, slots=True, kw_only=True)
class PassOn(CaseCommand):
    """Take the case from an OPD that exists no more. ``to``: its successor, or None for the triage desk."""

    opd: str
    to: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class ChangeRegistry:
    """Put a version of the registry into force. The command's key is the registry; it concerns no case."""

    fact: RegistryChanged = field(repr=False)


@dataclass(frozen=True, slots=True)
class MailAccount:
    """Send the owner of an account a link by mail. The command's key is the account; it concerns no case."""

    template: Literal["account_invited", "account_reset"]
    name: str
    address: str
    link: str = field(repr=False)
