"""Webhooks of WhatsApp about our account and its templates, on the real Postgres."""

import json
from typing import Any

import pytest

from services.intake import store
from shared.events.contacts import channel_key
from tests.support.intake import MIGRATIONS, Intake


def change(field: str, value: Any, account: str = "102290129340398", time: int = 1773628200) -> bytes:
    entry = {"id": account, "time": time, "changes": [{"field": field, "value": value}]}
    return json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()


PAUSED = {"event": "PAUSED", "message_template_name": "tanggap_aduan_dijawab", "message_template_language": "id"}


async def test_what_is_said_of_a_template_reaches_the_stream_once_and_in_order(intake: Intake) -> None:
    field = "message_template_status_update"
    for raw in (
        change(field, PAUSED),
        change(field, PAUSED),
        change(field, PAUSED | {"event": "APPROVED"}, time=1773628300),
    ):
        assert (await intake.signed(raw)).status_code == 200
    told = await intake.events("contact.channel_state_reported")
    assert [(data["template"], data["usable"], data["reason"]) for _, data in told] == [
        ("tanggap_aduan_dijawab", False, "PAUSED"),
        ("tanggap_aduan_dijawab", True, "APPROVED"),
    ]
    rows = await intake.rows(
        "SELECT key, sequence FROM events WHERE type = 'contact.channel_state_reported' ORDER BY position"
    )
    key = channel_key("whatsapp", "102290129340398")
    assert [(row["key"], row["sequence"]) for row in rows] == [(key, 1), (key, 2)]


async def test_a_field_that_nobody_acts_upon_is_counted_and_never_parked(intake: Intake) -> None:
    fields = (
        "account_alerts",
        "calls",
        "message_echoes",
        "smb_message_echoes",
        "history",
        "user_preferences",
        "baru_besok",
    )
    for field in fields:
        assert (await intake.signed(change(field, {"event": "X", "calls": [{"id": "1"}]}))).status_code == 200
    assert await intake.rows("SELECT topic FROM parked") == []
    assert await intake.events() == []
    value = intake.live.meters.registry.get_sample_value
    counted = {
        name: value("tanggap_whatsapp_changes_total", {"field": name, "outcome": "dropped"})
        for name in (*fields, "other")
    }
    assert counted["baru_besok"] is None
    assert {counted[name] for name in (*fields[:-1], "other")} == {1.0}


async def test_what_is_said_of_another_account_is_dropped(intake: Intake, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake.live.settings, "whatsapp_account", "102290129340398")
    banned = {"event": "DISABLED_UPDATE", "ban_info": {"waba_ban_state": "DISABLE"}}
    await intake.signed(change("account_update", banned, account="999"))
    assert await intake.events() == []
    await intake.signed(change("account_update", banned))
    assert [data["usable"] for _, data in await intake.events("contact.channel_state_reported")] == [False]


async def test_changes_that_were_parked_for_ever_are_given_up_and_nothing_else(intake: Intake) -> None:
    bodies = [(b"1", "change of field 'calls' is not read"), (b"2", "message: no id")]
    await store.park_webhooks(intake.live.pool, "webhook.whatsapp", bodies)
    await intake.rows((MIGRATIONS / "0008_pre_unread_webhooks.sql").read_text(encoding="utf-8"))
    rows = await intake.rows("SELECT detail, body, discarded_at IS NULL AS open FROM parked ORDER BY id")
    assert [(row["detail"], row["body"], row["open"]) for row in rows] == [
        (bodies[0][1], None, False),
        (bodies[1][1], b"2", True),
    ]
