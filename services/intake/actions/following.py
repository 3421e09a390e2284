"""The following of another person's complaint: begun on a page, ended by the follower's own link or an operator."""

from __future__ import annotations

import hmac
from uuid import UUID

from services.intake import store
from services.intake.actions.complaints import check_lookup, find_complaint
from services.intake.actions.running import RunningIntake
from services.intake.errors import NothingHere
from services.intake.rules.commands import ContactPerson, Follow, Unfollow
from services.intake.store import FoundComplaint
from shared.events.contacts import ContactChannel
from shared.steady import steady
from shared.web.reads import note_read


def follower(intake: RunningIntake, channel: ContactChannel, address: str) -> ContactPerson:
    """Return the person who wants to follow a complaint at this address."""
    return intake.identities.person(channel, address, role="follower")


async def follow(intake: RunningIntake, found: FoundComplaint, person: ContactPerson) -> None:
    """Let the person follow the complaint. The first message to the address confirms it, with the person's own link.

    Raises Refused when nobody may follow it, or when it cannot be stored now.
    """
    link = intake.identities.follow_path(found.key, found.complaint.ticket, person.id)
    # A number that follows already, and the reporter's, take as long as a new one.
    async with steady():
        await intake.running.do(Follow(person, link), keys=(found.key, person.id), actor="citizen")


async def find_followed(intake: RunningIntake, written: str, secret: str, address: str) -> tuple[FoundComplaint, UUID]:
    """Return the complaint and the contact of a follower's own link.

    Raise NothingHere for a wrong link or one of a person who follows no longer, TooMany after too many of them.
    """
    found = await find_complaint(intake, written)
    if found is not None:
        for contact in found.complaint.followers:
            known = intake.identities.follow_secret(found.key, contact)
            if hmac.compare_digest(known.encode(), secret.encode(errors="replace")):
                return found, contact
    check_lookup(intake, address, found, wrong=True)
    raise NothingHere


async def unfollow(intake: RunningIntake, found: FoundComplaint, contact: UUID) -> None:
    """Take the person off the complaint."""
    await intake.running.do(Unfollow(contact), keys=(found.key, contact), actor="citizen")


async def erase_follower(intake: RunningIntake, channel: ContactChannel, address: str, why: str) -> int:
    """Take a person off every followed complaint on an operator's order, and return their number.

    A contact that has no complaint of its own is erased, here and in the notifier.
    """
    contact = intake.identities.contact_id(channel, address)
    await note_read(intake.pool, "operator", contact, f"follower erased: {why}")
    keys = (contact, *await store.followed_by(intake.pool, contact))
    done = await intake.running.do(Unfollow(contact), keys=keys, actor="operator")
    return int(done.answer["complaints"])
