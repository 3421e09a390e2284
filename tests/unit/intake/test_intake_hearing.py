"""The conversation in the fold: the contact's row, the forwarded complaint, and the person's other ids."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import TypeAdapter

from services.intake.errors import Behind
from services.intake.rules.commands import ContactPerson, Erase, Hear, Reserved, SourceMessage, Submit
from services.intake.rules.fold import fold
from services.intake.rules.links import MessageLink
from services.intake.state import Complaint, Contact, IntakeState
from shared.events.contacts import ContactLinked, ReplyRequested
from shared.events.submissions import CitizenConfirmed
from shared.ids import new_id
from shared.pipeline import Change, Item, Tick

NOW = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
CONTACT, OTHER = new_id(), new_id()


def hear(states: dict[Any, Any], text: str, *, keys: tuple[Any, ...] = (CONTACT,), **more: Any) -> Change[Any]:
    """Fold one message of the person."""
    person = ContactPerson(CONTACT, "whatsapp", "6280000000123", name="Warga")
    reserved = Reserved(new_id(), "KT-7F3K-9Q2M-X", "/aduan/KT-7F3K-9Q2M-X/x", NOW)
    command = Hear(SourceMessage(person, NOW, f"hash-{text}"), reserved, text=text, **more)
    return fold({key: states.get(key) for key in keys}, Item(CONTACT, command, "citizen", NOW, new_id(), keys), NOW)


def after(*texts: str, **more: Any) -> dict[Any, Any]:
    """Return the states after these messages."""
    states: dict[Any, Any] = {}
    for text in texts:
        states |= dict(hear(states, text, **more).states)
    return states


def tick(states: dict[Any, Any], now: datetime) -> Change[Any]:
    return fold(states, Item(CONTACT, Tick(), "clock", now, new_id(), (CONTACT,)), now)


def test_a_draft_becomes_a_complaint_with_all_that_belongs_to_it() -> None:
    states = after("lampu jalan mati", attachments=("media-1",))
    states |= dict(hear(states, "di Palaran").states)
    change = hear(states, "kirim")
    [(key, submit)] = change.forwards
    assert isinstance(submit, Submit)
    assert (submit.attachments, submit.content.text) == (("media-1",), "lampu jalan mati\ndi Palaran")
    assert (submit.content.place, submit.content.reporter_name) == ("Palaran", "Warga")
    assert {row.provider_hash for row in change.rows if isinstance(row, MessageLink) and row.complaint == key} == {
        "hash-lampu jalan mati",
        "hash-di Palaran",
        "hash-kirim",
    }
    contact = change.states[CONTACT]
    assert (contact.complaints, contact.conversation.draft, contact.due) == ((key,), None, None)
    [linked] = [out.data for out in change.events if isinstance(out.data, ContactLinked)]
    assert linked.complaint == key


def test_a_question_becomes_a_request_for_information_if_the_person_wants_it() -> None:
    states = after("cara bikin ktp baru gmn ya?")
    assert states[CONTACT].conversation.draft.information
    [(_, submit)] = hear(states, "teruskan pak").forwards
    assert (submit.content.class_hint, submit.content.text) == ("information", "cara bikin ktp baru gmn ya?")
    assert hear(states, "tidak").forwards == ()


def test_a_complaint_has_no_class_of_its_own() -> None:
    [(_, submit)] = hear(after("lampu jalan mati", "di Palaran"), "kirim").forwards
    assert submit.content.class_hint is None


def test_an_answer_and_a_new_matter_in_one_message_are_written_together() -> None:
    states = after("Lampu jalan di Sepaku padam semua")
    [key] = states[CONTACT].complaints
    states[key] = Complaint(ticket="KT-7F3K-9Q2M-X", contacts=(CONTACT,), state="resolved")
    said = "sudah nyala pak. sekalian mau lapor, sampah di Babulu menumpuk"
    change = hear(states, said, keys=(CONTACT, key), cases=(key,), about={key: "Lampu jalan di Sepaku padam semua"})
    [(_, submit)] = change.forwards
    assert submit.content.text == "sekalian mau lapor, sampah di Babulu menumpuk"
    assert [type(out.data) for out in change.events if isinstance(out.data, CitizenConfirmed)] == [CitizenConfirmed]
    assert len(change.states[CONTACT].complaints) == 2


def test_a_file_after_the_complaint_goes_with_the_reply() -> None:
    states = after("Lampu jalan di Palaran padam semua")
    [key] = states[CONTACT].complaints
    states[key] = Complaint(ticket="KT-7F3K-9Q2M-X", contacts=(CONTACT,), state="in_progress")
    change = hear(
        states, "", keys=(CONTACT, key), cases=(key,), attachments=("media-2",), placeholder="(mengirim foto)"
    )
    assert change.states[key].timeline[-1].quote == "(mengirim foto)"


def test_the_timer_sends_a_complete_draft_after_ten_minutes_and_no_earlier() -> None:
    states = after("lampu jalan mati", "di Palaran")
    assert states[CONTACT].due == NOW + timedelta(minutes=10)
    assert tick(states, NOW + timedelta(minutes=9)).forwards == ()
    change = tick(states, NOW + timedelta(minutes=10))
    assert len(change.forwards) == 1
    assert change.states[CONTACT].due is None


def test_a_draft_that_says_nothing_is_forgotten_with_a_word_while_the_window_is_open() -> None:
    states = after("di Palaran")
    due = states[CONTACT].due
    assert timedelta(hours=23) < due - NOW < timedelta(hours=24)
    change = tick(states, due)
    assert change.forwards == ()
    assert [type(out.data) for out in change.events] == [ReplyRequested]


def test_a_timer_without_a_draft_changes_nothing() -> None:
    assert tick({CONTACT: Contact()}, NOW) == Change()
    assert tick({CONTACT: None}, NOW) == Change()


def test_a_message_that_does_not_know_all_complaints_of_the_person_is_read_again() -> None:
    states = after("Lampu jalan di Palaran padam semua")
    with pytest.raises(Behind):
        hear(states, "tiangnya nomor 17")


def test_another_id_of_the_person_leads_to_the_contact_with_its_complaints() -> None:
    older = new_id()
    states = {OTHER: Contact(address="6280000000999", complaints=(older,))}
    change = hear(states, "halo", keys=(CONTACT, OTHER, older), cases=(older,))
    assert change.states[OTHER].same_as == CONTACT
    assert change.states[CONTACT].complaints == (older,)


def test_a_row_that_was_written_before_there_were_conversations_has_none() -> None:
    old = '{"kind":"contact","channel":"whatsapp","address":"1","complaints":[],"erased":false,"due":null}'
    contact = TypeAdapter[Any](IntakeState).validate_json(old)
    assert (contact.conversation, contact.same_as) == (None, None)


def test_a_draft_reads_back_as_it_was_written() -> None:
    adapter: TypeAdapter[Any] = TypeAdapter(IntakeState)
    state = after("lampu jalan mati", attachments=("media-1",))[CONTACT]
    assert adapter.validate_json(adapter.dump_json(state)) == state


def test_an_erasure_forgets_the_draft_too() -> None:
    states = after("Lampu jalan di Palaran padam semua")
    [key] = states[CONTACT].complaints
    states |= dict(hear(states, "sampah menumpuk", keys=(CONTACT, key), cases=(key,)).states)
    states[key] = Complaint(ticket="KT-7F3K-9Q2M-X", contacts=(CONTACT,))
    erased = fold(states, Item(key, Erase(), "citizen", NOW, new_id(), (key, CONTACT)), NOW)
    forgotten: Any = erased.states[CONTACT]
    assert (forgotten.conversation, forgotten.due) == (None, None)
