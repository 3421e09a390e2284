"""The rules for a complaint that is open in SP4N. It goes on here in its state there, with clocks from its dates."""

from __future__ import annotations

from services.router.routing import Decision
from services.router.routing.agency_names import find_agency
from services.router.rules.draft import Draft
from services.router.rules.placement import assign_to_opd, candidates_of, put_at_desk, route
from shared.events import cases
from shared.events.fact import Candidate
from shared.events.submissions import External
from shared.reference import opds
from shared.sp4n import SP4N

ACTOR = "sp4n"


def continues_from_sp4n(external: External | None) -> bool:
    """Return whether the complaint comes from SP4N and is still open there."""
    return external is not None and external.system == SP4N and external.status not in (None, "closed", "archived")


def take_over(draft: Draft, decision: Decision, external: External) -> None:
    """Continue a complaint from its status in SP4N. Each event bears its date in SP4N.

    A fresh complaint is routed like any other. A complaint that SP4N already works on, or that is history, stays with
    the OPD that has it there. If that is none of ours, the OPD that the routing assigns gets it, or else triage.
    """
    received = draft.at if external.imported_at is None else min(draft.at, external.imported_at)
    filed = min(draft.case.filed_at or received, received)
    disposed = min(external.disposed_at or filed, received)
    followed_up = max(disposed, min(external.followed_up_at or disposed, received))
    if external.status in ("verification", "assigned") and not external.history:
        draft.at = disposed if external.status == "assigned" else received
        route(draft, decision)
        return
    draft.at = disposed
    code = _opd_of(decision, external)
    if code is not None and external.status != "verification":
        _keep_with_opd(draft, code, external)
    else:
        put_at_desk(draft, "triage", _reasons(decision, external), _candidates(decision, external), actor=ACTOR)
    draft.at = followed_up
    if external.status == "in_progress" and draft.case.state == "assigned":
        accept_in_sp4n(draft, answered=True)
    elif external.status == "awaiting_citizen":
        wait_in_sp4n(draft, external)


def _opd_of(decision: Decision, external: External) -> str | None:
    """Return the OPD that SP4N names, else the one that the routing assigns, else None."""
    return find_agency(external.opd) or (decision.opd if decision.outcome == "assign" else None)


def _keep_with_opd(draft: Draft, code: str, external: External) -> None:
    """Assign the case to an OPD, with the reason why."""
    there = find_agency(external.opd) == code
    why = f"SP4N-LAPOR! mendisposisikannya ke {opds()[code].name}." if there else "Ditetapkan dari isi aduan."
    assign_to_opd(draft, code, (why,), actor=ACTOR)


def accept_in_sp4n(draft: Draft, *, answered: bool) -> None:
    """Accept the assignment for an OPD that works on the case in SP4N already. Do nothing without an OPD."""
    case = draft.case
    if case.opd is None or case.assignment_id is None:
        return
    draft.set(state="in_progress")
    draft.emit(cases.Accepted(opd=case.opd, assignment_id=case.assignment_id, answered=answered), ACTOR)
    draft.send_snapshot()


def wait_in_sp4n(draft: Draft, external: External) -> None:
    """Wait for the citizen, whom SP4N has asked and who answers there.

    So no clock of silence runs here, and the OPD may go on at any time.
    """
    case = draft.case
    question = external.reason or "SP4N-LAPOR! meminta pelapor melengkapi keterangan."
    draft.set(before=case.state, state="awaiting_citizen", question=question, asked_in=SP4N, since=draft.at)
    draft.emit(cases.InfoRequested(opd=case.opd, question=question, asked_in=SP4N), ACTOR)
    draft.send_snapshot()


def stop_waiting(draft: Draft, why: str, *, answered: bool = False) -> None:
    """Wait no longer for the citizen. ``answered``: the citizen has answered."""
    state = draft.case.before or "verification"
    draft.set(state=state, before=None, question=None, asked_in=None)
    draft.emit(cases.InfoReceived(state=state, text=why, answered=answered), ACTOR)
    draft.send_snapshot()


def _reasons(decision: Decision, external: External) -> tuple[str, ...]:
    status = external.status_text or "tidak diketahui"
    return (f"Diambil alih dari SP4N-LAPOR! dengan status “{status}”.", *decision.reasons)


def _candidates(decision: Decision, external: External) -> tuple[Candidate, ...]:
    """Return at most three candidates: first the OPD that SP4N names, then those of the text."""
    code = find_agency(external.opd)
    given = (Candidate(authority="province", opd=code, confidence=0.5),) if code else ()
    found = [one for one in candidates_of(decision) if code is None or one.opd != code]
    return (*given, *found)[:3]
