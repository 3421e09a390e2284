"""The values of which the state row of a case is made, such as helpers, notes and the standing referral."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime

from shared.events.cases_answer import AnswerOutcome
from shared.events.cases_appeal import AppealVerdict
from shared.events.fact import Attachment, Authority
from shared.events.submissions_evidence import Doubt
from shared.frozen import KEEPING, Frozen


class FormerOpd(Frozen):
    """An OPD that lost the case. Until ``until`` we send it a withdrawn snapshot once a day."""

    opd: str
    assignment_id: UUID
    until: AwareDatetime


CopyKind = Literal[
    "progress", "question", "answer", "referral", "complaint", "moved", "resumed", "closed", "archived", "file"
]


class TextToCopy(Frozen):
    """An entry that must still reach SP4N, by the connector or by an officer, because the citizen reads it there too.

    ``complaint``: the complaint itself, which is not there yet; its text is composed when it goes. ``moved``: it went
    to another OPD. ``resumed``, ``closed``, ``archived``: its state changed here. ``to``: the code of the OPD, or for a
    referral the name of the authority. ``file``: the id of a file that the citizen added later.
    """

    number: int
    what: CopyKind
    text: str
    at: AwareDatetime
    to: str | None = None
    file: str | None = None


NewsKind = Literal["closed_there", "closed_too", "came_back", "reopened_there", "moved_there"]


class Sp4nNews(Frozen):
    """A change in SP4N that a person must see, or decide about, here.

    ``closed_there``: the complaint ended in SP4N and is still open here; a person decides whether it ends here too.
    ``closed_too``: the complaint ended in SP4N and, by rule, here as well.
    ``came_back``: the citizen spoke again in SP4N. A case that had been answered or had ended was reopened.
    ``reopened_there``: SP4N works on the complaint again; our case has ended.
    ``moved_there``: SP4N gave the complaint to another agency. ``opd`` is its code if it is one of our OPDs.
    """

    number: int
    kind: NewsKind
    status_text: str
    opd: str | None = None
    at: AwareDatetime


class VoiceNote(Frozen):
    """A voice note of the citizen, by the id of its file, and its words once somebody has written them down.

    ``since``: when we got it. ``before``: the words that stood there before. ``is_text``: its words are the text of the
    case, or a part of it.
    """

    file: str
    since: AwareDatetime
    text: str | None = None
    before: str | None = None
    is_text: bool = False


class Note(Frozen):
    """An internal note of an OPD: the name of its writer, and the accounts of the colleagues that it mentions."""

    opd: str
    by: str
    text: str
    at: AwareDatetime
    mentions: tuple[UUID, ...] = ()


class DoubtedEvidence(Frozen):
    """A photo of the answer against which something speaks, and what it is."""

    file: str
    doubts: tuple[Annotated[Doubt, KEEPING], ...]
    since: AwareDatetime


class Helper(Frozen):
    """An OPD that helps the one that has the case, in one assignment of its own.

    ``task``: what it should contribute. ``part``: what it gave, with its outcome. ``round``: the round of the case.
    ``given_by``: the actor who gave the part.
    """

    opd: str
    assignment_id: UUID
    task: str
    round: int = 1
    state: Literal["assigned", "in_progress", "resolved"] = "assigned"
    since: AwareDatetime | None = None
    due_respond: AwareDatetime | None = None
    due_resolve: AwareDatetime | None = None
    part: str | None = None
    outcome: AnswerOutcome | None = None
    until: date | None = None
    reason: str | None = None
    legal_basis: str | None = None
    to: str | None = None
    evidence: tuple[Annotated[Attachment, KEEPING], ...] = ()
    given_by: str | None = None

    @property
    def open(self) -> bool:
        """Return whether the part is still missing."""
        return self.state != "resolved"


class Appeal(Frozen):
    """The citizen's one appeal after a closing. ``verdict`` is None while it waits."""

    reason: str
    since: AwareDatetime
    verdict: AppealVerdict | None = None


class Referral(Frozen):
    """The standing referral of a case to another authority.

    ``proposal``: the rules made it, with ``certainty``. ``fresh``: and no person has looked at it yet.
    ``told``: how the authority was told of the complaint, and ``told_at`` when. ``mail``: where to.
    ``answered``: it has answered.
    """

    authority: Authority | Literal["ombudsman"]
    to: str
    since: AwareDatetime
    proposal: bool = False
    certainty: float | None = None
    fresh: bool = False
    told: Literal["mail", "letter"] | None = None
    told_at: AwareDatetime | None = None
    mail: str | None = None
    answered: bool = False
