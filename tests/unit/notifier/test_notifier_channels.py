"""The requests on the wire, and the reading of their answers."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from services.notifier.channels.email import EmailSender
from services.notifier.channels.outgoing import Outgoing
from services.notifier.channels.webhook import payload
from services.notifier.channels.whatsapp import body, read_answer, recipient
from services.notifier.codes import Verdict
from services.notifier.texts import ApprovedTemplate, Content

ID = UUID("0197c0de-0000-7000-8000-000000000001")


def outgoing(**more: Any) -> Outgoing:
    values: dict[str, Any] = {
        "id": ID,
        "address": "+6280000000123",
        "content": Content("Judul", "Isi\npesan", ApprovedTemplate("tanggap_x", ("satu", "dua"))),
        "free_text": True,
        "in_reply_to": None,
        "occurred_at": datetime(2026, 4, 6, 2, tzinfo=UTC),
        "data": {"type": "complaint.resolved", "ticket": "KT-7F3K-9Q2M-X"},
        **more,
    }
    return Outgoing(**values)


@pytest.mark.parametrize("written", ["+6280000000123", "6280000000123", "080000000123", "+62 800-0000-0123"])
def test_a_number_goes_out_with_its_country_code(written: str) -> None:
    assert recipient(written)["to"] in ("+6280000000123", "+6280000000123")


def test_a_user_without_a_number_is_reached_by_the_business_scoped_id() -> None:
    assert recipient("ID.13491208655302741918") == {"recipient": "ID.13491208655302741918"}


def test_free_text_carries_our_id_and_what_it_answers() -> None:
    request = body(outgoing(in_reply_to="wamid.1"))
    assert request["biz_opaque_callback_data"] == str(ID)
    assert request["context"] == {"message_id": "wamid.1"}
    assert request["text"]["body"] == "Isi\npesan"


def test_a_question_goes_out_with_its_buttons_inside_the_window_alone() -> None:
    content = Content(
        "Judul", "Sudah selesai?", ApprovedTemplate("tanggap_x", ("satu", "dua")), (("confirm:KT-1", "Sudah selesai"),)
    )
    asked = body(outgoing(content=content, in_reply_to="wamid.1"))
    assert (asked["type"], asked["interactive"]["type"], asked["context"]) == (
        "interactive",
        "button",
        {"message_id": "wamid.1"},
    )
    assert asked["interactive"]["body"] == {"text": "Sudah selesai?"}
    button = {"type": "reply", "reply": {"id": "confirm:KT-1", "title": "Sudah selesai"}}
    assert asked["interactive"]["action"] == {"buttons": [button]}
    assert body(outgoing(content=content, free_text=False))["type"] == "template"


def test_more_answers_than_buttons_go_out_as_a_list() -> None:
    rows = tuple((f"region:{number}", f"Kabupaten dengan nama panjang {number}") for number in range(12))
    asked = body(outgoing(content=Content("Judul", "Di mana?", ApprovedTemplate("tanggap_x", ()), rows)))["interactive"]
    [section] = asked["action"]["sections"]
    assert (asked["type"], asked["body"], asked["action"]["button"]) == ("list", {"text": "Di mana?"}, "Pilih")
    assert [row["id"] for row in section["rows"]] == [id_ for id_, _ in rows[:10]]
    assert all(len(row["title"]) <= 24 for row in section["rows"])
    assert section["rows"][0]["description"] == "Kabupaten dengan nama panjang 0"
    assert "description" not in _rows("Kota Bontang")[0]


def _rows(title: str) -> list[dict[str, str]]:
    rows = tuple((f"region:{number}", title) for number in range(4))
    asked = body(outgoing(content=Content("Judul", "Di mana?", ApprovedTemplate("tanggap_x", ()), rows)))["interactive"]
    found: list[dict[str, str]] = asked["action"]["sections"][0]["rows"]
    return found


def test_outside_the_window_the_template_goes_with_its_parameters_in_indonesian() -> None:
    template = body(outgoing(free_text=False))["template"]
    assert template["language"] == {"code": "id"}
    assert [parameter["text"] for parameter in template["components"][0]["parameters"]] == ["satu", "dua"]


@pytest.mark.parametrize(
    ("status", "content", "verdict"),
    [
        (200, b'{"messages": [{"id": "wamid.1"}]}', Verdict.ACCEPTED),
        (200, b"{}", Verdict.UNSURE),
        (200, b"<html>", Verdict.UNSURE),
        (400, b'{"error": {"code": 131026}}', Verdict.OTHER_CHANNEL),
        (401, b'{"error": {"code": 190}}', Verdict.STOP_CHANNEL),
        (503, b"<html>", Verdict.AGAIN),
        (302, b"", Verdict.BROKEN),
        (400, b'{"error": {"code": 100, "error_subcode": 33}}', Verdict.STOP_CHANNEL),
        (400, b'{"error": {"code": 100}}', Verdict.BROKEN),
        (403, b"<html>", Verdict.STOP_CHANNEL),
        (500, b'{"error": "words"}', Verdict.AGAIN),
        (200, b"[]", Verdict.UNSURE),
    ],
)
def test_an_answer_is_read_by_its_code(status: int, content: bytes, verdict: Verdict) -> None:
    assert read_answer(status, content).verdict is verdict


def test_a_mail_has_the_same_message_id_on_every_try_and_an_address_for_answers() -> None:
    email = EmailSender(host="x", port=25, sender="tanggap@kaltim.example", reply_to="aduan@kaltim.example")
    first, second = email.message(outgoing()), email.message(outgoing())
    assert first["Message-ID"] == second["Message-ID"] == f"<{ID}@kaltim.example>"
    assert first["Reply-To"] == "aduan@kaltim.example"
    assert first["Auto-Submitted"] == "auto-generated"


def test_a_webhook_has_type_time_and_data() -> None:
    document = json.loads(payload(outgoing()))
    assert (document["type"], document["timestamp"]) == ("complaint.resolved", "2026-04-06T02:00:00+00:00")
    assert document["data"]["text"] == "Isi\npesan"


def test_what_is_ready_to_go_shows_neither_address_nor_text_when_printed() -> None:
    assert repr(outgoing()) == f"Outgoing({ID})"
