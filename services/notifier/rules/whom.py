"""Recipients of each fact: one rule for each fact of a case or a clock that somebody must be told about."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from services.notifier.kinds import Audience, Kind
from services.notifier.state import CaseState
from shared.events import cases, deadlines
from shared.events.fact import Fact


@dataclass(frozen=True, slots=True)
class Telling:
    """A notice before it has recipients. ``own_act`` marks the answer to a citizen's own act: it goes out at once."""

    audience: Audience
    kind: Kind
    values: Mapping[str, Any] = field(default_factory=dict)
    own_act: bool = False
    opd: str | None = None


def tellings(case: CaseState, fact: Fact) -> tuple[Telling, ...]:
    """Return the notices that follow from ``fact``. ``case`` is the state after ``fact``.

    A case that had ended before it came to us (``quiet``) has none.
    """
    rule = _RULES.get(type(fact))
    return tuple(rule(case, fact)) if rule and not case.quiet else ()


def roles_told(case: CaseState, fact: deadlines.DeadlineApproaching | deadlines.Escalated) -> tuple[Audience, ...]:
    """Return the ladder's roles as audiences.

    While no OPD has the case, the admin koordinator takes the place of its officer and head.
    """
    opd = fact.opd or case.opd
    found = [_ROLES[role] for role in fact.to]
    return tuple(dict.fromkeys(Audience.ADMIN if role.of_an_opd and not opd else role for role in found))


_ROLES = {
    "officer": Audience.OFFICER,
    "head": Audience.HEAD,
    "inspektorat": Audience.INSPEKTORAT,
    "sekda": Audience.SEKDA,
    "governor": Audience.GOVERNOR,
    "citizen": Audience.CITIZEN,
    "triage": Audience.ADMIN,
}


def _citizen(kind: Kind, *, own_act: bool = False, **values: Any) -> Telling:
    return Telling(Audience.CITIZEN, kind, values, own_act=own_act)


def _officer(case: CaseState, kind: Kind, opd: str | None = None, **values: Any) -> Iterable[Telling]:
    code = opd or case.opd
    return (Telling(Audience.OFFICER, kind, {"opd": code, **values}, opd=code),) if code else ()


def _opened(_case: CaseState, _fact: cases.Opened) -> Iterable[Telling]:
    yield _citizen(Kind.ACKNOWLEDGED, own_act=True)


def _assigned(case: CaseState, fact: cases.Assigned) -> Iterable[Telling]:
    yield _citizen(Kind.ASSIGNED, opd=fact.opd)
    yield from _officer(case, Kind.ASSIGNED, fact.opd, urgent=fact.priority == "urgent")


def _taken_back(case: CaseState, fact: cases.TakenBack) -> Iterable[Telling]:
    """Tell the citizen, and the officer of the OPD that has lost the case."""
    came_from = "referral" if fact.state == "referred" else "opd" if fact.opd else "question"
    yield _citizen(Kind.TAKEN_BACK, opd=fact.opd, came_from=came_from, reason=fact.reason, given=fact.to is not None)
    if fact.opd:
        yield from _officer(case, Kind.TAKEN_BACK, fact.opd, reason=fact.reason)


def _progressed(_case: CaseState, fact: cases.Progressed) -> Iterable[Telling]:
    if fact.public:
        yield _citizen(Kind.PROGRESSED, opd=fact.opd, answer=fact.text)


def _info_requested(_case: CaseState, fact: cases.InfoRequested) -> Iterable[Telling]:
    yield _citizen(Kind.INFO_REQUESTED, opd=fact.opd, question=fact.question)


def _info_received(case: CaseState, fact: cases.InfoReceived) -> Iterable[Telling]:
    if fact.again:
        yield _citizen(Kind.REOPENED, own_act=True, answered=True)
    if fact.answered:
        yield from _officer(case, Kind.INFO_RECEIVED)


def _replied(_case: CaseState, fact: cases.Replied) -> Iterable[Telling]:
    """Answer the first reply that waits for a person, and tell the admin koordinator. Later ones get no answer.

    For a resolved case the answer also asks the citizen whether it is solved.
    """
    if fact.waiting == 1:
        yield _citizen(Kind.REPLIED, own_act=True, asks=fact.state == "resolved")
        yield Telling(Audience.ADMIN, Kind.REPLIED)


def _reply_handled(_case: CaseState, fact: cases.ReplyHandled) -> Iterable[Telling]:
    if fact.outcome == "asked" or fact.answer:
        yield _citizen(Kind.REPLY_HANDLED, asks=fact.outcome == "asked", answer=fact.answer)


def _put_off(_case: CaseState, fact: cases.PutOff) -> Iterable[Telling]:
    """Tell the citizen the date to which the case is put off, or that the OPD goes on earlier than that date."""
    if fact.ended:
        yield _citizen(Kind.CONTINUED, opd=fact.opd, reason=fact.reason)
        return
    yield _citizen(Kind.PUT_OFF, opd=fact.opd, until=fact.until.isoformat(), reason=fact.reason)


def _resolved(_case: CaseState, fact: cases.Resolved) -> Iterable[Telling]:
    yield _citizen(Kind.RESOLVED, opd=fact.opd, answer=fact.answer)


def _closed(_case: CaseState, fact: cases.Closed) -> Iterable[Telling]:
    yield _citizen(Kind.CLOSED, own_act=fact.by == "citizen", closed_by=fact.by, reason=fact.reason)


def _reopened(case: CaseState, fact: cases.Reopened) -> Iterable[Telling]:
    yield _citizen(Kind.REOPENED, own_act=True, opd=fact.opd)
    yield from _officer(case, Kind.REOPENED, fact.opd)


def _referred(_case: CaseState, fact: cases.Referred) -> Iterable[Telling]:
    yield _citizen(Kind.REFERRED, to=fact.to, reason=fact.reason, next_step=fact.next_step)


def _archived(_case: CaseState, fact: cases.Archived) -> Iterable[Telling]:
    yield _citizen(Kind.ARCHIVED, own_act=fact.reason == "withdrawn", archived=fact.reason, note=fact.note)


def _merged(_case: CaseState, fact: cases.Merged) -> Iterable[Telling]:
    yield _citizen(Kind.MERGED, survivor=fact.into_ticket)


def _ladder(case: CaseState, fact: deadlines.DeadlineApproaching | deadlines.Escalated) -> Iterable[Telling]:
    early = isinstance(fact, deadlines.DeadlineApproaching)
    opd = fact.opd or case.opd
    for audience in roles_told(case, fact):
        near = audience.of_an_opd or audience is Audience.ADMIN
        kind = Kind.APPROACHING if early else Kind.BREACHED if near else Kind.ESCALATED
        values = {"opd": opd, "clock": fact.clock, "level": fact.level, "was_due": fact.due_at.isoformat()}
        if audience is Audience.CITIZEN:
            kind = Kind.OMBUDSMAN
        yield Telling(audience, kind, values, opd=opd if audience.of_an_opd else None)


def _retracted(case: CaseState, fact: deadlines.DeadlineRetracted) -> Iterable[Telling]:
    told = case.told.get(f"{fact.clock}:{fact.run}")
    for audience in map(Audience, told.audiences if told else ()):
        if told and audience is not Audience.CITIZEN:
            values = {"opd": case.opd, "clock": fact.clock, "was_due": told.was_due_at.isoformat()}
            yield Telling(audience, Kind.RETRACTED, values, opd=case.opd if audience.of_an_opd else None)


_RULES: dict[type[Fact], Callable[[CaseState, Any], Iterable[Telling]]] = {
    cases.Opened: _opened,
    cases.Assigned: _assigned,
    cases.TakenBack: _taken_back,
    cases.Progressed: _progressed,
    cases.InfoRequested: _info_requested,
    cases.InfoReceived: _info_received,
    cases.Replied: _replied,
    cases.ReplyHandled: _reply_handled,
    cases.PutOff: _put_off,
    cases.Resolved: _resolved,
    cases.Closed: _closed,
    cases.Reopened: _reopened,
    cases.Referred: _referred,
    cases.Archived: _archived,
    cases.Merged: _merged,
    deadlines.DeadlineApproaching: _ladder,
    deadlines.Escalated: _ladder,
    deadlines.DeadlineRetracted: _retracted,
}
