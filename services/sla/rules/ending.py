"""The end of a case: it is closed, referred, archived, joined to another case, or erased."""

from __future__ import annotations

from services.sla.rules.context import Context
from services.sla.rules.draft import CLOCKS, ClockDraft
from services.sla.rules.halts import release_all
from services.sla.rules.helping import end_every_help
from services.sla.state import UNOWNED, CaseClocks
from shared.events import cases, cases_merged
from shared.pipeline import Change


def close(context: Context, fact: cases.Closed) -> Change[CaseClocks]:
    """End every clock of a case that is closed. Its citizen is asked, also if no answer of an OPD came before."""
    draft = context.draft()
    if draft.case.question is None and not draft.case.history:
        draft.ask(draft.case.opd or UNOWNED, unanswered=True)
    if fact.by == "silence":
        draft.note_after(silent=True)
    return _end(draft, "closed")


def refer(context: Context, _fact: cases.Referred) -> Change[CaseClocks]:
    """End every clock of a case that goes to an authority outside the province."""
    return _end_case(context, "referred")


def archive(context: Context, _fact: cases.Archived) -> Change[CaseClocks]:
    """End every clock of a case that needs no answer."""
    return _end_case(context, "archived")


def merge(context: Context, _fact: cases_merged.Merged) -> Change[CaseClocks]:
    """End every clock of a case that is joined to another one."""
    return _end_case(context, "merged")


def erase(context: Context, _fact: cases.CaseErased) -> Change[CaseClocks]:
    """Replace the state by an empty, erased one. Later items of the case change nothing."""
    return Change(states={context.item.key: CaseClocks(erased=True)})


def _end_case(context: Context, outcome: str) -> Change[CaseClocks]:
    return _end(context.draft(), outcome)


def _end(draft: ClockDraft, outcome: str) -> Change[CaseClocks]:
    # A case that is closed once more still has its appeal to be decided.
    draft.end([clock for clock in CLOCKS if clock != "appeal" or outcome != "closed"], outcome)
    end_every_help(draft)
    release_all(draft)
    # An unmerged case goes on with its promise; every other end leaves none.
    if outcome != "merged":
        draft.set(promised=None)
    return draft.change()
