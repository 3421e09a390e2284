"""The state row of a case: all that the rules, the pages and the OPD's snapshot need."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, TypeAdapter

from shared.clock import WITA
from shared.events.cases_answer import AnswerOutcome
from shared.events.fact import Attachment, Authority, Candidate, Class, Desk, Priority, State
from shared.events.submissions import External, Position
from shared.events.submissions_evidence import Doubt
from shared.frozen import KEEPING, Frozen
from shared.reference.places import place_words
from shared.tally import Tally

# States in which a case can still move.
OPEN: frozenset[str] = frozenset(("verification", "assigned", "in_progress", "awaiting_citizen", "resolved"))

# States in which an OPD works on the case.
WORKING: frozenset[str] = frozenset(("assigned", "in_progress"))


class FormerOpd(Frozen):
    """An OPD that lost the case. Until ``until`` we send it a withdrawn snapshot once a day."""

    opd: str
    assignment_id: UUID
    until: AwareDatetime


class TextToCopy(Frozen):
    """A text that an officer must copy to SP4N by hand, because the citizen must read it there too."""

    number: int
    what: Literal["progress", "question", "answer", "referral"]
    text: str
    at: AwareDatetime


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


class DoubtedEvidence(Frozen):
    """A photo of the answer against which something speaks, and what it is."""

    file: str
    doubts: tuple[Annotated[Doubt, KEEPING], ...]
    since: AwareDatetime


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


class Case(Frozen):
    """One case.

    ``revision``: number of its case events. ``version``: number of its snapshots.
    ``due``: when its snapshots are sent again.
    ``replies``: the last replies of the citizen. ``replied``: the number of all replies.
    ``acts``: the count of what the OPDs and the desks did.
    ``put_offs``: how often the case was put off in the round ``put_offs_round``.
    ``put_off_until``: the date to which it is put off now.
    ``unread``: how many of the last ``replies`` nobody has dealt with. None: an older release, which did not count
    replies, answered the case. ``unread_since``: when the first unread reply came.
    ``before``: the state to which the case returns when the citizen has answered a question.
    ``asked_in``: the other system that asked the citizen, if it was not we who asked.
    ``outcome``: the outcome of the last answer. None: an older release took the answer, or there is none.
    ``promised_until``: the day that the standing answer promises. After it the case comes back by itself.
    ``call_since``: when silence closed the case, if its citizen is to be called.
    ``extended``: the OPD has taken the longer time that the law gives once for an information request.
    ``stars``: the citizen's rating of the last answer, from 1 to ``scale``.
    ``settled``: which of class, topic and place a person here has set.
    ``wordless``: the text does not tell what happened, because a voice note does, which nobody has written down yet.
    ``refused_files``: for each file that intake could not keep, the code of the reason.
    ``answered_by``: the actor of the last answer. ``doubted``: its photos that a second person must look at.
    ``voice_since``: when the oldest voice note came that nobody has written down.
    ``followers``: people of joined cases, and people who follow this complaint without having filed one.
    ``suspicions``: the signs of misuse with which the complaint came.
    ``held_until``: when a held case goes on by itself. None: it is not held.
    ``referral``: the standing referral. None: the case is not referred, or an older release referred it.
    ``objected``: the citizen has brought a referral back. ``shares``: the citizen lets an authority know name and contact.
    """

    erased: bool = False
    ticket: str = ""
    state: State = "verification"
    revision: int = 0
    channel: str = ""
    source: str = ""
    text: str = ""
    title: str | None = None
    place: str | None = None
    topic: str | None = None
    class_: Class = "no_oversight"
    priority: Priority = "normal"
    anonim: bool = False
    rahasia: bool = False
    reporter_name: str | None = None
    contacts: tuple[UUID, ...] = ()
    followers: tuple[UUID, ...] = ()
    attachments: tuple[Annotated[Attachment, KEEPING], ...] = ()
    replies: tuple[str, ...] = ()
    replied: int = 0
    filed_at: AwareDatetime | None = None
    place_code: str | None = None
    application: str | None = None
    position: Annotated[Position, KEEPING] | None = None
    external: Annotated[External, KEEPING] | None = None

    desk: Desk | None = None
    reasons: tuple[str, ...] = ()
    candidates: tuple[Annotated[Candidate, KEEPING], ...] = ()
    opd: str | None = None
    assignment_id: UUID | None = None
    binding: bool = False
    transfers: int = 0
    round: int = 1
    before: State | None = None
    since: AwareDatetime | None = None
    question: str | None = None
    asked_in: str | None = None
    answer: str | None = None
    outcome: AnswerOutcome | None = None
    promised_until: date | None = None
    answered_by: str | None = None
    doubted: tuple[DoubtedEvidence, ...] = ()
    call_since: AwareDatetime | None = None
    extended: bool = False
    stars: int | None = None
    scale: int = 5
    unread: int | None = None
    unread_since: AwareDatetime | None = None
    ended_by: Literal["citizen", "silence", "admin"] | None = None
    due_decide: AwareDatetime | None = None
    due_respond: AwareDatetime | None = None
    due_resolve: AwareDatetime | None = None
    put_off_until: date | None = None
    put_offs: int = 0
    put_offs_round: int = 0

    merged_into: UUID | None = None
    merged_state: State | None = None
    version: int = 0
    left: tuple[FormerOpd, ...] = ()
    copies: tuple[TextToCopy, ...] = ()
    copied: int = 0
    acts: Tally | None = None
    news: tuple[Sp4nNews, ...] = ()
    news_count: int = 0
    settled: tuple[str, ...] = ()
    wordless: bool = False
    refused_files: tuple[str, ...] = ()
    voices: tuple[VoiceNote, ...] = ()
    voice_since: AwareDatetime | None = None
    suspicions: tuple[str, ...] = ()
    held_until: AwareDatetime | None = None
    referral: Referral | None = None
    objected: bool = False
    shares: bool = False
    due: AwareDatetime | None = None

    @property
    def promise_ends(self) -> datetime | None:
        """Return when the promised day is over in WITA, or None if no promise stands or the case is not answered."""
        if self.promised_until is None or self.state != "resolved":
            return None
        return datetime.combine(self.promised_until + timedelta(days=1), time(), WITA)

    @property
    def whole_text(self) -> str:
        """Return the title and the text as one text."""
        return f"{self.title}\n{self.text}" if self.title else self.text

    def left_without(self, code: str | None) -> tuple[FormerOpd, ...]:
        """Return the OPDs that lost the case, without this one."""
        return tuple(one for one in self.left if one.opd != code)


def whole_place(place: str | None, code: str | None) -> str | None:
    """Return the place in the citizen's words, with the official names of all that it lies in, as far as known."""
    return ", ".join(filter(None, (place, place_words(code)))) or None


# Reads a case from the JSON of its row.
CASE_ADAPTER: TypeAdapter[Case] = TypeAdapter(Case)
