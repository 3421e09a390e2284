"""What is remembered of a case: all that its rules, its pages and its OPD's snapshot need."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Literal
from uuid import UUID

from pydantic import AwareDatetime, TypeAdapter

from shared.events.fact import Attachment, Candidate, Class, Desk, Priority, State
from shared.events.submissions import External
from shared.frozen import KEEPING, Frozen
from shared.tally import Tally

OPEN: frozenset[str] = frozenset(("verification", "assigned", "in_progress", "awaiting_citizen", "resolved"))
"""States in which a case still moves."""

WORKING: frozenset[str] = frozenset(("assigned", "in_progress"))
"""States in which an OPD works on it."""


HEARD_AFTER_END = timedelta(days=30)
"""How long after its end the citizen's word alone opens a case again; later a person decides."""


class Left(Frozen):
    """An OPD that had the case: told until ``until`` that it is no longer its work."""

    opd: str
    assignment_id: UUID
    until: AwareDatetime


class Copy(Frozen):
    """Something the citizen must also read in SP4N, copied there by hand."""

    number: int
    what: Literal["progress", "question", "answer", "referral"]
    text: str
    at: AwareDatetime


class News(Frozen):
    """SP4N tells something that a person must see, or decide about, here.

    ``closed_there``: ended there, nobody of ours has answered. ``closed_too``: ended there and, by the rule, here.
    ``came_back``: the citizen spoke again there; a case that had been answered or ended was reopened.
    ``reopened_there``: SP4N works on it again, ours has ended.
    ``moved_there``: SP4N gave it to another agency, ``opd`` where it is one of ours.
    """

    number: int
    kind: Literal["closed_there", "closed_too", "came_back", "reopened_there", "moved_there"]
    status_text: str
    opd: str | None = None
    at: AwareDatetime


class Case(Frozen):
    """One case. ``revision`` counts its case events, ``version`` its snapshots; ``due`` is when a snapshot is sent anew.

    ``replies`` are the citizen's last ones, ``replied`` says how many there were; ``acts`` counts what an OPD and the desks did.
    ``put_offs`` counts how often it was put off in the round ``put_offs_round``; ``put_off_until`` is the date that stands now.
    ``unread`` counts the last of ``replies`` that nobody has dealt with; ``unread_since`` is when the first of them came.
    None: the case was answered by a release that did not count them.
    ``asked_in``: the other system that has asked the citizen. ``settled``: class, topic or place, where a person here has set it.
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
    stars: int | None = None
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
    left: tuple[Left, ...] = ()
    copies: tuple[Copy, ...] = ()
    copied: int = 0
    acts: Tally | None = None
    news: tuple[News, ...] = ()
    news_count: int = 0
    settled: tuple[str, ...] = ()
    due: AwareDatetime | None = None

    @property
    def whole_text(self) -> str:
        """Title and text as one."""
        return f"{self.title}\n{self.text}" if self.title else self.text


STORED: TypeAdapter[Case] = TypeAdapter(Case)
"""A case as its row holds it."""
