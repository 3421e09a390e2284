"""Adapters' door on the real Postgres: durable, idempotent, each item its own answer."""

import hashlib
import json
from typing import Any

import pytest

from services.intake.api.models import SubmissionIn
from shared.canonical import digest_of
from tests.support.intake import Intake

TEXT = "Lampu jalan di Jl. Poros Loa Janan padam sejak Senin"


async def test_a_complaint_gets_a_ticket_and_is_in_the_log_and_the_outbox(intake: Intake) -> None:
    answer = await intake.post({"text": TEXT, "channel": "sms"})
    assert answer.status_code == 201
    assert answer.json()["link"].startswith(f"https://aduan.contoh.id/aduan/{answer.json()['ticket']}/")
    [(kind, data)] = await intake.events()
    assert (kind, data["ticket"], data["text"], data["channel"]) == (
        "submission.submitted",
        answer.json()["ticket"],
        TEXT,
        "sms",
    )
    assert [row["count"] for row in await intake.rows("SELECT count(*) FROM outbox")] == [1]


async def test_a_repeat_with_the_same_key_gets_the_first_answer(intake: Intake) -> None:
    first = await intake.post({"text": TEXT}, **{"Idempotency-Key": "a-1"})
    again = await intake.post({"text": TEXT}, **{"Idempotency-Key": "a-1"})
    assert (again.status_code, again.json()["status"]) == (200, "repeated")
    assert (again.json()["ticket"], again.json()["link"]) == (first.json()["ticket"], first.json()["link"])
    assert len(await intake.events()) == 1


@pytest.mark.parametrize(
    "same", [{"headers": {"Idempotency-Key": "a-1"}, "body": {}}, {"headers": {}, "body": {"external_id": "x-1"}}]
)
async def test_a_repeat_with_another_body_is_refused(intake: Intake, same: dict[str, Any]) -> None:
    await intake.post({"text": TEXT} | same["body"], **same["headers"])
    again = await intake.post({"text": TEXT + " sekali"} | same["body"], **same["headers"])
    assert (again.status_code, again.headers["content-type"], again.json()["code"]) == (
        409,
        "application/problem+json",
        "claim_conflict",
    )


async def test_a_repeat_is_what_was_sent_however_it_is_written_down(intake: Intake) -> None:
    await intake.post({"text": TEXT, "place": "Loa Janan"}, **{"Idempotency-Key": "a-1"})
    again = await intake.post({"place": "Loa  Janan ", "text": TEXT, "title": None}, **{"Idempotency-Key": "a-1"})
    assert (again.status_code, again.json()["status"]) == (200, "repeated")
    items = [{"text": TEXT, "external_id": "x-1"}, {"text": TEXT + " sekali"}]
    await intake.post(items, **{"Idempotency-Key": "a-2"})
    turned = [dict(reversed(item.items())) for item in items]
    assert (await intake.post(turned, **{"Idempotency-Key": "a-2"})).json()["repeated"] == 2
    assert (await intake.post(items[::-1], **{"Idempotency-Key": "a-2"})).status_code == 409
    odd = b'[{"text": "Lampu padam", "warna": NaN}, {"text": 1e999}]'
    headers = {"Authorization": f"Bearer {intake.key}", "Idempotency-Key": "a-3"}
    assert (await intake.http.post("/v1/submissions", content=odd, headers=headers)).json()["refused"] == 2


async def test_a_repeat_across_the_upgrade_keeps_its_answer(intake: Intake) -> None:
    body = {"text": TEXT, "external_id": "x-1", "reporter": {"whatsapp": "+62 0812 0000 1234"}}
    first = await intake.post(body)
    item = SubmissionIn.model_validate(body)
    kept = item.model_dump_json(exclude={"attachments", "place_code", "application"}).replace(
        "6281200001234", "62081200001234"
    )  # as the first release read the number
    await intake.rows("UPDATE claims SET digest = $1", hashlib.sha256(kept.encode()).hexdigest())
    again = await intake.post(body)
    assert (again.status_code, again.json()["ticket"]) == (200, first.json()["ticket"])
    assert (await intake.post(body | {"text": TEXT + " lagi"})).status_code == 409
    items = [{"text": TEXT}, {"text": TEXT}]
    raw = json.dumps(items, separators=(",", ":"), ensure_ascii=False).encode()
    headers = {"Authorization": f"Bearer {intake.key}", "Idempotency-Key": "b-1"}
    await intake.http.post("/v1/submissions", content=raw, headers=headers)
    sql = "UPDATE claims SET digest = $1 WHERE digest = $2"
    await intake.rows(sql, hashlib.sha256(raw).hexdigest(), digest_of(items))
    assert (await intake.http.post("/v1/submissions", content=raw, headers=headers)).json()["repeated"] == 2


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("+62 (0)812 0000 1234", "6281200001234"),
        ("812-0000-1234", "6281200001234"),
        ("0541 741234", None),
        ("6581234567", None),
    ],
)
async def test_a_number_is_kept_as_the_one_that_whatsapp_knows_or_refused(
    intake: Intake, written: str, kept: str | None
) -> None:
    answer = await intake.post({"text": TEXT, "reporter": {"whatsapp": written}})
    assert answer.status_code == (201 if kept else 422)
    assert [data["address"] for _, data in await intake.events("contact.linked")] == ([kept] if kept else [])
    if kept is None:
        assert (answer.json()["errors"][0]["field"], written in answer.text) == ("reporter.whatsapp", False)


async def test_an_external_id_is_one_complaint_per_adapter(intake: Intake) -> None:
    other = await intake.new_key("adapter", "Call Center")
    body = {"text": TEXT, "external_id": "x-1"}
    tickets = [(await intake.post(body)).json()["ticket"], (await intake.post(body)).json()["ticket"]]
    foreign = await intake.post(body, Authorization=f"Bearer {other}")
    assert tickets[0] == tickets[1] != foreign.json()["ticket"]


async def test_one_idempotency_key_over_two_external_ids_is_refused(intake: Intake) -> None:
    await intake.post({"text": TEXT, "external_id": "x-1"}, **{"Idempotency-Key": "a-1"})
    again = await intake.post({"text": TEXT, "external_id": "x-2"}, **{"Idempotency-Key": "a-1"})
    assert again.status_code == 409


async def test_a_list_answers_per_item_and_a_bad_one_costs_nobody_else(intake: Intake) -> None:
    items = [
        {"text": TEXT},
        {"text": ""},
        {"text": TEXT, "warna": "merah"},
        7,
        {"text": TEXT, "external_id": "x"},
        {"text": TEXT, "external_id": "x"},
    ]
    told = (await intake.post(items)).json()
    assert [item["status"] for item in told["items"]] == [
        "accepted",
        "refused",
        "refused",
        "refused",
        "accepted",
        "repeated",
    ]
    assert (told["accepted"], told["repeated"], told["refused"]) == (2, 1, 3)
    assert told["items"][2]["problem"]["errors"][0]["field"] == "warna"
    assert len(await intake.events()) == 2


async def test_a_repeated_list_changes_nothing(intake: Intake) -> None:
    items = [{"text": f"{TEXT} {number}"} for number in range(500)]
    first = (await intake.post(items, **{"Idempotency-Key": "l-1"})).json()
    again = (await intake.post(items, **{"Idempotency-Key": "l-1"})).json()
    assert (first["accepted"], again["repeated"]) == (500, 500)
    assert [item["ticket"] for item in first["items"]] == [item["ticket"] for item in again["items"]]
    assert len({item["ticket"] for item in first["items"]}) == 500


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 422), (b"{", 422), (b"[]", 413), (b"[1", 422), (b'"x"', 422), (b"\xff\xfe", 422), (b"[" * 90_000, 422)],
)
async def test_what_is_no_submission_says_so(intake: Intake, body: bytes, status: int) -> None:
    answer = await intake.http.post("/v1/submissions", content=body, headers={"Authorization": f"Bearer {intake.key}"})
    assert (answer.status_code, answer.headers["content-type"]) == (status, "application/problem+json")


async def test_a_problem_names_field_and_reason_and_not_what_was_sent(intake: Intake) -> None:
    answer = await intake.post({"text": TEXT, "reporter": {"whatsapp": "bukan nomor rahasia"}})
    [error] = answer.json()["errors"]
    assert (answer.status_code, error["field"]) == (422, "reporter.whatsapp")
    assert "rahasia" not in answer.text


async def test_501_items_and_a_body_of_two_megabytes_are_refused_at_the_door(intake: Intake) -> None:
    many = await intake.post([{"text": TEXT}] * 501)
    large = await intake.post({"text": "a" * 2_000_000})
    assert (many.status_code, large.status_code) == (413, 413)
    assert await intake.events() == []


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer tg_salah", "Basic abc"])
async def test_without_a_key_nothing_is_taken(intake: Intake, authorization: str) -> None:
    answer = await intake.post({"text": TEXT}, Authorization=authorization)
    assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated")


async def test_a_key_of_another_role_is_refused(intake: Intake) -> None:
    key = await intake.new_key("koordinator", "Admin")
    assert (await intake.post({"text": TEXT}, Authorization=f"Bearer {key}")).status_code == 403


async def test_nul_and_lone_surrogates_are_taken_out(intake: Intake) -> None:
    raw = b'{"text": "Jalan\\u0000 rusak parah \\ud83d di Sangatta"}'
    answer = await intake.http.post("/v1/submissions", content=raw, headers={"Authorization": f"Bearer {intake.key}"})
    [(_, data)] = await intake.events()
    assert (answer.status_code, data["text"]) == (201, "Jalan rusak parah di Sangatta")


async def test_contacts_go_to_their_own_stream_and_never_to_submissions(intake: Intake) -> None:
    reporter = {"name": "Warga Contoh", "whatsapp": "0800 0000 0123", "email": "warga@Contoh.ID"}
    await intake.post({"text": TEXT, "reporter": reporter, "callback_url": "https://mitra.contoh.id/kabar"})
    [(_, submitted)] = await intake.events("submission.")
    linked = [data for _, data in await intake.events("contact.")]
    assert [(data["channel"], data["address"], data["role"]) for data in linked] == [
        ("whatsapp", "6280000000123", "reporter"),
        ("email", "warga@contoh.id", "reporter"),
        ("webhook", "https://mitra.contoh.id/kabar", "follower"),
    ]
    assert len(submitted["contacts"]) == 3
    assert "6280000000123" not in str(submitted)


async def test_an_anonymous_reporter_has_no_name_outside_contacts(intake: Intake) -> None:
    await intake.post({"text": TEXT, "anonim": True, "reporter": {"name": "Warga Contoh", "whatsapp": "080000000123"}})
    [(_, submitted)] = await intake.events("submission.")
    assert (submitted["anonim"], submitted["reporter_name"], len(submitted["contacts"])) == (True, None, 1)


async def test_too_many_at_once_are_told_when_to_come_back(intake: Intake) -> None:
    answers = [await intake.post([{"text": ""}] * 500) for _ in range(14)]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert refused
    assert int(refused[0].headers["retry-after"]) >= 1


@pytest.mark.parametrize("kind", ["application/x-www-form-urlencoded", "text/plain", "application/json"])
async def test_a_body_is_read_as_json_whatever_its_type_is_called(intake: Intake, kind: str) -> None:
    headers = {"Authorization": f"Bearer {intake.key}", "Content-Type": kind}
    answer = await intake.http.post("/v1/submissions", content=b'{"text": "Lampu padam"}', headers=headers)
    assert answer.status_code == 201


async def test_who_may_file_is_asked_before_the_body_is_read(intake: Intake) -> None:
    answers = [
        await intake.http.post("/v1/submissions", content=b"{", headers=headers)
        for headers in ({}, {"Authorization": f"Bearer {intake.key}"})
    ]
    assert [(answer.status_code, answer.json()["code"]) for answer in answers] == [
        (401, "unauthenticated"),
        (422, "invalid"),
    ]
