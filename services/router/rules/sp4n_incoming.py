"""The rules for what the live connection reads in SP4N. What follows is what a later import would make of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from services.router.rules.commands_sp4n import TakeFromSp4n
from services.router.rules.context import Context
from services.router.rules.draft import Draft
from services.router.rules.sp4n_changes import follow_move, protect
from services.router.rules.sp4n_status import follow_status
from services.router.state import Case
from shared.pipeline import Change
from shared.sp4n import meaning_of

FOLLOWED_UP: Final = "sp4n.followed_up"
# These say what SP4N already has. Status and agency there are old until they have arrived.
_CHANGING: Final = frozenset(("complaint", "moved", "question", "resumed", "closed", "archived", "referral"))


def take_from_sp4n(context: Context, command: TakeFromSp4n) -> Change[Case]:
    """Take over flags, follow-ups, agency and status from SP4N.

    What we wrote there ourselves is no news. While a change of ours is on its way, status and agency are left alone.
    """
    draft = context.draft()
    there = draft.case.in_sp4n
    if there is None or there.id != command.tracking_id:
        return Change(answer={"taken": False})
    protect(draft, anonim=command.anonim, rahasia=command.rahasia)
    _note_followups(draft, command)
    case = draft.case
    under_way = case.copied != command.copied or any(copy.what in _CHANGING for copy in case.copies)
    if not under_way:
        _follow(draft, command, context)
    return replace(draft.change(), answer={"taken": not under_way})


def _follow(draft: Draft, command: TakeFromSp4n, context: Context) -> None:
    there = draft.case.in_sp4n
    if there is None:
        return
    state, by = meaning_of(command.status) or (None, None)
    moved = command.opd is not None and command.opd != there.opd
    now = there.model_copy(
        update={"status": state, "status_text": command.status, "by": by, "opd": command.opd or there.opd}
    )
    draft.set(sp4n_polled=command.status)
    if moved:
        draft.case = draft.case.with_sp4n(there.model_copy(update={"opd": command.opd}))
        if draft.case.state in ("verification", "assigned", "in_progress", "awaiting_citizen", "resolved"):
            follow_move(draft, now)
    if command.status == there.status_text:
        return
    if command.status_by_us or state is None:
        draft.case = draft.case.with_sp4n(now)
    else:
        follow_status(draft, now, context.closing)


def _note_followups(draft: Draft, command: TakeFromSp4n) -> None:
    """Show officers each follow-up that others wrote in SP4N since we last read there."""
    cursor = draft.case.sp4n_cursor or ""
    new = sorted((one for one in command.followups if one.cursor > cursor), key=lambda one: one.cursor)
    if not new:
        return
    for one in new:
        if not one.ours:
            draft.note(FOLLOWED_UP, one.who, one.text)
    draft.set(sp4n_cursor=new[-1].cursor)
