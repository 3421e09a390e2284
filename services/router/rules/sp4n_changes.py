"""The rules for a complaint that was changed in SP4N: text, place, class, category, agency, or protection."""

from __future__ import annotations

from typing import Any

from services.router.routing.agency_names import find_agency
from services.router.rules.context import Context
from services.router.rules.draft import Draft
from services.router.rules.placement import assign_to_opd, decide_case, route
from services.router.rules.releasing import take_back_released
from services.router.rules.sp4n_news import add_news
from services.router.rules.sp4n_takeover import ACTOR
from services.router.state import OPEN, Case
from shared.events import cases
from shared.events.cases_elsewhere import SourceAmended
from shared.events.submissions import External, SourceChanged
from shared.pipeline import Change
from shared.reference import known_topic, opds
from shared.sp4n import SP4N


def amend_case(context: Context, fact: SourceChanged) -> Change[Case]:
    """Take over what changed in the other system.

    Keep what a person here has set. Anonymity and confidentiality are only added, never removed.
    """
    draft = context.draft()
    before = draft.case
    anonim = before.anonim or fact.anonim
    values: dict[str, Any] = {
        "anonim": anonim,
        "rahasia": before.rahasia or fact.rahasia,
        "reporter_name": None if anonim else fact.reporter_name,
        "text": fact.text,
        "title": fact.title,
        "source": fact.source,
        "filed_at": fact.filed_at,
        "external": fact.external,
        "category": fact.topic,
    }
    case = draft.set(**values, **_new_classification(before, fact))
    draft.emit(
        SourceAmended(system=fact.external.system, changed=fact.changed, anonim=case.anonim, rahasia=case.rahasia),
        ACTOR,
    )
    take_back_released(draft, before, ACTOR)
    if _classification(case) != _classification(before):
        draft.emit(_reclassified_event(case), ACTOR)
    if case.opd is not None:
        draft.send_snapshot()
    if "opd" in fact.changed and case.state in OPEN:
        follow_move(draft, fact.external)
    if {"text", "title", "place"} & set(fact.changed) and case.state == "verification" and case.desk == "triage":
        route(draft, decide_case(draft.case, draft.model))
    return draft.change()


def _new_classification(case: Case, fact: SourceChanged) -> dict[str, Any]:
    """Return those of class, topic and place that the other system changed and that no person here has set.

    The code of the place comes from place and text. An older intake does not send it.
    """
    changed: dict[str, Any] = {"place": fact.place}
    if fact.class_hint is not None:
        changed["class"] = fact.class_hint
    topic = known_topic(fact.topic)
    if topic is not None:
        changed["topic"] = topic
    columns = {"place": "place", "class": "class", "topic": "category"}
    fields = {"place": "place", "class": "class_", "topic": "topic"}
    taken = {
        fields[name]: value
        for name, value in changed.items()
        if columns[name] in fact.changed and name not in case.settled
    }
    if "place" not in case.settled and ("place" in fact.changed or fact.place_code is not None):
        taken["place_code"] = fact.place_code
    return taken


def _classification(case: Case) -> tuple[str | None, ...]:
    return case.class_, case.topic, case.place, case.place_code


def _reclassified_event(case: Case) -> cases.Reclassified:
    return cases.Reclassified(
        class_=case.class_,
        priority=case.priority,
        topic=case.topic,
        place=case.place,
        place_code=case.place_code,
        reason="Diubah di SP4N-LAPOR!.",
    )


def follow_move(draft: Draft, external: External) -> None:
    """Follow SP4N, which gave the complaint to another agency.

    Do nothing if the agency has the case already. Move the case if its OPD has not accepted it, its assignment does
    not bind, and the agency is ours. Otherwise put the news before a person.
    """
    case, code = draft.case, find_agency(external.opd)
    if code is not None and code == case.opd:
        return
    if case.state == "assigned" and not case.binding and code is not None:
        draft.withdraw()
        draft.set(transfers=case.transfers + 1)
        assign_to_opd(draft, code, (f"SP4N-LAPOR! memindahkannya ke {opds()[code].name}.",), actor=ACTOR)
        return
    add_news(draft, "moved_there", external, code)


def protect(draft: Draft, *, anonim: bool, rahasia: bool) -> None:
    """Add anonymity and confidentiality that were asked for in SP4N. Neither is ever removed."""
    case = draft.case
    added = {"anonim": anonim and not case.anonim, "rahasia": rahasia and not case.rahasia}
    if not any(added.values()):
        return
    now = draft.set(anonim=case.anonim or anonim, rahasia=case.rahasia or rahasia)
    draft.set(reporter_name=None if now.anonim else now.reporter_name)
    changed = tuple(name for name, new in added.items() if new)
    draft.emit(SourceAmended(system=SP4N, changed=changed, anonim=now.anonim, rahasia=now.rahasia), ACTOR)
    take_back_released(draft, case, ACTOR)
    if draft.case.opd is not None:
        draft.send_snapshot()
