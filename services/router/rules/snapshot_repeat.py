"""The daily repeat of snapshots, so that an OPD that was away catches up."""

from __future__ import annotations

from services.router.rules.context import Context
from services.router.state import OPEN, Case
from shared.pipeline import Change, Tick


def repeat_snapshots(context: Context, _tick: Tick) -> Change[Case]:
    """Send the snapshots of a case again if they are due.

    The snapshot of an open case goes to its OPD. A withdrawn snapshot goes for 30 days to each OPD that lost the case.
    """
    draft = context.draft()
    case = draft.case
    if case.due is None or case.due > draft.now:
        return Change()
    live = tuple(left for left in case.left if left.until > draft.now)
    draft.set(left=live, due=None)
    for left in live:
        draft.withdraw_again(left)
    if case.opd is not None and case.state in OPEN:
        draft.send_snapshot()
    return draft.change()
