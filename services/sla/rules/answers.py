"""The answers of an OPD: an acceptance, a message about progress, a resolution."""

from __future__ import annotations

from typing import Final

from services.sla.rules.context import Context
from services.sla.rules.draft import CLOCKS
from services.sla.rules.halts import release_all
from services.sla.state import CaseClocks
from shared.events import cases
from shared.pipeline import Change

# The outcomes that say "not yet, because": every figure counts them as honest answers.
HONEST: Final = frozenset({"explained", "scheduled", "not_possible"})


def accept(context: Context, fact: cases.Accepted) -> Change[CaseClocks]:
    """Count an acceptance as an answer only if the OPD had already answered in the system that the case comes from."""
    draft = context.draft()
    if fact.answered:
        draft.count_answer(fact.opd)
    return draft.change()


def progress(context: Context, fact: cases.Progressed) -> Change[CaseClocks]:
    """Count the first public message of the OPD as its answer. Internal messages do not count."""
    draft = context.draft()
    if fact.public:
        draft.count_answer(fact.opd)
    return draft.change()


def resolve(context: Context, fact: cases.Resolved) -> Change[CaseClocks]:
    """Count the resolution as an answer, end all other clocks, and start `silence`: the citizen must respond now.

    A promise is an answer, but no solution: `resolve` runs on, and no `silence` may close the case before the day.
    """
    draft = context.draft()
    draft.count_answer(fact.opd)
    promised = fact.until if fact.outcome == "scheduled" else None
    honest = fact.outcome in HONEST
    draft.ask(fact.opd, late=draft.is_late("resolve"), promised=promised is not None, honest=honest)
    draft.set(promised=promised)
    if draft.case.promised is not None:
        draft.end([clock for clock in CLOCKS if clock != "resolve"], "resolved")
        release_all(draft)
        return draft.change()
    draft.meet("resolve")
    draft.end([clock for clock in CLOCKS if clock != "silence"], "resolved")
    release_all(draft)
    draft.start("silence", "resolved")
    return draft.change()
