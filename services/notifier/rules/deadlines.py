"""Handlers of sla's facts: the clocks of a complaint, and the people who are told of near and missed due times."""

from collections.abc import Iterable
from typing import Any

from services.notifier.codes import Audience, NoticeKind
from services.notifier.rules.cases import CaseChange
from services.notifier.rules.context import Context
from services.notifier.rules.notices import announce
from services.notifier.rules.recipients import PlannedNotice, ladder_audiences
from services.notifier.state import CaseState, NotifiedAudiences, RunningClock
from shared.events import deadlines
from shared.events.fact import Clock


def handle_deadline_set(context: Context, fact: deadlines.DeadlineSet) -> CaseChange:
    """Keep the clock's new run. Of a helper's clocks only the due time of its part is kept."""
    case = context.case
    if fact.helper is not None:
        return announce(context, _with_help_due(case, fact))
    clock = RunningClock(run=fact.run, started_at=fact.started_at, due_at=fact.due_at)
    return announce(context, case.with_(clocks={**case.clocks, fact.clock: clock}))


def handle_deadline_moved(context: Context, fact: deadlines.DeadlineMoved) -> CaseChange:
    """Keep the clock's new due time."""
    if fact.helper is not None:
        return announce(context, _with_help_due(context.case, fact))
    return announce(context, _with_clock(context.case, fact.clock, fact.run, due_at=fact.due_at))


def handle_deadline_paused(context: Context, fact: deadlines.DeadlinePaused) -> CaseChange:
    """Keep that the clock is paused."""
    return announce(context, _with_clock(context.case, fact.clock, fact.run, paused=True))


def handle_deadline_resumed(context: Context, fact: deadlines.DeadlineResumed) -> CaseChange:
    """Keep that the clock runs again, and its due time."""
    return announce(context, _with_clock(context.case, fact.clock, fact.run, due_at=fact.due_at, paused=False))


def handle_deadline_over(context: Context, fact: deadlines.DeadlineMet | deadlines.DeadlineEnded) -> CaseChange:
    """Drop the clock if this is its present run."""
    case = context.case
    running = case.clocks.get(fact.clock)
    if running is None or running.run != fact.run:
        return announce(context, case)
    return announce(
        context, case.with_(clocks={name: clock for name, clock in case.clocks.items() if name != fact.clock})
    )


def handle_deadline_approaching(context: Context, fact: deadlines.DeadlineApproaching) -> CaseChange:
    """Tell the ladder's roles of this level that the due time is near."""
    return announce(context, context.case, _ladder_notices(context.case, fact))


def handle_escalated(context: Context, fact: deadlines.Escalated) -> CaseChange:
    """Tell the ladder's roles of this level that the due time has passed, and keep which roles that were."""
    before = context.case
    key = f"{fact.clock}:{fact.run}"
    earlier = before.told[key].audiences if key in before.told else ()
    audiences = tuple(dict.fromkeys((*earlier, *(audience.value for audience in ladder_audiences(before, fact)))))
    helper = fact.opd if fact.helper is not None else None
    told = {**before.told, key: NotifiedAudiences(was_due_at=fact.due_at, audiences=audiences, helper=helper)}
    case = before.with_(told=told)
    return announce(context, case, _ladder_notices(case, fact))


def handle_deadline_retracted(context: Context, fact: deadlines.DeadlineRetracted) -> CaseChange:
    """Take a breach back from all who heard of it, except from citizens."""
    case = context.case
    told = case.told.get(f"{fact.clock}:{fact.run}")
    planned = []
    for audience in map(Audience, told.audiences if told else ()):
        if told and audience is not Audience.CITIZEN:
            code = told.helper or case.opd
            values: dict[str, Any] = {"opd": code, "clock": fact.clock, "was_due": told.was_due_at.isoformat()}
            values |= {"helps": True} if told.helper else {}
            opd = code if audience.of_an_opd else None
            planned.append(PlannedNotice(audience, NoticeKind.RETRACTED, values, opd=opd))
    return announce(context, case, planned)


def _ladder_notices(
    case: CaseState, fact: deadlines.DeadlineApproaching | deadlines.Escalated
) -> Iterable[PlannedNotice]:
    early = isinstance(fact, deadlines.DeadlineApproaching)
    opd = fact.opd or case.opd
    for audience in ladder_audiences(case, fact):
        near = audience.of_an_opd or audience is Audience.ADMIN
        kind = NoticeKind.APPROACHING if early else NoticeKind.BREACHED if near else NoticeKind.ESCALATED
        values = {"opd": opd, "clock": fact.clock, "level": fact.level, "was_due": fact.due_at.isoformat()}
        values |= {"helps": True} if fact.helper is not None else {}
        if audience is Audience.CITIZEN:
            kind = NoticeKind.OMBUDSMAN
            if case.class_ == "information":
                values["variant"] = "information"
            if fact.clock == "appeal":
                values["variant"] = "appeal"
        yield PlannedNotice(audience, kind, values, opd=opd if audience.of_an_opd else None)


def _with_help_due(case: CaseState, fact: deadlines.DeadlineSet | deadlines.DeadlineMoved) -> CaseState:
    """Return ``case`` with the due time of a helper's part."""
    if fact.clock != "resolve" or fact.opd is None:
        return case
    return case.with_(help_due={**case.help_due, fact.opd: fact.due_at})


def _with_clock(case: CaseState, name: Clock, run: int, **changes: object) -> CaseState:
    """Return ``case`` with a changed clock, or as it is when ``run`` is not the clock's present run."""
    running = case.clocks.get(name)
    if running is None or running.run != run:
        return case
    return case.with_(clocks={**case.clocks, name: running.model_copy(update=changes)})
