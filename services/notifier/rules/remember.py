"""Changes that a fact makes to the notifier's state of a complaint."""

from collections.abc import Mapping
from uuid import UUID

from services.notifier.rules.whom import roles_told
from services.notifier.state import CaseState, Running, Told
from shared.events import cases, deadlines
from shared.events.fact import Clock, Fact

ENDED = ("closed", "archived", "referred", "merged", "resolved")


def remembered(case: CaseState, fact: Fact) -> CaseState:
    """Return the complaint's state after ``fact``. A fact without meaning for the notifier changes nothing."""
    match fact:
        case cases.Opened():
            return case.with_(
                ticket=fact.ticket,
                urgent=fact.priority == "urgent",
                topic=fact.topic,
                place=fact.place,
                quiet=fact.state in ENDED,
                imported_at=fact.imported_at,
                history=fact.history,
                contacts=_joined(case.contacts, fact.contacts),
            )
        case cases.Assigned():
            return case.with_(opd=fact.opd, urgent=fact.priority == "urgent", topic=fact.topic or case.topic)
        case cases.Declined() | cases.TakenBack():
            return case.with_(opd=None)
        case cases.Triaged() if fact.reopened:
            return case.with_(opd=None, quiet=False)
        case cases.Reopened():
            return case.with_(opd=fact.opd, urgent=fact.priority == "urgent", quiet=False)
        case cases.Reclassified():
            return case.with_(urgent=fact.priority == "urgent", topic=fact.topic, place=fact.place)
        case cases.MergedFrom():
            return case.with_(contacts=_joined(case.contacts, fact.contacts))
        case cases.UnmergedFrom():
            return case.with_(contacts=tuple(one for one in case.contacts if one not in fact.contacts))
        case _:
            return case.with_(clocks=_clocks(case.clocks, fact), told=_told(case, fact))


def linked(case: CaseState, ticket: str, contact: UUID) -> CaseState:
    """Return the state with ``contact`` added. The link may arrive before the complaint's own first fact."""
    return case.with_(ticket=case.ticket or ticket, contacts=_joined(case.contacts, (contact,)))


def _joined(old: tuple[UUID, ...], new: tuple[UUID, ...]) -> tuple[UUID, ...]:
    return tuple(dict.fromkeys((*old, *new)))


def _clocks(clocks: Mapping[Clock, Running], fact: Fact) -> Mapping[Clock, Running]:
    match fact:
        case deadlines.DeadlineSet():
            return {**clocks, fact.clock: Running(run=fact.run, started_at=fact.started_at, due_at=fact.due_at)}
        case deadlines.DeadlineMoved():
            return _updated(clocks, fact.clock, fact.run, due_at=fact.due_at)
        case deadlines.DeadlinePaused():
            return _updated(clocks, fact.clock, fact.run, paused=True)
        case deadlines.DeadlineResumed():
            return _updated(clocks, fact.clock, fact.run, due_at=fact.due_at, paused=False)
        case deadlines.DeadlineMet() | deadlines.DeadlineEnded():
            running = clocks.get(fact.clock)
            if running is None or running.run != fact.run:
                return clocks
            return {name: clock for name, clock in clocks.items() if name != fact.clock}
        case _:
            return clocks


def _updated(clocks: Mapping[Clock, Running], name: Clock, run: int, **changes: object) -> Mapping[Clock, Running]:
    running = clocks.get(name)
    if running is None or running.run != run:
        return clocks
    return {**clocks, name: running.model_copy(update=changes)}


def _told(case: CaseState, fact: Fact) -> Mapping[str, Told]:
    if not isinstance(fact, deadlines.Escalated):
        return case.told
    key = f"{fact.clock}:{fact.run}"
    before = case.told[key].audiences if key in case.told else ()
    audiences = tuple(dict.fromkeys((*before, *(audience.value for audience in roles_told(case, fact)))))
    return {**case.told, key: Told(was_due_at=fact.due_at, audiences=audiences)}
