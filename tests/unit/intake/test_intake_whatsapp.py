"""WhatsApp webhooks: who may knock, and what a body holds."""

import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from services.intake import whatsapp


def body(*values: dict[str, Any], field: str = "messages") -> bytes:
    changes = [{"field": field, "value": value} for value in values]
    return json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}).encode()


def message(**fields: Any) -> dict[str, Any]:
    told = {
        "from": "6280000000123",
        "id": "wamid.A",
        "timestamp": "1773628200",
        "type": "text",
        "text": {"body": "Lampu jalan padam"},
    }
    return told | fields


def value(*messages: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"metadata": {"phone_number_id": "100"}, "messages": list(messages)} | more


def signed(raw: bytes, secret: str) -> str:
    return "sha256=" + hmac.new(secret.encode(), raw, hashlib.sha256).hexdigest()


def test_the_challenge_is_answered_to_whoever_knows_the_token() -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "kata", "hub.challenge": "1158201444"}
    assert whatsapp.challenge(query, "kata") == "1158201444"


@pytest.mark.parametrize(
    "query",
    [
        {},
        {"hub.mode": "subscribe", "hub.challenge": "1"},
        {"hub.mode": "subscribe", "hub.verify_token": "lain", "hub.challenge": "1"},
        {"hub.mode": "unsubscribe", "hub.verify_token": "kata", "hub.challenge": "1"},
    ],
)
def test_any_other_verification_is_refused(query: dict[str, str]) -> None:
    assert whatsapp.challenge(query, "kata") is None


def test_no_token_configured_lets_nobody_in() -> None:
    assert whatsapp.challenge({"hub.mode": "subscribe", "hub.verify_token": "", "hub.challenge": "1"}, "") is None


def test_a_signature_of_either_live_secret_holds() -> None:
    assert whatsapp.signature_holds(b"{}", signed(b"{}", "lama"), ["baru", "lama"])
    assert whatsapp.signature_holds(b"{}", signed(b"{}", "baru"), ["baru", "lama"])


@pytest.mark.parametrize(
    "header", [None, "", "sha256=", "sha1=abc", signed(b"{ }", "baru"), signed(b"{}", "asing"), "sha256=\u00e9"]
)
def test_any_other_signature_does_not_hold(header: str | None) -> None:
    assert not whatsapp.signature_holds(b"{}", header, ["baru", ""])


def test_an_empty_secret_never_counts() -> None:
    assert not whatsapp.signature_holds(b"{}", signed(b"{}", ""), [""])


def test_a_text_message_is_read_with_its_sender() -> None:
    contacts = [{"wa_id": "6280000000123", "user_id": "ID.134", "profile": {"name": "Warga Contoh"}}]
    [told] = whatsapp.parse(body(value(message(), contacts=contacts))).messages
    assert told == whatsapp.InboundMessage(
        id="wamid.A",
        kind="text",
        contact="ID.134",
        at=datetime(2026, 3, 16, 2, 30, tzinfo=UTC),
        user_id="ID.134",
        wa_id="6280000000123",
        name="Warga Contoh",
        text="Lampu jalan padam",
        phone_number_id="100",
    )


def test_a_user_without_a_phone_number_is_keyed_by_user_id() -> None:
    bare = message(from_user_id="ID.9")
    del bare["from"]
    [told] = whatsapp.parse(body(value(bare))).messages
    assert (told.contact, told.wa_id) == ("ID.9", None)


def test_every_message_of_every_entry_and_change_is_kept() -> None:
    document = json.loads(body(value(message(id="1"), message(id="2")), value(message(id="3"))))
    document["entry"] *= 2
    assert [told.id for told in whatsapp.parse(json.dumps(document).encode()).messages] == [
        "1",
        "2",
        "3",
        "1",
        "2",
        "3",
    ]


@pytest.mark.parametrize(
    ("kind", "content", "text"),
    [
        ("image", {"id": "m1", "mime_type": "image/jpeg", "sha256": "x", "caption": "Foto jalan"}, "Foto jalan"),
        ("audio", {"id": "m2", "mime_type": "audio/ogg", "voice": True}, None),
        ("document", {"id": "m3", "filename": "surat.pdf"}, None),
        ("button", {"payload": "SETUJU", "text": "Ya, selesai"}, "Ya, selesai"),
        ("interactive", {"type": "button_reply", "button_reply": {"id": "b1", "title": "Belum"}}, "Belum"),
        ("interactive", {"type": "list_reply", "list_reply": {"id": "l1", "title": "Jalan"}}, "Jalan"),
        ("location", {"latitude": -0.5, "longitude": 117.15, "name": "Pasar Segiri"}, "Pasar Segiri"),
        ("reaction", {"message_id": "wamid.B", "emoji": "\U0001f44d"}, "\U0001f44d"),
        ("system", {"body": "Nomor berganti"}, "Nomor berganti"),
        ("unsupported", {}, None),
    ],
)
def test_each_type_gives_its_words(kind: str, content: dict[str, Any], text: str | None) -> None:
    bare = message(type=kind)
    del bare["text"]
    [told] = whatsapp.parse(body(value(bare | {kind: content}))).messages
    assert (told.kind, told.text, told.known) == (kind, text, True)


def test_a_file_is_kept_by_its_id() -> None:
    [told] = whatsapp.parse(
        body(value(message(type="image", image={"id": "m1", "mime_type": "image/jpeg", "sha256": "x"})))
    ).messages
    assert told.media == (whatsapp.Media(id="m1", kind="image", mime_type="image/jpeg", sha256="x"),)


def test_a_place_outside_the_earth_is_no_place() -> None:
    [told] = whatsapp.parse(body(value(message(type="location", location={"latitude": 99, "longitude": 0})))).messages
    assert told.place is None


def test_an_unknown_type_is_kept() -> None:
    [told] = whatsapp.parse(body(value(message(type="hologram", hologram={"x": 1})))).messages
    assert (told.known, told.raw["hologram"]) == (False, {"x": 1})


def test_a_quoted_message_is_named() -> None:
    [told] = whatsapp.parse(body(value(message(context={"from": "1", "id": "wamid.OURS"})))).messages
    assert told.quotes == "wamid.OURS"


def test_a_status_is_read_with_its_errors() -> None:
    item = {
        "id": "wamid.O",
        "status": "failed",
        "timestamp": "1773628200",
        "recipient_id": "6280000000123",
        "biz_opaque_callback_data": "n-1",
        "errors": [{"code": 131047, "title": "Re-engagement", "error_data": {"details": "window closed"}}],
    }
    [status] = whatsapp.parse(body({"statuses": [item]})).statuses
    assert (status.callback_data, status.errors[0].code) == ("n-1", 131047)


def test_errors_of_the_account_are_kept() -> None:
    assert whatsapp.parse(body({"errors": [{"code": 131051, "title": "Unsupported"}]})).errors[0].code == 131051


@pytest.mark.parametrize(
    "item", [None, 7, {}, {"id": "x"}, {"id": "x", "from": "1"}, {"id": "x", "from": "1", "timestamp": "kemarin"}]
)
def test_a_bad_message_is_a_problem_and_its_neighbour_is_kept(item: Any) -> None:
    told = whatsapp.parse(body({"messages": [item, message()]}))
    assert (len(told.messages), len(told.problems)) == (1, 1)


OTHER_FIELDS = [
    "account_alerts", "account_review_update", "account_update", "business_capability_update", "calls", "flows", "history",
    "message_echoes", "message_template_components_update", "message_template_quality_update", "message_template_status_update",
    "phone_number_name_update", "phone_number_quality_update", "security", "smb_app_state_sync", "smb_message_echoes",
    "template_category_update", "tracking_events", "user_preferences", "group_lifecycle_update",
]  # fmt: skip


@pytest.mark.parametrize("value", [{}, None, [], "x", {"event": 7}, {"event": None, "ban_info": [], "decision": {}}])
@pytest.mark.parametrize("field", OTHER_FIELDS)
def test_a_change_of_another_field_is_counted_by_its_name_and_is_no_problem(field: str, value: Any) -> None:
    told = whatsapp.parse(body(value, field=field))
    assert (told.problems, told.reports, told.changes) == ((), (), (whatsapp.FieldChange(field, heard=False),))


@pytest.mark.parametrize("field", ["invented_tomorrow", "", None, 7, ["messages"], {"a": 1}, "Messages", "x" * 5000])
def test_a_field_that_nobody_knows_counts_as_other(field: Any) -> None:
    told = whatsapp.parse(body({}, field=field))
    assert (told.problems, told.changes) == ((), (whatsapp.FieldChange("other", heard=False),))


def test_messages_beside_another_field_are_read() -> None:
    changes = [{"field": "calls", "value": {"calls": [{}]}}, {"field": "messages", "value": value(message())}, None]
    raw = json.dumps({"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": changes}]}).encode()
    told = whatsapp.parse(raw)
    assert (len(told.messages), told.problems) == (1, ())
    assert [change.field for change in told.changes] == ["calls", "messages", "other"]


def of_template(event: str, **more: Any) -> dict[str, Any]:
    return {"event": event, "message_template_name": "tanggap_aduan_dijawab", "message_template_language": "id"} | more


def banned(state: Any) -> dict[str, Any]:
    return {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": state, "waba_ban_date": "April 17, 2026"}}


@pytest.mark.parametrize(
    ("field", "value", "usable", "reason"),
    [
        *(("message_template_status_update", of_template(event), False, event) for event in
          ("PAUSED", "DISABLED", "REJECTED", "DELETED", "PENDING_DELETION", "ARCHIVED")),
        *(("message_template_status_update", of_template(event), True, event) for event in
          ("APPROVED", "REINSTATED", "UNARCHIVED")),
        ("message_template_status_update", of_template("paused", reason=None), False, "PAUSED"),
        ("account_update", banned("DISABLE"), False, "DISABLED_UPDATE_DISABLE"),
        ("account_update", banned(["DISABLE"]), False, "DISABLED_UPDATE_DISABLE"),
        ("account_update", banned("REINSTATE"), True, "DISABLED_UPDATE_REINSTATE"),
        ("account_update", {"event": "ACCOUNT_DELETED"}, False, "ACCOUNT_DELETED"),
        ("account_review_update", {"decision": "REJECTED"}, False, "REVIEW_REJECTED"),
        ("account_review_update", {"decision": "APPROVED"}, True, "REVIEW_APPROVED"),
    ],
)  # fmt: skip
def test_what_the_platform_says_of_account_and_templates_is_heard(
    field: str, value: Any, usable: bool, reason: str
) -> None:
    told = whatsapp.parse(body(value, field=field))
    [report] = told.reports
    assert (report.account, report.usable, report.reason) == ("1", usable, reason)
    assert (report.template, report.language) == (
        ("tanggap_aduan_dijawab", "id") if "template" in field else (None, None)
    )
    assert told.changes == (whatsapp.FieldChange(field, heard=True),)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        *(("message_template_status_update", of_template(event)) for event in
          ("FLAGGED", "PENDING", "IN_APPEAL", "LOCKED", "LIMIT_EXCEEDED", "SOMETHING_NEW")),
        ("message_template_status_update", {"event": "PAUSED"}),
        ("account_update", banned("SCHEDULE_FOR_DISABLE")),
        ("account_update", {"event": "PARTNER_ADDED"}),
        ("account_update", {"event": "ACCOUNT_VIOLATION", "violation_info": {"violation_type": "SPAM"}}),
        ("account_review_update", {"decision": "PENDING"}),
    ],
)  # fmt: skip
def test_what_changes_nothing_for_our_messages_is_only_counted(field: str, value: Any) -> None:
    told = whatsapp.parse(body(value, field=field))
    assert (told.problems, told.reports, told.changes) == ((), (), (whatsapp.FieldChange(field, heard=False),))


@pytest.mark.parametrize("at", [None, "gestern", -(10**30), 10**30, {}, 1773628200.5])
def test_a_report_without_a_readable_time_is_heard_all_the_same(at: Any) -> None:
    changes = [{"field": "account_update", "value": {"event": "ACCOUNT_DELETED"}}]
    raw = json.dumps(
        {"object": "whatsapp_business_account", "entry": [{"id": 1, "time": at, "changes": changes}]}
    ).encode()
    [report] = whatsapp.parse(raw).reports
    assert report.at is None or report.at.year == 2026


@pytest.mark.parametrize("raw", [b"", b"{", b"\xff", b"[]", b'{"object":"page"}', b"[" * 100_000])
def test_what_is_no_webhook_says_so(raw: bytes) -> None:
    with pytest.raises(whatsapp.UnreadableWebhook):
        whatsapp.parse(raw)


def test_nul_and_lone_surrogates_are_taken_out() -> None:
    [told] = whatsapp.parse(body(value(message(text={"body": "jalan\x00 rusak \ud83d!"})))).messages
    assert told.text == "jalan rusak !"


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"Lampu\\u0000 padam", "Lampu padam"), (b"Lampu \\ud800padam", "Lampu padam"),
        (b"Lampu \xed\xa0\x80padam", "Lampu padam"),
        (b"\\ud83d\\ude4f", "\U0001f64f"), ("Jalan rusak – “parah”".encode(), "Jalan rusak – “parah”"),
    ],
)  # fmt: skip
def test_no_text_holds_what_the_database_refuses(written: bytes, read: str) -> None:
    [told] = whatsapp.parse(body(value(message())).replace(b"Lampu jalan padam", written)).messages
    assert told.text == read
