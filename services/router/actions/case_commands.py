"""Commands on cases: composed for their caller, and carried out once however often the caller repeats them."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from services.router import store
from services.router.errors import NoSuchCase
from services.router.rules.commands import (
    Archive,
    Ask,
    AskFromDesk,
    Assign,
    CallCitizen,
    CaseCommand,
    Close,
    DecideAppeal,
    Merge,
    OpdCommand,
    Reclassify,
    Release,
    ReviewEvidence,
    TakeBack,
    Unmerge,
)
from services.router.rules.commands_help import AddHelper, AskHelp, EndHelp, RemoveHelper
from services.router.rules.commands_referral import Refer
from services.router.rules.commands_release import ReleaseFile
from services.router.rules.commands_sp4n import DecideNews
from services.router.rules.commands_team import HandOver, WriteNote
from shared.canonical import digest_of_command
from shared.errors import Forbidden
from shared.pipeline import Claim
from shared.runtime.running import Running
from shared.web.keys import Key

# The roles of the desks. Each other role acts for an OPD.
DESK_ROLES: Final = ("koordinator", "arbiter")
KOORDINATOR: Final = "koordinator"
ARBITER: Final = "arbiter"
# The arbiter settles whose work a case is. These decisions about a case stay with the koordinator, on every way in.
ONLY_KOORDINATOR: Final = frozenset(
    (AddHelper, Archive, CallCitizen, Close, DecideNews, Merge, Reclassify, Release, ReleaseFile, RemoveHelper, Unmerge)
)

# The roles above the OPDs and the triage desk, and the decisions that are theirs alone.
ABOVE: Final = ("supervisor", ARBITER)
ONLY_ABOVE: Final[frozenset[type[CaseCommand]]] = frozenset((DecideAppeal, ReviewEvidence))


class AccountNeeded(Forbidden):
    """A person with an account decides, for whoever answered or closed must not."""

    message = "Keberatan dan bukti hanya diputus oleh orang yang masuk dengan akunnya sendiri."


@dataclass(frozen=True, slots=True)
class CommandResult:
    """The result of a command on a case.

    ``case``: the name by which the caller called the case. ``answer``: the case after the command, as the rules tell it.
    ``repeated``: the same request was carried out before.
    """

    key: UUID
    case: str
    repeated: bool
    answer: Mapping[str, Any]


def compose_opd_command(kind: type[OpdCommand], caller: Key, values: Mapping[str, Any]) -> OpdCommand:
    """Return a command of the OPD for which the caller acts."""
    return kind(opd=caller.opd or "", **values)


def compose_arbitrable(kind: type[Assign | TakeBack | Refer], caller: Key, values: Mapping[str, Any]) -> CaseCommand:
    """Return a command of a desk that may do more if the arbiter gives it."""
    return kind(arbiter=caller.role == ARBITER, **values)


def compose_question(
    caller: Key, question: str, *, revision: int | None, assignment_id: UUID | None
) -> Ask | AskFromDesk:
    """Return the command that asks the citizen, from the caller's desk or from the caller's OPD."""
    if caller.role in DESK_ROLES:
        return AskFromDesk(question=question, revision=revision)
    return Ask(opd=caller.opd or "", question=question, revision=revision, assignment_id=assignment_id)


def compose_call_for_help(caller: Key, helper: str, task: str, *, revision: int | None) -> AskHelp | AddHelper:
    """Return the command that asks an OPD to help, from the desk or from the OPD that has the case."""
    if caller.role == KOORDINATOR:
        return AddHelper(helper=helper, task=task, revision=revision)
    return AskHelp(opd=caller.opd or "", helper=helper, task=task, revision=revision)


def compose_end_of_help(caller: Key, helper: str, reason: str, *, revision: int | None) -> EndHelp | RemoveHelper:
    """Return the command that goes on without a helper, from the desk or from the OPD that has the case."""
    if caller.role == KOORDINATOR:
        return RemoveHelper(helper=helper, reason=reason, revision=revision)
    return EndHelp(opd=caller.opd or "", helper=helper, reason=reason, revision=revision)


async def find_key(running: Running[Any], name: str) -> UUID | None:
    """Return the complaint id for an id or a ticket, or None if no case has the ticket."""
    return await store.find_key(running.pool, name)


async def carry_out(
    running: Running[Any], case: str, command: CaseCommand, caller: Key, token: str | None = None
) -> CommandResult:
    """Carry out a command on the case with this complaint id or ticket.

    ``token``: the Idempotency-Key. A repeat by the same caller with the same token gets the first answer.
    Raise NoSuchCase, or what the rules refuse the command with.
    """
    key = await store.find_key(running.pool, case)
    if key is None:
        raise NoSuchCase
    return await _carry_out_with(running, case, command, caller, token, key, _others(command))


async def merge(
    running: Running[Any], case: str, into: str, caller: Key, *, revision: int | None, token: str | None
) -> CommandResult:
    """Join the case to the case ``into``, an id or a ticket. Raise NoSuchCase if either is unknown."""
    survivor = await store.find_key(running.pool, into)
    if survivor is None:
        raise NoSuchCase
    return await carry_out(running, case, Merge(into=survivor, revision=revision), caller, token)


async def unmerge(
    running: Running[Any], case: str, caller: Key, *, revision: int | None, token: str | None
) -> CommandResult:
    """Separate the case from the case that it was joined to. Both are locked in the same step."""
    found = await store.find_case(running.pool, case)
    survivor = found.case.merged_into if found is not None else None
    key = await store.find_key(running.pool, case)
    if key is None:
        raise NoSuchCase
    others = (survivor,) if survivor is not None else ()
    return await _carry_out_with(running, case, Unmerge(revision=revision), caller, token, key, others)


def _others(command: CaseCommand) -> tuple[UUID, ...]:
    """Return the keys beside the case's own that a command concerns: another case, or the accounts that get mail."""
    match command:
        case Merge():
            return (command.into,)
        case WriteNote():
            return tuple(one.account for one in command.told)
        case HandOver():
            return (command.to.account,)
    return ()


async def _carry_out_with(
    running: Running[Any],
    case: str,
    command: CaseCommand,
    caller: Key,
    token: str | None,
    key: UUID,
    others: tuple[UUID, ...],
) -> CommandResult:
    """Carry out a command that locks the case and the other keys that it concerns.

    Raise Forbidden for a decision that is not the caller's.
    """
    if type(command) in ONLY_KOORDINATOR and caller.role != KOORDINATOR:
        raise Forbidden
    if type(command) in ONLY_ABOVE and caller.role not in ABOVE:
        raise Forbidden
    if type(command) in ONLY_ABOVE and not caller.person:
        raise AccountNeeded
    keys = tuple(dict.fromkeys((key, *others)))
    claim = None
    if token:
        # Earlier releases stored this digest of the command's text. We still accept it for a repeat.
        before = hashlib.sha256(f"{key}:{command!r}".encode()).hexdigest()
        claim = Claim(f"act:{caller.id}", token, digest_of_command(command, str(key)), {"ticket": case}, (before,))
    done = await running.do(command, keys=keys, actor=caller.actor, claim=claim)
    return CommandResult(key=key, case=case, repeated=done.repeat, answer=done.answer or {})
