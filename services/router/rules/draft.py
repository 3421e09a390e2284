"""A case while one input is folded into it: new values, events, and at most one snapshot for its OPD."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from services.router.routing.model import Model
from services.router.rules.limits import LIMITS, CaseLimits
from services.router.rules.snapshot import helper_fields, snapshot_fields, snapshot_topic
from services.router.state import HELPED, OPEN, Case
from services.router.state_parts import CopyKind, FormerOpd, Helper, TextToCopy
from shared.events import cases, opd
from shared.events.cases_helpers import HelpEnd, HelperEnded
from shared.events.catalogue import CASES, assignments, replies
from shared.events.fact import Fact
from shared.pipeline import Change, Item, Out
from shared.reference import CONNECTABLE

# Snapshots are sent again after this time, so that an OPD that was away catches up.
REPEAT_AFTER = timedelta(days=1)
# A withdrawn snapshot is repeated for so long.
WITHDRAWN_FOR = timedelta(days=30)


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
        # The assignments of helpers that get a snapshot in any case.
        self._helpers: set[UUID] = set()

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
        """Send the OPD, and each helper whose part is missing, one snapshot of the case as it is when this fold ends."""
        self._send = True

    def change_helper(self, helper: Helper, **values: Any) -> None:
        """Set fields of a helper, and send it a snapshot."""
        changed = helper.with_(**values)
        others = (changed if one.assignment_id == helper.assignment_id else one for one in self.case.helpers)
        self.set(helpers=tuple(others))
        self._helpers.add(helper.assignment_id)

    def end_help(self, helper: Helper, why: HelpEnd, reason: str | None = None) -> None:
        """End the help of an OPD whose part is missing, and withdraw its assignment."""
        self.withdraw_helper(helper)
        self.emit(HelperEnded(assignment_id=helper.assignment_id, opd=helper.opd, why=why, reason=reason))

    def withdraw_helper(self, helper: Helper) -> None:
        """Withdraw the assignment of a helper, like that of an OPD that loses the case."""
        case = self.case
        left = FormerOpd(opd=helper.opd, assignment_id=helper.assignment_id, until=self.now + WITHDRAWN_FOR)
        self._withdrawn.append(left)
        others = tuple(one for one in case.helpers if one.assignment_id != helper.assignment_id)
        self.set(helpers=others, left=(*case.left_without(helper.opd), left))

    def withdraw(self) -> None:
        """Withdraw the case from the OPD that has it.

        The OPD gets a withdrawn snapshot now, and again once a day for 30 days.
        """
        case = self.case
        if case.opd is not None and case.assignment_id is not None:
            left = FormerOpd(opd=case.opd, assignment_id=case.assignment_id, until=self.now + WITHDRAWN_FOR)
            self._withdrawn.append(left)
            self.set(left=(*case.left_without(case.opd), left), put_off_until=None, holder=None, mentioned=())

    def withdraw_given(self, code: str) -> None:
        """Withdraw the assignment of a helper whose part is there, because the OPD gets another assignment now."""
        helper = self.case.helper(code)
        if helper is not None and not helper.open:
            self._withdrawn.append(FormerOpd(opd=code, assignment_id=helper.assignment_id, until=self.now))

    def withdraw_again(self, left: FormerOpd) -> None:
        """Send an OPD that lost the case its withdrawn snapshot again."""
        self._withdrawn.append(left)

    def copy_to_sp4n(self, what: CopyKind, text: str, to: str | None = None) -> None:
        """Put a text on the list of what must reach SP4N, if the complaint is there or is going there.

        The citizen must read in SP4N what we answer here, because the clock of SP4N runs on.
        """
        case = self.case
        going = self.limits.mirror and (case.opd is not None or case.state == "referred")
        if case.in_sp4n is not None or going:
            number = case.copied + 1
            entry = TextToCopy(number=number, what=what, text=text, at=self.at, to=to)
            self.set(copied=number, copies=(*case.copies, entry))

    def change(self, *, with_answer: bool = False) -> Change[Case]:
        """Return the new state, the case events, then the snapshots. ``with_answer``: the answer describes the new case."""
        if self.case.class_ == "information" and self._was.class_ != "information":
            # A put-off does not outlive the change to a class whose time the law bounds.
            self.set(put_off_until=None)
        if self.case.held_until is not None and self.case.state != "verification":
            self.set(held_until=None)
        if self.case.state not in HELPED:
            for helper in self.case.missing:
                self.end_help(helper, "ended")
        if self.case.appeal_since is not None and self.case.state != "closed":
            # The case came back without a decision on the appeal, so the citizen keeps the right to one.
            self.set(appeal=None, appeal_since=None, due_appeal=None)
        case, spoken = self.case, len([out for out in self._outs if out.topic == CASES])
        version = case.version
        for left in self._withdrawn:
            version += 1
            self._snapshot(left.opd, left.assignment_id, version, withdrawn=True)
        if self._send and case.opd is not None and case.assignment_id is not None:
            version += 1
            self._snapshot(case.opd, case.assignment_id, version, withdrawn=False)
        for helper in case.helpers:
            if helper.assignment_id in self._helpers or (self._send and helper.open):
                version += 1
                self._snapshot(helper.opd, helper.assignment_id, version, withdrawn=False, helper=helper)
        if self._send or self._withdrawn or self._helpers:
            self.set(revision=case.revision + spoken, version=version, due=self._next_tick())
        elif spoken:
            self.set(revision=case.revision + spoken)
        states = {self.key: self.case} if self.case is not self._was else {}
        return Change(states=states, events=tuple(self._outs), answer=describe_case(self.case) if with_answer else None)

    def _next_tick(self) -> datetime | None:
        """Return when the snapshots are sent again, a promised day is over or a held case goes on: the earliest.

        Return None if nothing is due.
        """
        waiting = self.case.left or self.case.missing or (self.case.opd is not None and self.case.state in OPEN)
        looks = (self.now + REPEAT_AFTER if waiting else None, self.case.promise_ends, self.case.held_until)
        return min((at for at in looks if at is not None), default=None)

    def _snapshot(
        self, code: str, assignment_id: UUID, version: int, *, withdrawn: bool, helper: Helper | None = None
    ) -> None:
        if code not in CONNECTABLE:
            # An OPD that was added on the pages works there. It has no streams before the table of the release names it.
            return
        case = self.case
        fields: dict[str, Any] = {} if withdrawn else snapshot_fields(case)
        if helper is not None:
            fields |= helper_fields(case, helper)
        fact = opd.Assignment(
            assignment_id=assignment_id,
            version=version,
            withdrawn=withdrawn,
            ticket=case.ticket,
            state=helper.state if helper is not None else case.state,
            class_=case.class_,
            priority=case.priority,
            topic=snapshot_topic(case),
            **fields,
        )
        self._outs.append(Out(assignments(code), self.key, fact, "router"))
