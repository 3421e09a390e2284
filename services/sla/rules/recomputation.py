"""The recomputation of a case's deadlines, after another calendar or other policies came into force."""

from __future__ import annotations

from services.sla.rules.commands import Recompute
from services.sla.rules.context import Context
from services.sla.state import CaseClocks
from shared.pipeline import Change


def recompute(context: Context, command: Recompute) -> Change[CaseClocks]:
    """Compute every running deadline again. The answer is the number of due times that moved."""
    draft = context.unsettled_draft()
    return draft.change(answer=draft.recompute(command.reason))
