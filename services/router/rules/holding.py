"""The holding of a case that came with signs of misuse, until a person releases it or its time is over.

A held case stands in the state ``verification`` with its clocks running. It is on no desk's list but the koordinator's
list of held cases. Nothing is lost: when its time is over, the case is routed like any other.
"""

from __future__ import annotations

from datetime import timedelta

from services.router.errors import NotHeld
from services.router.labels import SUSPICION_LABELS
from services.router.routing import Decision
from services.router.rules.commands import Release
from services.router.rules.context import Context
from services.router.rules.desk import begin_desk_command
from services.router.rules.draft import Draft
from services.router.rules.placement import RULES, candidates_of, decide_case, put_at_desk, route
from services.router.state import Case
from shared.events import cases
from shared.pipeline import Change

SYSTEM = "system"


def hold_case(draft: Draft, decision: Decision, suspicions: tuple[str, ...], hours: int) -> None:
    """Put a new case before the koordinator instead of routing it. The time counts from when we heard the complaint."""
    words = ", ".join(SUSPICION_LABELS.get(code, code) for code in suspicions)
    reasons = (f"Ditahan untuk diperiksa petugas: {words}.", *decision.reasons)
    put_at_desk(draft, "triage", reasons, candidates_of(decision), actor=RULES)
    until = draft.at + timedelta(hours=hours)
    draft.set(held_until=until, due=until)


def release_case(context: Context, command: Release) -> Change[Case]:
    """Route a held case as if it had just arrived. Raise NotHeld if it is not held."""
    draft = begin_desk_command(context, command)
    if draft.case.held_until is None:
        raise NotHeld
    _go_on(draft, None)
    return draft.change(with_answer=True)


def release_overdue(draft: Draft) -> Change[Case]:
    """Route a held case whose time is over."""
    _go_on(draft, SYSTEM)
    return draft.change()


def _go_on(draft: Draft, actor: str | None) -> None:
    """Note who let the case go on, and route it. Without an ``actor`` it is the caller of the command."""
    draft.emit(cases.Noted(what="case.held", why="released"), actor)
    draft.set(held_until=None)
    route(draft, decide_case(draft.case, draft.model))
