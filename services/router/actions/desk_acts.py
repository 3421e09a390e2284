"""Acts of a desk beyond one command on one case: one command on many cases, and the undoing of the last act."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from services.router import store
from services.router.actions.case_commands import CommandResult, carry_out, unmerge
from services.router.rules.commands import CaseCommand, TakeBack, Unmerge
from services.router.state import Case
from services.router.store import CaseEvent
from shared.clean import clean_text
from shared.errors import Refused
from shared.runtime.running import Running
from shared.web.keys import Key

UNDO_WITHIN: Final = timedelta(minutes=1)
# What has an opposite command. An archived or closed case is reopened only by its reporter's words.
_UNDONE: Final = frozenset(("case.assigned", "case.referred", "case.info_requested", "case.merged"))
_REASON: Final = "Keputusan sebelumnya dibatalkan oleh petugas."


async def carry_out_on_many(
    running: Running[Any],
    chosen: Mapping[str, int | None],
    compose: Callable[[int | None], CaseCommand],
    caller: Key,
    token: str,
) -> tuple[int, int]:
    """Carry out a command on each chosen case, and return how many were done and how many refused.

    ``chosen``: the revision that the caller read, by ticket. ``compose``: makes the command for a revision.
    """
    done = refused = 0
    for ticket, revision in chosen.items():
        try:
            await carry_out(running, ticket, compose(revision), caller, f"{token}-{ticket}" if token else None)
        except Refused:
            # The case stays on the list, where the caller sees it as it is now.
            refused += 1
        else:
            done += 1
    return done, refused


def may_undo(last: CaseEvent | None, caller: Key, now: datetime) -> bool:
    """Return whether the last event of a case is an act of this caller that can still be undone."""
    return (
        last is not None
        and (last.type in _UNDONE or _tells_of_referral(last))
        and last.actor == caller.actor
        and timedelta() <= now - last.at <= UNDO_WITHIN
    )


def _tells_of_referral(last: CaseEvent) -> bool:
    """Return whether the event is the mail that follows a referral of the desk at once."""
    return last.type == "case.authority_told" and last.data.get("mail") is not None


@dataclass(frozen=True, slots=True)
class Saved:
    """A case that the caller has just decided. ``undo``: the caller can still undo it."""

    case: Case
    undo: bool


async def load_saved(running: Running[Any], name: str | None, caller: Key) -> Saved | None:
    """Return the case that the caller has just decided, by its ticket, or None."""
    found = await store.find_case(running.pool, clean_text(name)) if name else None
    if found is None:
        return None
    history = await store.read_history(running.pool, found.key)
    return Saved(found.case, may_undo(history[-1] if history else None, caller, running.clock.now()))


async def carry_out_here(
    running: Running[Any], case: str, command: CaseCommand, caller: Key, token: str | None
) -> CommandResult:
    """Carry out a command on a case. The separation of a joined case locks both cases."""
    if isinstance(command, Unmerge):
        return await unmerge(running, case, caller, revision=command.revision, token=token)
    return await carry_out(running, case, command, caller, token)


def opposite(last: CaseEvent, revision: int | None, *, arbiter: bool) -> CaseCommand:
    """Return the command that undoes what an event tells."""
    if last.type == "case.merged":
        return Unmerge(revision=revision)
    return TakeBack(reason=_REASON, arbiter=arbiter, revision=revision)
