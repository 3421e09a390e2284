"""The time of an information request, which the law counts from its receipt and lets its OPD extend once (UU 14/2008)."""

from __future__ import annotations

from datetime import datetime

from services.sla.rules.context import Context
from services.sla.rules.draft import ClockDraft
from services.sla.state import CaseClocks
from shared.events.cases_answer import Extended
from shared.events.deadlines import DeadlinePaused
from shared.pipeline import Change


def extend(context: Context, _fact: Extended) -> Change[CaseClocks]:
    """Count the longer time from now on. How much longer it is stands in the policies."""
    draft = context.draft()
    draft.set(extended=True)
    draft.recompute("waktu menjawab diperpanjang satu kali dengan alasan tertulis")
    return draft.change()


def received_at(case: CaseClocks) -> datetime | None:
    """Return the receipt of an information request, from which `resolve` counts. None: the case is of another class."""
    runs = case.own_runs("verify")
    return runs[-1].started_at if case.class_ == "information" and runs else None


def start_anew(draft: ClockDraft) -> None:
    """End the live `resolve` run of a case whose class has changed, and start another one at the start of the new class.

    A case that was answered before keeps its start: its time began when it was reopened.
    """
    case, run = draft.case, draft.case.live("resolve")
    if run is None or any(other.outcome in {"met", "reopened"} for other in case.own_runs("resolve")):
        return
    assigned = [other.started_at for other in case.own_runs("respond") if other.started_at >= run.started_at]
    draft.start("resolve", since=received_at(case) or min(assigned, default=run.started_at))
    begun = draft.case.live("resolve")
    if begun is not None and draft.case.halted("resolve"):
        draft.facts.append(DeadlinePaused(clock="resolve", run=begun.run, at=draft.at))
