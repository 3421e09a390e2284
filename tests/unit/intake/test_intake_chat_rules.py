"""A conversation bears the channel on which the person wrote, also when only time has passed."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.intake.chat.message import ChatMessage
from services.intake.rules import conversation_texts
from services.intake.rules.chat import worded
from services.intake.rules.commands import ContactPerson, Hear, Reserved, SourceMessage, Submit
from services.intake.rules.commands_citizen import Reply
from services.intake.rules.conversation_values import Say
from services.intake.rules.fold import fold
from services.intake.state import Complaint, Draft
from services.intake.whatsapp import as_chat, parse
from shared.events.contacts import ContactLinked, ReplyRequested
from shared.events.submissions import CitizenReplied
from shared.ids import new_id
from shared.pipeline import Change, Item, Tick
from tests.support.intake import message, webhook

NOW = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
CONTACT = new_id()
CHATS = pytest.mark.parametrize(
    ("channel", "source"), [("whatsapp", "WhatsApp"), ("instagram", "Instagram"), ("sms", "SMS")]
)


def person(channel: Any) -> ContactPerson:
    return ContactPerson(CONTACT, channel, "6281200001234")


def hear(states: dict[Any, Any], channel: str, text: str) -> Change[Any]:
    """Fold one message of the person."""
    reserved = Reserved(new_id(), "KT-7F3K-9Q2M-X", "/aduan/KT-7F3K-9Q2M-X/x", NOW)
    command = Hear(SourceMessage(person(channel), NOW, f"hash-{text}"), reserved, text=text)
    return fold({CONTACT: states.get(CONTACT)}, Item(CONTACT, command, "citizen", NOW, new_id(), (CONTACT,)), NOW)


@CHATS
def test_a_whole_message_is_filed_on_its_channel(channel: str, source: str) -> None:
    change = hear({}, channel, "Lampu jalan di Palaran padam semua sejak Senin malam")
    [(_, submit)] = change.forwards
    assert isinstance(submit, Submit)
    assert (submit.channel, submit.content.source, submit.people[0].channel) == (channel, source, channel)
    [linked] = [out.data for out in change.events if isinstance(out.data, ContactLinked)]
    assert linked.channel == channel


@CHATS
def test_a_draft_that_the_timer_sends_is_filed_on_its_channel(channel: str, source: str) -> None:
    states = dict(hear({}, channel, "lampu jalan mati").states)
    states |= dict(hear(states, channel, "di Palaran").states)
    later = NOW + timedelta(hours=30)
    change = fold(states, Item(CONTACT, Tick(), "clock", later, new_id(), (CONTACT,)), later)
    [(_, submit)] = change.forwards
    assert isinstance(submit, Submit)
    assert (submit.channel, submit.content.source) == (channel, source)


@CHATS
def test_a_question_goes_to_the_channel_of_the_message(channel: str, source: str) -> None:
    del source
    [asked] = [out.data for out in hear({}, channel, "halo").events if isinstance(out.data, ReplyRequested)]
    assert (asked.channel, asked.address) == (channel, "6281200001234")


@CHATS
def test_an_act_that_a_message_says_bears_the_channel_of_the_message(channel: str, source: str) -> None:
    del source
    key, command = new_id(), Reply("Di km 5", "whatsapp", SourceMessage(person(channel), NOW, "hash"))
    item = Item(key, command, "citizen", NOW, new_id(), (key, CONTACT))
    change = fold({key: Complaint(ticket="KT-7F3K-9Q2M-X"), CONTACT: None}, item, NOW)
    [replied] = [out.data for out in change.events if isinstance(out.data, CitizenReplied)]
    assert replied.channel == channel


def test_an_act_on_the_web_bears_its_own_channel() -> None:
    key = new_id()
    item = Item(key, Reply("Di km 5", "web"), "citizen", NOW, new_id(), (key,))
    change = fold({key: Complaint(ticket="KT-7F3K-9Q2M-X")}, item, NOW)
    [replied] = [out.data for out in change.events if isinstance(out.data, CitizenReplied)]
    assert replied.channel == "web"


def translated(**fields: Any) -> ChatMessage:
    """Return one message of WhatsApp in the form of all channels."""
    told = message("wamid.1", "Lampu padam") | fields
    if "type" in fields:
        del told["text"]
    [one] = parse(webhook(told)).messages
    return as_chat(one)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        (
            '{"flow_token": "x", "masalah": "Jalan rusak", "km": 5, "darurat": false}',
            "masalah: Jalan rusak\nkm: 5\ndarurat: tidak",
        ),
        ('{"pilihan": ["lampu", "jalan", {"a": 1}], "kosong": "  ", "null": null}', "pilihan: lampu, jalan"),
        ('{"flow_token": "x"}', "Terkirim"), ("bukan json", "Terkirim"), ("[1, 2]", "Terkirim"), (None, "Terkirim"),
        ("[" * 50_000, "Terkirim"), ('{"a": "' + "x" * 100_000 + '"}', "Terkirim"),
    ],
)  # fmt: skip
def test_a_filled_in_form_becomes_words(given: str | None, text: str) -> None:
    reply = {"type": "nfm_reply", "nfm_reply": {"name": "flow", "body": "Terkirim", "response_json": given}}
    told = translated(type="interactive", interactive=reply)
    assert (told.text, told.choice, told.label, told.kind) == (text, None, "form", "said")


def test_all_ids_of_a_person_are_named_the_user_ids_first() -> None:
    system = {"type": "user_changed_number", "wa_id": "6281200009999", "user_id": "ID.2"}
    told = translated(type="system", system=system, from_user_id="ID.1")
    assert told.ids == ("ID.1", "ID.2", "6280000000123", "6281200009999")
    assert (told.address, told.kind, told.label) == ("6281200009999", "silent", "system")


def test_without_a_number_the_newest_user_id_is_the_address() -> None:
    told = message("wamid.1", "", type="system", system={"user_id": "ID.2"}, from_user_id="ID.1")
    del told["from"], told["text"]
    [one] = parse(webhook(told)).messages
    assert (as_chat(one).ids, as_chat(one).address) == (("ID.1", "ID.2"), "ID.2")


SAYINGS = [one.text for one in vars(conversation_texts).values() if isinstance(one, Say)] + [
    conversation_texts.ask_region().text,
    conversation_texts.ask_district("64.02").text,
    conversation_texts.summary(Draft(key=CONTACT, ticket="KT-1", link="/", began_at=NOW)).text,
]


@pytest.mark.parametrize(("channel", "never"), [("sms", "foto|lokasi|whatsapp"), ("instagram", "lokasi|whatsapp")])
def test_no_reply_speaks_of_what_the_channel_cannot_do(channel: str, never: str) -> None:
    told = [worded(text, channel) for text in SAYINGS]
    assert [text for text in told if re.search(never, text, re.IGNORECASE)] == []
    assert all(text == text.strip() and "  " not in text for text in told)


def test_a_greeting_by_sms_asks_for_no_photo() -> None:
    [asked] = [out.data for out in hear({}, "sms", "halo").events if isinstance(out.data, ReplyRequested)]
    assert asked.params["text"] == "Halo, silakan tulis apa yang terjadi dan di mana tempatnya."
