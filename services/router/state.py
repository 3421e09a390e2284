"""What is remembered of a case: all that its rules, its pages and its OPD's snapshot need."""

from __future__ import annotations

from typing import Literal
from uuid import UUID

from pydantic import AwareDatetime

from shared.events.fact import Attachment, Candidate, Class, Desk, Priority, State
from shared.events.submissions import External
from shared.frozen import Frozen

OPEN: frozenset[str] = frozenset(("verification", "assigned", "in_progress", "awaiting_citizen", "resolved"))
"""States in which a case still moves."""

WORKING: frozenset[str] = frozenset(("assigned", "in_progress"))
"""States in which an OPD works on it."""


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
    attachments: tuple[Attachment, ...] = ()
    replies: tuple[str, ...] = ()
    filed_at: AwareDatetime | None = None
    external: External | None = None

    desk: Desk | None = None
    reasons: tuple[str, ...] = ()
    candidates: tuple[Candidate, ...] = ()
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
    due_decide: AwareDatetime | None = None
    due_respond: AwareDatetime | None = None
    due_resolve: AwareDatetime | None = None

    merged_into: UUID | None = None
    merged_state: State | None = None
    version: int = 0
    left: tuple[Left, ...] = ()
    copies: tuple[Copy, ...] = ()
    copied: int = 0
    news: tuple[News, ...] = ()
    news_count: int = 0
    settled: tuple[str, ...] = ()
    due: AwareDatetime | None = None

    @property
    def whole_text(self) -> str:
        """Title and text as one."""
        return f"{self.title}\n{self.text}" if self.title else self.text
