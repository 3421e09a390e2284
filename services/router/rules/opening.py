"""A submission becomes a case: whose work it is, at once where the text says it."""

from __future__ import annotations

from datetime import datetime

from services.router.routing import Decision, decide
from services.router.rules.draft import Draft
from services.router.state import Case
from shared.events import cases
from shared.events.fact import Candidate, Desk, State
from shared.events.submissions import External, Submitted
from shared.pipeline.change import Change, Item

RULES = "rules"
_NEW = Case()


def opened(item: Item, fact: Submitted, now: datetime) -> Change[Case]:
    """A new case; a row that had ended in SP4N opens ended: no assignment, no clock, no notice."""
    external = fact.external
    title = f"{fact.title}\n" if fact.title else ""
    decision = decide(title + fact.text, fact.place, given_to=external.opd if external else None)
    state: State = external.status if external and external.status in ("closed", "archived") else "verification"
    case = _NEW.with_(
        ticket=fact.ticket, state=state, channel=fact.channel, source=fact.source, text=fact.text, title=fact.title,
        place=fact.place, topic=fact.topic or decision.topic, class_=fact.class_hint or decision.class_,
        priority=decision.priority, anonim=fact.anonim, rahasia=fact.rahasia, reporter_name=fact.reporter_name,
        contacts=fact.contacts, attachments=fact.attachments,
        filed_at=fact.filed_at, external=external, since=item.at,
    )  # fmt: skip
    draft = Draft(item, case, now)
    draft.say(_opened(case, fact, external), "system")
    if state == "verification":
        _route(draft, decision)
    return _new(draft)


def _new(draft: Draft) -> Change[Case]:
    change = draft.change()
    return Change(states={draft.key: draft.case}, events=change.events)


def _opened(case: Case, fact: Submitted, external: External | None) -> cases.Opened:
    ended = case.state != "verification"
    return cases.Opened(
        ticket=case.ticket, state=case.state, channel=case.channel, source=case.source, class_=case.class_,
        priority=case.priority, topic=case.topic, place=case.place, anonim=case.anonim, rahasia=case.rahasia,
        contacts=case.contacts, filed_at=fact.filed_at,
        external_system=external.system if external else None, external_id=external.id if external else None,
        closed_by=external.by if external and ended else None, reason=external.reason if external and ended else None,
    )  # fmt: skip


def _route(draft: Draft, decision: Decision) -> None:
    if decision.outcome == "assign" and decision.opd:
        assign(draft, decision.opd, decision.reasons, actor=RULES)
    elif decision.outcome == "refer" and decision.authority and decision.to and decision.next_step:
        draft.set(state="referred", reasons=decision.reasons)
        reason = " ".join(decision.reasons)
        draft.say(
            cases.Referred(authority=decision.authority, to=decision.to, reason=reason, next_step=decision.next_step), RULES
        )
        draft.copy_to_sp4n("referral", f"{reason} {decision.next_step}")
    else:
        candidates = tuple(
            Candidate(authority=one.authority, opd=one.opd, confidence=one.confidence) for one in decision.alternatives
        )
        to_desk(draft, "triage", decision.reasons, candidates, actor=RULES)


def to_desk(
    draft: Draft, desk: Desk, reasons: tuple[str, ...], candidates: tuple[Candidate, ...], *, actor: str | None = None
) -> None:
    """Put it before a person."""
    draft.set(
        state="verification", desk=desk, reasons=reasons, candidates=candidates, opd=None, assignment_id=None, binding=False
    )
    draft.say(cases.Triaged(desk=desk, reasons=reasons, candidates=candidates), actor)


def assign(draft: Draft, code: str, reasons: tuple[str, ...], *, actor: str | None = None, binding: bool = False) -> None:
    """Give it to an OPD. What decided it also names the assignment, so that a history told again gives the same ids."""
    assignment_id = draft.item_id
    case = draft.set(
        state="assigned", opd=code, assignment_id=assignment_id, binding=binding, desk=None, reasons=reasons,
        candidates=(), before=None, since=draft.at, due_respond=None,
        left=tuple(one for one in draft.case.left if one.opd != code),
    )  # fmt: skip
    draft.say(
        cases.Assigned(
            assignment_id=assignment_id, opd=code, class_=case.class_, priority=case.priority, topic=case.topic, reasons=reasons,
            transfers=case.transfers, binding=binding,
        ),
        actor,
    )  # fmt: skip
    draft.send()
