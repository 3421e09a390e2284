"""Following another person's complaint: what is kept, who is told, and how it ends."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.intake.errors import AlreadyEnded, Behind, NotToFollow, TooManyFollow
from services.intake.rules.commands import (
    ContactPerson,
    Erase,
    Follow,
    Hear,
    Reserved,
    SourceMessage,
    Unfollow,
)
from services.intake.rules.fold import fold
from services.intake.rules.following import MAX_FOLLOWED, MAX_FOLLOWERS
from services.intake.state import Complaint, Contact, Conversation
from shared.events.contacts import ContactErased, ContactLinked, ContactUnlinked
from shared.events.fact import Fact
from shared.events.submissions import Followed, Unfollowed
from shared.ids import new_id
from shared.pipeline import Change, Item

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)
KEY, REPORTER, FOLLOWER = (new_id() for _ in range(3))
PERSON = ContactPerson(FOLLOWER, "whatsapp", "6281200001234", role="follower")
States = dict[UUID, Complaint | Contact | None]


def complaint(**more: Any) -> Complaint:
    return Complaint(ticket="KT-7F3K-9Q2M-X", channel="web", filed_at=NOW, contacts=(REPORTER,)).with_(**more)


def told(states: States, command: Any, *keys: UUID) -> Change[Any]:
    return fold(states, Item(keys[0], command, "citizen", NOW, new_id(), keys), NOW)


def followed(states: States | None = None) -> States:
    before = states or {KEY: complaint(), FOLLOWER: None}
    return before | dict(told(before, Follow(PERSON, "/ikuti/x/y"), KEY, FOLLOWER).states)


def facts(change: Change[Any]) -> tuple[type[Fact], ...]:
    return tuple(type(out.data) for out in change.events)


def test_a_follower_is_kept_on_both_rows_and_linked_with_a_page_of_its_own() -> None:
    states: States = {KEY: complaint(), FOLLOWER: None}
    change = told(states, Follow(PERSON, "/ikuti/x/y"), KEY, FOLLOWER)
    after, contact = change.states[KEY], change.states[FOLLOWER]
    assert (after.followers, contact.following, contact.complaints) == ((FOLLOWER,), (KEY,), ())
    assert facts(change) == (Followed, ContactLinked)
    linked = change.events[1].data
    assert isinstance(linked, ContactLinked)
    assert (linked.role, linked.link, linked.address) == ("follower", "/ikuti/x/y", PERSON.address)


def test_who_follows_already_or_filed_it_changes_nothing_and_gets_the_same_answer() -> None:
    states = followed()
    assert told(states, Follow(PERSON, "/ikuti/x/y"), KEY, FOLLOWER) == Change()
    reporter = ContactPerson(REPORTER, "whatsapp", "6281200001235", role="follower")
    assert told(states | {REPORTER: Contact()}, Follow(reporter, "/ikuti/x/z"), KEY, REPORTER) == Change()


@pytest.mark.parametrize(
    ("more", "refusal"),
    [
        ({"rahasia": True}, NotToFollow),
        ({"erased": True}, NotToFollow),
        ({"state": "closed"}, AlreadyEnded),
        ({"state": "merged"}, AlreadyEnded),
        ({"followers": tuple(UUID(int=n) for n in range(MAX_FOLLOWERS))}, TooManyFollow),
    ],
)
def test_what_cannot_be_followed_is_refused(more: dict[str, Any], refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        told({KEY: complaint(**more), FOLLOWER: None}, Follow(PERSON, "/x"), KEY, FOLLOWER)


def test_one_contact_follows_a_bounded_number() -> None:
    many = Contact(following=tuple(UUID(int=n) for n in range(MAX_FOLLOWED)))
    with pytest.raises(TooManyFollow):
        told({KEY: complaint(), FOLLOWER: many}, Follow(PERSON, "/x"), KEY, FOLLOWER)


def test_who_stops_following_is_erased_if_nothing_else_is_left() -> None:
    change = told(followed(), Unfollow(FOLLOWER), KEY, FOLLOWER)
    contact = change.states[FOLLOWER]
    assert change.states[KEY].followers == ()
    assert facts(change) == (Unfollowed, ContactUnlinked, ContactErased)
    assert (contact.erased, contact.address, change.answer) == (True, "", {"complaints": 1})


@pytest.mark.parametrize("more", [{"complaints": (new_id(),)}, {"conversation": Conversation(asked="what")}])
def test_who_has_complaints_or_a_conversation_of_its_own_stays(more: dict[str, Any]) -> None:
    states = followed({KEY: complaint(), FOLLOWER: Contact(**more)})
    change = told(states, Unfollow(FOLLOWER), KEY, FOLLOWER)
    assert facts(change) == (Unfollowed, ContactUnlinked)
    assert (change.states[FOLLOWER].following, change.states[FOLLOWER].erased) == ((), False)


def test_an_operator_takes_a_person_off_all_complaints_at_once() -> None:
    other = new_id()
    states = followed({KEY: complaint(), FOLLOWER: None})
    states |= told({other: complaint(), FOLLOWER: states[FOLLOWER]}, Follow(PERSON, "/x"), other, FOLLOWER).states
    change = told(states, Unfollow(FOLLOWER), FOLLOWER, KEY, other)
    assert [change.states[key].followers for key in (KEY, other)] == [(), ()]
    assert (change.states[FOLLOWER].erased, change.answer) == (True, {"complaints": 2})


def test_unfollowing_twice_changes_nothing() -> None:
    states = followed()
    states |= told(states, Unfollow(FOLLOWER), KEY, FOLLOWER).states
    change = told(states, Unfollow(FOLLOWER), KEY, FOLLOWER)
    assert (change.states, change.events) == ({}, ())


def test_the_erasure_of_a_complaint_erases_its_followers_too() -> None:
    states = followed({KEY: complaint(), FOLLOWER: None, REPORTER: Contact(complaints=(KEY,))})
    change = told(states, Erase(), KEY, REPORTER, FOLLOWER)
    assert all(change.states[key].erased for key in (KEY, REPORTER, FOLLOWER))
    assert change.states[KEY].followers == ()


def test_an_erasure_that_does_not_know_a_new_follower_reads_again() -> None:
    states = followed({KEY: complaint(), FOLLOWER: None, REPORTER: Contact(complaints=(KEY,))})
    with pytest.raises(Behind):
        told(states, Erase(), KEY, REPORTER)


def test_the_erasure_of_a_complaint_leaves_whom_follows_another() -> None:
    other = new_id()
    busy = Contact(channel="email", address="warga@contoh.id", complaints=(KEY,), following=(other,))
    change = told({KEY: complaint(), REPORTER: busy}, Erase(), KEY, REPORTER)
    assert (change.states[REPORTER].erased, change.states[REPORTER].following) == (False, (other,))


def test_a_follower_who_quotes_our_notice_does_not_speak_for_the_reporter() -> None:
    states = followed({KEY: complaint(state="resolved", opd="dishub"), FOLLOWER: None})
    message = SourceMessage(ContactPerson(FOLLOWER, "whatsapp", "6281200001234"), NOW, "hash")
    reserved = Reserved(new_id(), "KT-2A2B-3C3D-4", "/aduan/a/b", NOW)
    hear = Hear(message, reserved, text="Sudah selesai, terima kasih", quoted=KEY)
    change = told(states, hear, FOLLOWER, KEY)
    assert KEY not in change.states
    assert not [out for out in change.events if out.key == KEY]
