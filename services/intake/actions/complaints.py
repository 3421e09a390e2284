"""The reading of a complaint and the acts on it, for citizens, adapters and operators."""

from __future__ import annotations

from typing import Any

from services.intake import store
from services.intake.actions.running import RunningIntake
from services.intake.errors import Behind, NothingHere
from services.intake.rules.commands import Erase, SendLinkAgain
from services.intake.rules.commands_citizen import CitizenAct
from services.intake.store import FoundComplaint
from services.intake.tickets import parse_ticket
from shared.pipeline import Attempt, Claim
from shared.steady import steady
from shared.web.reads import note_read


async def find_complaint(intake: RunningIntake, written: str) -> FoundComplaint | None:
    """Return the complaint of a ticket, in whatever spelling a person wrote the ticket, or None."""
    ticket = parse_ticket(written)
    return await store.by_ticket(intake.pool, ticket) if ticket else None


def check_lookup(
    intake: RunningIntake, address: str, found: FoundComplaint | None, *, wrong: bool = False
) -> FoundComplaint:
    """Return the complaint found for a caller who shows only a ticket, or a ticket with a ``wrong`` secret.

    Failed look-ups count against the caller's ``address``, so that nobody can guess tickets.
    Raise NothingHere when nothing was found, and TooMany when this address has failed too often.
    Callers with a valid secret link or adapter key must not pass through this function.
    Otherwise a stranger at the same address could lock them out.
    """
    intake.lookups.check(address)
    if found is None or wrong:
        intake.lookups.spend(address)
    if found is None:
        raise NothingHere
    return found


async def find_own(intake: RunningIntake, written: str, secret: str, address: str) -> FoundComplaint:
    """Return the complaint of a secret link. Raise NothingHere, or TooMany after too many wrong links."""
    found = await find_complaint(intake, written)
    if found is not None and intake.identities.opens(found.key, secret):
        return found
    check_lookup(intake, address, found, wrong=True)
    raise NothingHere


async def note_adapter_read(intake: RunningIntake, found: FoundComplaint, actor: str) -> None:
    """Record that an adapter read the personal data of a complaint that it had filed."""
    await note_read(intake.pool, actor, found.key, "filed by this adapter")


async def act_by_form(intake: RunningIntake, found: FoundComplaint, command: CitizenAct, token: str | None) -> None:
    """Do an act that a citizen sent with a form. The same ``token`` is one act.

    Raises Refused when the act does not fit the complaint or cannot be stored now.
    """
    claim = Claim(f"act:{found.key}", token) if token else None
    await intake.running.do(command, keys=(found.key,), actor="citizen", claim=claim)


async def act_by_program(
    intake: RunningIntake,
    found: FoundComplaint,
    command: CitizenAct,
    *,
    actor: str,
    token: str,
    digests: tuple[str, ...],
) -> Attempt:
    """Do a citizen's act for a program. The same ``token`` with the same digest is one act.

    Raises ClaimConflict for another digest, and Refused when the act does not fit or cannot be stored now.
    """
    claim = None
    if token:
        answer = {"ticket": found.complaint.ticket}
        claim = Claim(f"act:{found.key}", token, digests[0], answer, digests[1:])
    return await intake.running.do(command, keys=(found.key,), actor=actor, claim=claim)


async def send_link_again(intake: RunningIntake, found: FoundComplaint) -> None:
    """Ask that the reporter gets the secret link again. Nobody is told whether there is a contact to send it to."""
    async with steady():
        await intake.running.do(SendLinkAgain(), keys=(found.key, *found.complaint.contacts), actor="citizen")


async def erase_complaint(intake: RunningIntake, ticket: str, why: str) -> Any:
    """Erase a complaint and its contacts on an operator's order, and return the answer of the rules.

    Raises NothingHere for a ticket that is none of ours.
    """
    found = await find_complaint(intake, ticket)
    if found is None:
        raise NothingHere
    await note_read(intake.pool, "operator", found.key, f"erased: {why}")
    try:
        return await _erase(intake, found)
    except Behind:
        # Somebody began to follow the complaint at this moment.
        return await _erase(intake, await find_complaint(intake, ticket) or found)


async def _erase(intake: RunningIntake, found: FoundComplaint) -> Any:
    keys = (found.key, *found.complaint.contacts, *found.complaint.followers)
    return (await intake.running.do(Erase(), keys=keys, actor="operator")).answer
