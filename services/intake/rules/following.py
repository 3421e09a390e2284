"""The rules for people who follow a complaint that another person has filed."""

from __future__ import annotations

from typing import Final
from uuid import UUID

from services.intake.errors import AlreadyEnded, NotToFollow, TooManyFollow
from services.intake.rules.commands import Follow, Unfollow
from services.intake.rules.contacts import brought_up_to_date
from services.intake.rules.context import Context, StateChange
from services.intake.state import Complaint, Contact
from shared.events.catalogue import CONTACTS, SUBMISSIONS
from shared.events.contacts import ContactErased, ContactLinked, ContactUnlinked
from shared.events.submissions import Followed, Unfollowed
from shared.pipeline import Change, Out

# One event of a merger names all followers, so the router bounds them too.
MAX_FOLLOWERS: Final = 2_000
# The most complaints that one contact follows.
MAX_FOLLOWED: Final = 100
_ENDED: Final = frozenset({"closed", "referred", "archived", "merged"})


def follow(context: Context, command: Follow) -> StateChange:
    """Let the person follow the complaint. Whoever gets its notices already changes nothing.

    The answer does not tell the two apart: nobody learns whether a number belongs to the reporter.
    Raise NotToFollow for a confidential or erased complaint, AlreadyEnded, or TooManyFollow.
    """
    complaint, item, person = context.complaint, context.item, command.person
    if complaint.rahasia or complaint.erased:
        raise NotToFollow
    if complaint.state in _ENDED:
        raise AlreadyEnded
    if person.id in complaint.contacts or person.id in complaint.followers:
        return Change()
    contact = brought_up_to_date(context.states.get(person.id), person)
    if len(complaint.followers) >= MAX_FOLLOWERS or len(contact.following) >= MAX_FOLLOWED:
        raise TooManyFollow
    linked = ContactLinked(
        complaint=item.key,
        ticket=complaint.ticket,
        role="follower",
        channel=person.channel,
        address=person.address,
        link=command.link,
    )
    return Change(
        states={
            item.key: complaint.with_(followers=(*complaint.followers, person.id)),
            person.id: contact.with_(following=(*contact.following, item.key)),
        },
        events=(Out(SUBMISSIONS, item.key, Followed(contact=person.id)), Out(CONTACTS, person.id, linked)),
    )


def unfollow(context: Context, command: Unfollow) -> StateChange:
    """Take the follower off the complaints of the command. A contact without any complaint left is erased."""
    key = command.contact
    complaints = {
        one: found
        for one, found in context.states.items()
        if isinstance(found, Complaint) and key in found.followers and one in context.item.keys
    }
    changed: dict[UUID, Complaint | Contact] = {
        one: found.with_(followers=without(found.followers, key)) for one, found in complaints.items()
    }
    events = [Out(SUBMISSIONS, one, Unfollowed(contact=key)) for one in complaints]
    contact = context.states.get(key)
    if isinstance(contact, Contact) and not contact.erased and complaints:
        changed[key], told = let_go(contact, key, *complaints)
        events += told
    return Change(states=changed, events=tuple(events), answer={"complaints": len(complaints)})


def let_go(contact: Contact, key: UUID, *complaints: UUID) -> tuple[Contact, list[Out]]:
    """Return the contact that has and follows these complaints no longer, and the events that say so.

    A contact that is left without any complaint is erased.
    """
    own, following = without(contact.complaints, *complaints), without(contact.following, *complaints)
    events = [Out(CONTACTS, key, ContactUnlinked(complaint=one)) for one in complaints if one in contact.following]
    if own or following or contact.conversation is not None:
        return contact.with_(complaints=own, following=following), events
    blank = Contact(channel=contact.channel, opted_out=contact.opted_out, erased=True)
    return blank, [*events, Out(CONTACTS, key, ContactErased())]


def without(keys: tuple[UUID, ...], *gone: UUID) -> tuple[UUID, ...]:
    """Return the keys without those that are gone."""
    return tuple(key for key in keys if key not in gone)
