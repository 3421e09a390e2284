"""Reading a complaint and acting on it: what the ticket shows, what the secret opens, what an act writes."""

import pytest

from services.intake.rules.commands import Erase
from shared.events import cases, deadlines
from shared.ids import new_id
from tests.integration.intake.test_intake_webhook import put, resolved
from tests.support.intake import Intake

TEXT = "NIK saya 0000000000000000, jalan di Loa Janan rusak"


async def filed(intake: Intake, **more: object) -> tuple[str, dict[str, str]]:
    """A complaint's ticket and the header that opens it."""
    told = (await intake.post({"text": TEXT, **more})).json()
    return told["ticket"], {"X-Complaint-Secret": told["link"].rsplit("/", 1)[1]}


async def test_the_ticket_alone_shows_state_and_dates_and_no_text(intake: Intake) -> None:
    ticket, _ = await filed(intake)
    await put(
        intake,
        ticket,
        cases.Assigned(
            assignment_id=new_id(), opd="dpupr-pera", class_="no_oversight", priority="normal", reasons=("x",)
        ),
    )
    answer = await intake.http.get(f"/v1/complaints/{ticket.lower().replace('-', ' ')}")
    assert (answer.status_code, answer.json()["state"], answer.json()["state_text"]) == (
        200,
        "assigned",
        "Ditugaskan",
    )
    assert [entry["what"] for entry in answer.json()["timeline"]] == ["submitted", "assigned"]
    assert not {"text", "allowed"} & answer.json().keys()
    assert all("quote" not in entry for entry in answer.json()["timeline"])


async def test_the_secret_opens_text_quotes_and_acts_with_numbers_masked(intake: Intake) -> None:
    ticket, secret = await filed(intake)
    await put(intake, ticket, *resolved())
    told = (await intake.http.get(f"/v1/complaints/{ticket}", headers=secret)).json()
    assert told["text"] == "NIK saya [nomor identitas disamarkan], jalan di Loa Janan rusak"
    assert told["timeline"][-1]["quote"] == "Jalan sudah diperbaiki."
    assert told["allowed"] == ["confirm", "dispute", "rate", "reply", "withdraw"]


async def test_the_adapter_that_filed_reads_it_and_another_one_does_not(intake: Intake) -> None:
    ticket, _ = await filed(intake)
    other = await intake.new_key("adapter", "Call Center")
    answers = [
        await intake.http.get(f"/v1/complaints/{ticket}", headers={"Authorization": f"Bearer {key}"})
        for key in (intake.key, other, "tg_x")
    ]
    assert ["text" in answer.json() for answer in answers] == [True, False, False]
    assert answers[2].status_code == 401
    assert len(await intake.rows("SELECT * FROM reads")) == 1


async def test_of_a_confidential_complaint_the_ticket_shows_neither_agency_nor_steps(intake: Intake) -> None:
    ticket, _ = await filed(intake, rahasia=True)
    await put(intake, ticket, *resolved())
    told = (await intake.http.get(f"/v1/complaints/{ticket}")).json()
    assert (told["timeline"], told["opd"], told["state"]) == ([], None, "resolved")


@pytest.mark.parametrize("ticket", ["KT-0000-0000-1", "bukan-nomor", "KT-7F3K-9Q2M-X"])
async def test_a_ticket_that_is_none_of_ours_is_not_found(intake: Intake, ticket: str) -> None:
    answer = await intake.http.get(f"/v1/complaints/{ticket}")
    assert (answer.status_code, answer.json()["code"]) == (404, "complaint_not_found")


@pytest.mark.parametrize(
    ("act", "body", "kind"),
    [
        ("replies", {"text": "Dekat pasar"}, "citizen_replied"),
        ("confirm", {}, "citizen_confirmed"),
        ("dispute", {"reason": "Masih rusak"}, "citizen_disputed"),
        ("rate", {"stars": 4}, "citizen_rated"),
        ("withdraw", {}, "citizen_withdrew"),
    ],
)
async def test_each_act_is_written_once(intake: Intake, act: str, body: dict[str, object], kind: str) -> None:
    ticket, secret = await filed(intake)
    await put(intake, ticket, *resolved())
    for status in ("accepted", "repeated"):
        answer = await intake.http.post(
            f"/v1/complaints/{ticket}/{act}", json=body, headers=secret | {"Idempotency-Key": "k"}
        )
        assert (answer.status_code, answer.json()["status"]) == (202, status)
    assert [told for told, _ in await intake.events("submission.")][1:] == [f"submission.{kind}"]


async def test_an_act_without_the_secret_is_refused(intake: Intake) -> None:
    ticket, _ = await filed(intake)
    for headers in ({}, {"X-Complaint-Secret": "0" * 32}):
        assert (
            await intake.http.post(f"/v1/complaints/{ticket}/withdraw", json={}, headers=headers)
        ).status_code == 403


@pytest.mark.parametrize(
    ("act", "body", "status"),
    [
        ("confirm", {}, 409),
        ("dispute", {"reason": "x"}, 409),
        ("rate", {"stars": 3}, 409),
        ("rate", {"stars": 6}, 422),
        ("replies", {}, 422),
        ("hapus", {}, 404),
    ],
)
async def test_an_act_that_does_not_fit_is_refused_and_changes_nothing(
    intake: Intake, act: str, body: dict[str, object], status: int
) -> None:
    ticket, secret = await filed(intake)
    answer = await intake.http.post(f"/v1/complaints/{ticket}/{act}", json=body, headers=secret)
    assert (answer.status_code, len(await intake.events())) == (status, 1)


async def test_the_date_by_which_an_answer_is_due_comes_from_the_clocks(intake: Intake) -> None:
    ticket, _ = await filed(intake)
    due = intake.live.clock.now()
    started = deadlines.DeadlineSet(clock="verify", run=1, started_at=due, due_at=due, explanation="3 hari kerja")
    await put(intake, ticket, started)
    told = (await intake.http.get(f"/v1/complaints/{ticket}")).json()
    assert (told["due"]["clock"], "paling lambat" in told["standing"]) == ("verify", True)


async def test_an_erased_complaint_leaves_log_and_contacts_blank(intake: Intake) -> None:
    told = (await intake.post({"text": TEXT, "external_id": "x", "reporter": {"whatsapp": "080000000123"}})).json()
    key, _ = await intake.complaint(told["ticket"])
    contacts = [row["key"] for row in await intake.rows("SELECT key FROM state WHERE data->>'kind' = 'contact'")]
    await intake.live.do(Erase(), keys=(key, *contacts), actor="operator")
    kept = "".join(
        str(dict(row)) for row in await intake.rows("SELECT data FROM state UNION ALL SELECT data::jsonb FROM events")
    )
    assert "Loa Janan" not in kept
    assert "6280000000123" not in kept
    again = await intake.post({"text": TEXT, "external_id": "x", "reporter": {"whatsapp": "080000000123"}})
    assert again.json()["status"] == "repeated"
    assert (await intake.http.get(f"/v1/complaints/{told['ticket']}")).json()["erased"] is True


async def test_a_citizen_who_says_too_much_a_day_is_told_so_and_nothing_of_it_is_taken(intake: Intake) -> None:
    answer = (await intake.post({"text": "Jembatan di Muara Badak miring"})).json()
    headers = {"Authorization": f"Bearer {intake.key}"}
    for expected in (202, 202, 202, 429, 429):
        body = {"text": "é" * 20_000}
        told = await intake.http.post(f"/v1/complaints/{answer['ticket']}/replies", json=body, headers=headers)
        assert told.status_code == expected
    assert told.json()["code"] == "too_many_acts"
    assert 0 < int(told.headers["retry-after"]) <= 86_400
    assert len(await intake.events("submission.citizen_replied")) == 3
    withdrawn = await intake.http.post(f"/v1/complaints/{answer['ticket']}/withdraw", json={}, headers=headers)
    assert withdrawn.status_code == 202


async def test_a_complaint_that_newer_code_has_written_is_not_there_for_now_and_left_alone(intake: Intake) -> None:
    answer = (await intake.post({"text": "Jembatan di Muara Badak miring"})).json()
    headers = {"Authorization": f"Bearer {intake.key}"}
    [before] = await intake.rows("UPDATE state SET data = jsonb_set(data, '{state}', '\"escalated\"') RETURNING data")
    path = f"/v1/complaints/{answer['ticket']}"
    read = await intake.http.get(path, headers=headers)
    replied = await intake.http.post(f"{path}/replies", json={"text": "Masih miring."}, headers=headers)
    assert [(told.status_code, told.json()["code"]) for told in (read, replied)] == [(503, "newer_state")] * 2
    assert read.headers["retry-after"]
    [after] = await intake.rows("SELECT data FROM state")
    assert after["data"] == before["data"]


async def test_a_program_may_ask_for_the_headers_alone(intake: Intake) -> None:
    ticket, _ = await filed(intake)
    asked, read = [await intake.http.request(method, f"/v1/complaints/{ticket}") for method in ("HEAD", "GET")]
    assert (asked.status_code, asked.headers["cache-control"]) == (read.status_code, "no-store") == (200, "no-store")


async def test_a_ticket_is_looked_up_before_an_act_is_read(intake: Intake) -> None:
    ticket, secret = await filed(intake)
    tried = [("KT-0000-0000-0", secret), (ticket, {}), (ticket, secret)]
    answers = [
        await intake.http.post(f"/v1/complaints/{one}/replies", content=b"{", headers=headers) for one, headers in tried
    ]
    assert [answer.status_code for answer in answers] == [404, 403, 422]


async def test_an_empty_body_confirms(intake: Intake) -> None:
    ticket, secret = await filed(intake)
    await put(intake, ticket, *resolved())
    answer = await intake.http.post(f"/v1/complaints/{ticket}/confirm", headers=secret)
    assert (answer.status_code, answer.json()) == (202, {"ticket": ticket, "status": "accepted"})
