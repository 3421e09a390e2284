"""The state row of a case: all that the rules, the pages and the OPD's snapshot need."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, TypeAdapter

from services.router.state_parts import (
    Appeal,
    DoubtedEvidence,
    FormerOpd,
    Helper,
    Note,
    Referral,
    Sp4nNews,
    TextToCopy,
    VoiceNote,
)
from shared.clock import WITA
from shared.events.cases_answer import AnswerOutcome
from shared.events.fact import Attachment, Candidate, Class, Desk, OfferedChoice, Priority, State
from shared.events.submissions import External, Position
from shared.frozen import KEEPING, Frozen
from shared.reference.places import place_words
from shared.sp4n import SP4N
from shared.tally import Tally

# States in which a case can still move.
OPEN: frozenset[str] = frozenset(("verification", "assigned", "in_progress", "awaiting_citizen", "resolved"))

# States in which other OPDs may help. An answer or an end of the case ends their help.
HELPED: frozenset[str] = frozenset(("verification", "assigned", "in_progress", "awaiting_citizen"))

# States in which an OPD works on the case.
WORKING: frozenset[str] = frozenset(("assigned", "in_progress"))


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
    ``answered_by``: the actor of the last answer. ``doubted``: its photos, and those
    of helpers' parts, that a second person must look at.
    ``closed_by``: the actor who closed the case; a later word of the citizen does not change it.
    ``appeal``: the citizen's appeal after a closing. ``appeal_since``: since when it waits, and ``due_appeal``: until
    when it must be decided.
    ``voice_since``: when the oldest voice note came that nobody has written down.
    ``followers``: people of joined cases, and people who follow this complaint without having filed one.
    ``suspicions``: the signs of misuse with which the complaint came.
    ``category``: the category that the channel gave, in whatever words.
    ``choices``: the sentences among which the citizen may choose, while nobody has decided. ``asked_choice``: when
    intake asked. ``chosen``: the sentence that the citizen chose in time.
    ``held_until``: when a held case goes on by itself. None: it is not held.
    ``copies``: what must still reach SP4N. ``copied``: the number of the last such entry.
    ``sp4n``: the complaint in SP4N, if it did not come from there. ``sp4n_polled``: the status that we last read there.
    ``sp4n_cursor``: time and number of the last follow-up that we read there.
    ``holder``: the account of the OPD's officer who is responsible for the case.
    ``notes``: what the OPDs wrote for their own colleagues. No event and no snapshot holds them.
    ``mentioned``: the accounts that have not yet read a note which mentions them.
    ``helpers``: the OPDs that were asked to help, without those whose help ended before they gave their part.
    ``referral``: the standing referral. None: the case is not referred, or an older release referred it.
    ``objected``: the citizen has brought a referral back. ``shares``: the citizen lets an authority know name and contact.
    ``answer_photos``: the ids of the photos of answers. ``public_files``: those of the photos that everybody may see.
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
    category: str | None = None
    position: Annotated[Position, KEEPING] | None = None
    external: Annotated[External, KEEPING] | None = None

    desk: Desk | None = None
    reasons: tuple[str, ...] = ()
    candidates: tuple[Annotated[Candidate, KEEPING], ...] = ()
    choices: tuple[Annotated[OfferedChoice, KEEPING], ...] = ()
    asked_choice: AwareDatetime | None = None
    chosen: str | None = None
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
    closed_by: str | None = None
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
    due_appeal: AwareDatetime | None = None
    appeal: Appeal | None = None
    appeal_since: AwareDatetime | None = None
    put_off_until: date | None = None
    put_offs: int = 0
    put_offs_round: int = 0

    merged_into: UUID | None = None
    merged_state: State | None = None
    version: int = 0
    left: tuple[FormerOpd, ...] = ()
    copies: tuple[TextToCopy, ...] = ()
    copied: int = 0
    sp4n: Annotated[External, KEEPING] | None = None
    sp4n_polled: str | None = None
    sp4n_cursor: str | None = None
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
    holder: UUID | None = None
    notes: tuple[Note, ...] = ()
    mentioned: tuple[UUID, ...] = ()
    helpers: tuple[Helper, ...] = ()
    referral: Referral | None = None
    objected: bool = False
    shares: bool = False
    answer_photos: tuple[str, ...] = ()
    public_files: tuple[str, ...] = ()
    due: AwareDatetime | None = None

    @property
    def in_sp4n(self) -> External | None:
        """Return the complaint as SP4N has it: where it came from, or where it was mirrored to. None: it is not there."""
        if self.external is not None and self.external.system == SP4N:
            return self.external
        return self.sp4n

    def with_sp4n(self, external: External) -> Case:
        """Return the case with this as what SP4N has."""
        came = self.external is not None and self.external.system == SP4N
        return self.with_(external=external) if came else self.with_(sp4n=external)

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

    @property
    def missing(self) -> tuple[Helper, ...]:
        """Return the helpers whose parts are still missing."""
        return tuple(one for one in self.helpers if one.open)

    def helper(self, code: str | None) -> Helper | None:
        """Return the last assignment of an OPD as a helper, or None."""
        return next((one for one in reversed(self.helpers) if one.opd == code), None)

    def part_with(self, file: str) -> Helper | None:
        """Return the helper whose part has this file as evidence, or None."""
        return next((one for one in self.helpers if any(has.id == file for has in one.evidence)), None)

    @property
    def doubted_parts(self) -> tuple[DoubtedEvidence, ...]:
        """Return the doubts about photos of helpers' parts. They outlive an answer, because the parts do."""
        return tuple(one for one in self.doubted if self.part_with(one.file) is not None)

    def known_to(self, code: str) -> bool:
        """Return whether an OPD may read the case: it has the case, or it helps or has helped the present work."""
        return self.opd == code or self.helper(code) is not None

    def left_without(self, code: str | None) -> tuple[FormerOpd, ...]:
        """Return the OPDs that lost the case, without this one."""
        return tuple(one for one in self.left if one.opd != code)


def whole_place(place: str | None, code: str | None) -> str | None:
    """Return the place in the citizen's words, with the official names of all that it lies in, as far as known."""
    return ", ".join(filter(None, (place, place_words(code)))) or None


# Reads a case from the JSON of its row.
CASE_ADAPTER: TypeAdapter[Case] = TypeAdapter(Case)
