"""A case while one input is folded into it: new values, events, and at most one snapshot for its OPD."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from services.router.routing.model import Model
from services.router.rules.limits import LIMITS, CaseLimits
from services.router.rules.snapshot import snapshot_fields, snapshot_topic
from services.router.state import OPEN, Case, FormerOpd, TextToCopy
from shared.events import cases, opd
from shared.events.catalogue import CASES, assignments, replies
from shared.events.fact import Fact
from shared.pipeline import Change, Item, Out
from shared.reference import CONNECTABLE

# Snapshots are sent again after this time, so that an OPD that was away catches up.
REPEAT_AFTER = timedelta(days=1)
# A withdrawn snapshot is repeated for so long.
WITHDRAWN_FOR = timedelta(days=30)
SP4N = "sp4n"


def describe_case(case: Case) -> dict[str, Any]:
    """Return the case as the answer to a command."""
    assignment = str(case.assignment_id) if case.assignment_id else None
    return {
        "ticket": case.ticket,
        "state": case.state,
        "revision": case.revision,
        "opd": case.opd,
        "assignment_id": assignment,
    }


class Draft:
    """The working copy of a case for one fold.

    ``at``: the time of the events. It is the time of the input, or the date in the other system of what was done there.
    ``now``: the time of the fold.
    """

    def __init__(
        self,
        item: Item,
        case: Case,
        now: datetime,
        key: UUID | None = None,
        limits: CaseLimits = LIMITS,
        model: Model | None = None,
    ) -> None:
        self.limits = limits
        self.model = model
        self.key = key or item.key
        self.item_id = item.id
        self.actor = item.actor
        self.case = case
        self.at = item.at
        self.now = now
        self._was = case
        self._outs: list[Out] = []
        self._withdrawn: list[FormerOpd] = []
        self._send = False

    def set(self, **values: Any) -> Case:
        """Set fields of the case, and return the new case."""
        self.case = self.case.with_(**values)
        return self.case

    def emit(self, fact: Fact, actor: str | None = None) -> None:
        """Add a case event."""
        self._outs.append(Out(CASES, self.key, fact, actor, self.at))

    def answer_opd(self, code: str, fact: opd.UpdateRefused) -> None:
        """Add a refusal for the OPD's replies topic."""
        self._outs.append(Out(replies(code), self.key, fact, "router"))

    def note(self, what: str, why: str, text: str | None = None) -> None:
        """Add an event that notes a fact without effect. ``what``: the type of the fact. ``why``: the reason."""
        self.emit(cases.Noted(what=what, why=why, text=text))

    def send_snapshot(self) -> None:
        """Send the OPD one snapshot of the case as it is when this fold ends."""
        self._send = True

    def withdraw(self) -> None:
        """Withdraw the case from the OPD that has it.

        The OPD gets a withdrawn snapshot now, and again once a day for 30 days.
        """
        case = self.case
        if case.opd is not None and case.assignment_id is not None:
            left = FormerOpd(opd=case.opd, assignment_id=case.assignment_id, until=self.now + WITHDRAWN_FOR)
            self._withdrawn.append(left)
            self.set(left=(*case.left_without(case.opd), left), put_off_until=None)

    def withdraw_again(self, left: FormerOpd) -> None:
        """Send an OPD that lost the case its withdrawn snapshot again."""
        self._withdrawn.append(left)

    def copy_to_sp4n(self, what: Literal["progress", "question", "answer", "referral"], text: str) -> None:
        """Put a text on the list to copy to SP4N, if the complaint came from there.

        The citizen must read in SP4N what we answer here, because the clock of SP4N runs on.
        """
        case = self.case
        if case.external is not None and case.external.system == SP4N:
            number = case.copied + 1
            self.set(copied=number, copies=(*case.copies, TextToCopy(number=number, what=what, text=text, at=self.at)))

    def change(self, *, with_answer: bool = False) -> Change[Case]:
        """Return the new state, the case events, then the snapshots. ``with_answer``: the answer describes the new case."""
        if self.case.class_ == "information" and self._was.class_ != "information":
            # A put-off does not outlive the change to a class whose time the law bounds.
            self.set(put_off_until=None)
        if self.case.held_until is not None and self.case.state != "verification":
            self.set(held_until=None)
        case, spoken = self.case, len([out for out in self._outs if out.topic == CASES])
        version = case.version
        for left in self._withdrawn:
            version += 1
            self._snapshot(left.opd, left.assignment_id, version, withdrawn=True)
        if self._send and case.opd is not None and case.assignment_id is not None:
            version += 1
            self._snapshot(case.opd, case.assignment_id, version, withdrawn=False)
        if self._send or self._withdrawn:
            self.set(revision=case.revision + spoken, version=version, due=self._next_tick())
        elif spoken:
            self.set(revision=case.revision + spoken)
        states = {self.key: self.case} if self.case is not self._was else {}
        return Change(states=states, events=tuple(self._outs), answer=describe_case(self.case) if with_answer else None)

    def _next_tick(self) -> datetime | None:
        """Return when the snapshots are sent again, a promised day is over or a held case goes on: the earliest.

        Return None if nothing is due.
        """
        waiting = self.case.left or (self.case.opd is not None and self.case.state in OPEN)
        looks = (self.now + REPEAT_AFTER if waiting else None, self.case.promise_ends, self.case.held_until)
        return min((at for at in looks if at is not None), default=None)

    def _snapshot(self, code: str, assignment_id: UUID, version: int, *, withdrawn: bool) -> None:
        if code not in CONNECTABLE:
            # An OPD that was added on the pages works there. It has no streams before the table of the release names it.
            return
        case = self.case
        fields: dict[str, Any] = {} if withdrawn else snapshot_fields(case)
        fact = opd.Assignment(
            assignment_id=assignment_id,
            version=version,
            withdrawn=withdrawn,
            ticket=case.ticket,
            state=case.state,
            class_=case.class_,
            priority=case.priority,
            topic=snapshot_topic(case),
            **fields,
        )
        self._outs.append(Out(assignments(code), self.key, fact, "router"))
