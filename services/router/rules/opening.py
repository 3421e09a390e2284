"""The opening of a case from a submission, and its first routing."""

from __future__ import annotations

from datetime import datetime

from services.router.rules.context import Context
from services.router.rules.draft import Draft
from services.router.rules.files import take_files
from services.router.rules.holding import hold_case
from services.router.rules.placement import decide_case, route
from services.router.rules.sp4n_takeover import continues_from_sp4n, take_over
from services.router.state import Case
from shared.events import cases
from shared.events.fact import State
from shared.events.submissions import External, Submitted
from shared.pipeline import Change
from shared.reference import known_topic

_NEW = Case()


def open_case(context: Context, fact: Submitted) -> Change[Case]:
    """Open a case for a submission. An erased complaint stays blank.

    A complaint that had ended in SP4N opens ended, without assignment, clock or notice. One that is open in SP4N goes
    on in the state that it has there. Any other complaint is routed by its text. One with signs of misuse is held before,
    unless it tells of danger.
    """
    if context.case is not None:
        return Change()
    item = context.item
    external = fact.external
    state: State = external.status if external and external.status in ("closed", "archived") else "verification"
    case = _NEW.with_(
        ticket=fact.ticket,
        state=state,
        channel=fact.channel,
        source=fact.source,
        text=fact.text,
        title=fact.title,
        place=fact.place,
        anonim=fact.anonim,
        rahasia=fact.rahasia,
        reporter_name=fact.reporter_name,
        contacts=fact.contacts,
        wordless=fact.wordless,
        filed_at=fact.filed_at,
        place_code=fact.place_code,
        application=fact.application,
        category=fact.topic,
        position=fact.position,
        external=external,
        suspicions=fact.suspicions,
        since=item.at,
    )
    decision = decide_case(case, context.model)
    case = case.with_(
        topic=known_topic(fact.topic) or decision.topic,
        class_=fact.class_hint or decision.class_,
        priority=decision.priority,
    )
    draft = Draft(item, case, context.now, limits=context.limits, model=context.model)
    take_files(draft, fact.attachments)
    taken_over = external is not None and continues_from_sp4n(external)
    received = draft.at
    draft.at = min(fact.filed_at, received) if taken_over else received
    draft.emit(_opened_event(case, fact, external, received), "system")
    draft.at = received
    if external is not None and taken_over:
        take_over(draft, decision, external)
    elif state == "verification" and fact.suspicions and decision.priority != "urgent":
        hold_case(draft, decision, fact.suspicions, context.limits.hold_hours)
    elif state == "verification":
        route(draft, decision)
    return _first_change(draft)


def note_second_submission(context: Context, fact: Submitted) -> Change[Case]:
    """Note a submission whose case is open already."""
    draft = context.draft()
    draft.note(fact.TYPE, draft.case.state)
    return draft.change()


def _first_change(draft: Draft) -> Change[Case]:
    """Return the change with the new case as its state, even if nothing was set after it was drafted."""
    change = draft.change()
    return Change(states={draft.key: draft.case}, events=change.events)


def _opened_event(case: Case, fact: Submitted, external: External | None, received: datetime) -> cases.Opened:
    """Return the event that opens the case."""
    ended = case.state != "verification"
    goes_on = external is not None and continues_from_sp4n(external)
    return cases.Opened(
        ticket=case.ticket,
        state=case.state,
        channel=case.channel,
        source=case.source,
        class_=case.class_,
        priority=case.priority,
        topic=case.topic,
        place=case.place,
        place_code=case.place_code,
        anonim=case.anonim,
        rahasia=case.rahasia,
        contacts=case.contacts,
        filed_at=fact.filed_at,
        external_system=external.system if external else None,
        external_id=external.id if external else None,
        closed_by=external.by if external and ended else None,
        reason=external.reason if external and ended else None,
        imported_at=(external.imported_at or received) if external and goes_on else None,
        history=external.history if external and goes_on else False,
    )
