"""The effect of time on a case.

Snapshots are repeated daily, a case whose promised day is over comes back, and a held case goes on.
"""

from __future__ import annotations

from services.router.rules.context import Context
from services.router.rules.endings import reopen_case
from services.router.rules.holding import SYSTEM, release_overdue
from services.router.state import OPEN, Case
from shared.pipeline import Change, Tick


def take_tick(context: Context, _tick: Tick) -> Change[Case]:
    """Return a case to its OPD if the promised day is over and the citizen has not confirmed. Repeat due snapshots.

    A held case whose time is over is routed.
    """
    draft = context.draft()
    held = draft.case.held_until
    if held is not None and held <= draft.now:
        return release_overdue(draft)
    ends = draft.case.promise_ends
    if ends is not None and ends <= draft.now:
        reopen_case(draft, promised=draft.case.promised_until, actor=SYSTEM)
        return draft.change()
    return repeat_snapshots(context, _tick)


def repeat_snapshots(context: Context, _tick: Tick) -> Change[Case]:
    """Send the snapshots of a case again if they are due.

    The snapshot of an open case goes to its OPD and to its helpers. A withdrawn snapshot goes for 30 days to each OPD
    that lost the case.
    """
    draft = context.draft()
    case = draft.case
    if case.due is None or case.due > draft.now:
        return Change()
    live = tuple(left for left in case.left if left.until > draft.now)
    draft.set(left=live, due=None)
    for left in live:
        draft.withdraw_again(left)
    if case.missing or (case.opd is not None and case.state in OPEN):
        draft.send_snapshot()
    return draft.change()
