"""The HTTP door of the media store: who may send, name and see a file, and what a browser may do with it."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.intake.media.files import FolderFiles
from services.intake.media.sweeping import sweep
from services.intake.rules.commands import Erase
from shared.events import cases
from shared.events.cases_helpers import HelperAdded, HelperEnded
from shared.ids import new_id
from tests.integration.intake.test_intake_webhook import put
from tests.support.infra import Database
from tests.support.intake import Intake, opened
from tests.support.media import PDF, located, names, picture

FOLDER = "media"


@pytest.fixture
async def intake(intake_database: Database, tmp_path: Path) -> AsyncIterator[Intake]:
    async with opened(
        intake_database, media_folder=tmp_path / FOLDER, media_spool=tmp_path / "spool", media_bytes=200_000
    ) as running_intake:
        yield running_intake


def bearer(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


async def send(intake: Intake, content: Any, key: str | None = None, **headers: str) -> httpx.Response:
    given = bearer(key or intake.key) | headers
    return await intake.http.post("/v1/media", content=content, headers=given)


async def file_with(intake: Intake, *media: str, **more: Any) -> dict[str, Any]:
    answer = await intake.post({"text": "Lampu jalan padam di Loa Janan", "attachments": list(media)} | more)
    assert answer.status_code == 201, answer.text
    filed: dict[str, Any] = answer.json()
    return filed


def assigned(opd: str) -> cases.Assigned:
    return cases.Assigned.model_validate(
        {"assignment_id": new_id(), "opd": opd, "reasons": ["x"], "class": "no_oversight", "priority": "normal"}
    )


async def listed(intake: Intake, filed: dict[str, Any]) -> list[dict[str, Any]]:
    secret = filed["link"].rpartition("/")[2]
    answer = await intake.http.get(f"/v1/complaints/{filed['ticket']}/media", headers={"X-Complaint-Secret": secret})
    assert answer.status_code == 200, answer.text
    media: list[dict[str, Any]] = answer.json()["media"]
    return media


async def test_a_photo_goes_from_the_adapter_to_the_event_and_back_to_the_reporter(intake: Intake) -> None:
    sent = await send(intake, picture(exif=located()))
    assert sent.status_code == 201
    kept = sent.json()
    assert kept["type"] == "image/jpeg"
    filed = await file_with(intake, kept["id"])
    [(_, submitted)] = await intake.events("submission.submitted")
    assert submitted["attachments"] == [kept]
    [shown] = await listed(intake, filed)
    assert {name: shown[name] for name in kept} == kept
    answer = await intake.http.get(shown["link"])
    assert (answer.status_code, len(answer.content)) == (200, kept["size"])
    assert b"Exif" not in answer.content
    for side in ("320", "1280"):
        thumbnail = await intake.http.get(shown["thumbnails"][side])
        assert (thumbnail.status_code, thumbnail.headers["content-type"]) == (200, "image/webp")


async def test_a_browser_may_only_show_a_file(intake: Intake) -> None:
    photo, paper = (await send(intake, picture())).json(), (await send(intake, PDF)).json()
    links = [media["link"] for media in await listed(intake, await file_with(intake, photo["id"], paper["id"]))]
    one, other = [await intake.http.get(link) for link in links]
    assert one.headers["content-disposition"] == f'inline; filename="{photo["id"]}.jpg"'
    assert other.headers["content-disposition"] == f'attachment; filename="{paper["id"]}.pdf"'
    for answer in (one, other):
        assert answer.headers["cache-control"] == "private, max-age=600"
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "sandbox; default-src 'none'" in answer.headers["content-security-policy"]
        assert answer.headers["content-length"] == str(len(answer.content))


async def test_a_form_with_one_file_is_taken_like_a_bare_body(intake: Intake) -> None:
    headers = bearer(intake.key)
    form = await intake.http.post("/v1/media", files={"file": ("foto.html", picture(), "text/html")}, headers=headers)
    bare = await send(intake, picture())
    assert (form.status_code, bare.status_code) == (201, 200)
    assert form.json() == bare.json()
    none = await intake.http.post("/v1/media", data={"other": "x"}, files={"a": b"x"}, headers=headers)
    assert none.status_code == 422


async def test_a_key_names_one_file_and_a_repeat_gets_the_first_answer(intake: Intake) -> None:
    first = await send(intake, PDF, **{"Idempotency-Key": "satu"})
    again = await send(intake, PDF, **{"Idempotency-Key": "satu"})
    other = await send(intake, picture(), **{"Idempotency-Key": "satu"})
    assert [answer.status_code for answer in (first, again, other)] == [201, 200, 409]
    assert first.json() == again.json()


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"", 422, "media_refused"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422, "media_refused"),
        (b"<html>" + picture(), 422, "media_refused"),
        (picture()[:-200], 422, "media_refused"),
        (PDF + bytes(200_000), 413, "too_large"),
        (PDF + bytes(300_000), 413, "too_large"),
    ],
)
async def test_a_file_that_we_do_not_keep_is_refused_in_words(
    intake: Intake, content: bytes, status: int, code: str
) -> None:
    answer = await send(intake, content)
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"]


async def test_a_body_without_an_end_is_cut_at_the_bound(intake: Intake, tmp_path: Path) -> None:
    taken = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal taken
        while taken < 50_000_000:
            taken += 65_536
            yield bytes(65_536)

    assert (await send(intake, endless())).status_code == 413
    assert taken < 1_000_000
    assert list((tmp_path / "spool").iterdir()) == []


async def test_only_an_adapter_may_send(intake: Intake) -> None:
    koordinator = await intake.new_key("koordinator", "Diskominfo")
    assert (await intake.http.post("/v1/media", content=PDF)).status_code == 401
    assert (await send(intake, PDF, koordinator)).status_code == 403


async def test_a_submission_names_only_kept_files_of_its_own_sender(intake: Intake) -> None:
    own = (await send(intake, PDF)).json()["id"]
    strange = (await send(intake, PDF, await intake.new_key("adapter", "KIM Loa Janan"))).json()["id"]
    await send(intake, b"<svg/>")
    [refused] = await intake.rows("SELECT id FROM media WHERE state = 'refused'")
    for wrong in (strange, str(refused["id"]), str(new_id()), "not-an-id"):
        answer = await intake.post({"text": "Lampu jalan padam", "attachments": [own, wrong]})
        assert (answer.status_code, answer.json()["errors"][0]["field"].split(".")[0]) == (422, "attachments")
    assert await intake.events("submission.submitted") == []
    items = [{"text": "Jalan rusak", "attachments": [own]}, {"text": "Jalan rusak", "attachments": [strange]}]
    assert [item["status"] for item in (await intake.post(items)).json()["items"]] == ["accepted", "refused"]


async def test_a_reply_of_the_adapter_carries_files_and_a_person_reads_it(intake: Intake) -> None:
    filed, media = await file_with(intake), (await send(intake, PDF)).json()
    path = f"/v1/complaints/{filed['ticket']}/replies"
    body = {"text": "Sudah", "attachments": [media["id"]]}
    headers = bearer(intake.key) | {"Idempotency-Key": "balas-1"}
    for status in ("accepted", "repeated"):
        answer = await intake.http.post(path, json=body, headers=headers)
        assert (answer.status_code, answer.json()["status"]) == (202, status)
    [(_, replied)] = await intake.events("submission.citizen_replied")
    assert replied["attachments"] == [media]
    assert [one["id"] for one in await listed(intake, filed)] == [media["id"]]
    secret = filed["link"].rpartition("/")[2]
    refused = await intake.http.post(path, json=body, headers={"X-Complaint-Secret": secret})
    assert refused.status_code == 422


async def test_the_desk_and_the_opd_of_the_case_see_a_file_and_nobody_else(intake: Intake) -> None:
    media = (await send(intake, picture())).json()["id"]
    koordinator = await intake.new_key("koordinator", "Diskominfo")
    dishub = await intake.new_key("officer", "Dishub", "dishub")
    dinkes = await intake.new_key("officer", "Dinkes", "dinkes")

    async def statuses() -> list[int]:
        keys: tuple[dict[str, str], ...] = ({}, bearer(intake.key), bearer(dinkes), bearer(dishub), bearer(koordinator))
        paths = (f"/v1/media/{media}", f"/v1/media/{media}/320")
        return [(await intake.http.get(path, headers=headers)).status_code for headers in keys for path in paths]

    assert await statuses() == [401, 401, 403, 403, *[404] * 6]
    filed = await file_with(intake, media)
    assert await statuses() == [401, 401, *[403] * 6, 200, 200]
    await put(intake, filed["ticket"], assigned("dishub"))
    assert await statuses() == [401, 401, *[403] * 4, *[200] * 4]
    helps = HelperAdded(assignment_id=new_id(), opd="dinkes", lead="dishub", task="Periksa airnya.")
    await put(intake, filed["ticket"], helps)
    assert await statuses() == [401, 401, 403, 403, *[200] * 6]
    await put(intake, filed["ticket"], HelperEnded(assignment_id=new_id(), opd="dinkes", why="lead"))
    assert await statuses() == [401, 401, *[403] * 4, *[200] * 4]
    await put(intake, filed["ticket"], assigned("dinkes"))
    assert await statuses() == [401, 401, 403, 403, 200, 200, 403, 403, 200, 200]
    reads = await intake.rows("SELECT actor, key, why FROM reads WHERE actor LIKE 'opd:%'")
    key, _ = await intake.complaint(filed["ticket"])
    assert {(row["actor"], row["key"], row["why"]) for row in reads} == {
        (actor, key, f"file {media}") for actor in ("opd:dishub", "opd:dinkes")
    }


async def test_a_link_opens_one_file_for_a_while(intake_database: Database, tmp_path: Path) -> None:
    async with opened(intake_database, media_folder=tmp_path, media_link_s=1) as intake:
        one, other = (await send(intake, PDF)).json()["id"], (await send(intake, picture())).json()["id"]
        link = (await listed(intake, await file_with(intake, one, other)))[0]["link"]
        assert (await intake.http.get(link)).status_code == 200
        for wrong in (link.replace(one, other), link[:-2] + ("aa" if link[-2] != "a" else "bb"), link + "%00"):
            assert (await intake.http.get(wrong)).status_code in {400, 403}
        await asyncio.sleep(2.1)
        assert (await intake.http.get(link)).status_code == 403


async def test_the_list_is_for_the_reporter_and_the_adapter_that_filed(intake: Intake) -> None:
    filed = await file_with(intake, (await send(intake, PDF)).json()["id"])
    path = f"/v1/complaints/{filed['ticket']}/media"
    strange = await intake.new_key("adapter", "KIM Loa Janan")
    given: list[tuple[dict[str, str], int]] = [
        ({}, 401),
        ({"X-Complaint-Secret": "salah"}, 404),
        (bearer(strange), 403),
        (bearer(intake.key), 200),
    ]
    for headers, status in given:
        assert (await intake.http.get(path, headers=headers)).status_code == status
    assert (await intake.http.get("/v1/complaints/KT-2222-2222-2/media", headers=bearer(intake.key))).status_code == 404


async def test_a_document_has_no_thumbnail(intake: Intake) -> None:
    media = (await send(intake, PDF)).json()["id"]
    await file_with(intake, media)
    headers = bearer(await intake.new_key("koordinator", "Diskominfo"))
    assert (await intake.http.get(f"/v1/media/{media}/320", headers=headers)).status_code == 404
    assert (await intake.http.get(f"/v1/media/{media}/640", headers=headers)).status_code == 422


async def erase(intake: Intake, ticket: str) -> None:
    key, data = await intake.complaint(ticket)
    await intake.live.do(Erase(), keys=(key, *map(UUID, data["contacts"])), actor="operator")


async def test_erasure_removes_bytes_and_metadata_unless_another_complaint_has_the_file(
    intake: Intake, tmp_path: Path
) -> None:
    media = (await send(intake, picture(exif=located()))).json()["id"]
    one, other = await file_with(intake, media), await file_with(intake, media)
    link = (await listed(intake, one))[0]["link"]
    files = FolderFiles(tmp_path / FOLDER)
    await erase(intake, one["ticket"])
    await sweep(intake.live.pool, files, 24)
    assert (await intake.http.get(link)).status_code == 200
    assert await listed(intake, one) == []
    await erase(intake, other["ticket"])
    assert (await intake.http.get(link)).status_code == 404
    await sweep(intake.live.pool, files, 24)
    assert await names(files) == []
    [row] = await intake.rows("SELECT * FROM media")
    assert row["state"] == "erased"
    gone = ("sent_sha256", "sha256", "type", "size", "width", "height", "taken_at", "latitude", "longitude")
    assert [row[name] for name in gone] == [None] * len(gone)
    assert await intake.rows("SELECT * FROM media_links") == []


async def test_a_repeat_gets_its_first_answer_after_its_file_was_erased(intake: Intake) -> None:
    media = (await send(intake, PDF)).json()["id"]
    filed = await file_with(intake, media, external_id="x-1")
    path, body = f"/v1/complaints/{filed['ticket']}/replies", {"text": "Ini fotonya", "attachments": [media]}
    headers = bearer(intake.key) | {"Idempotency-Key": "balas-1"}
    assert (await intake.http.post(path, json=body, headers=headers)).status_code == 202
    await intake.rows("UPDATE media SET state = 'erased', sha256 = NULL")
    again = await intake.post({"text": "Lampu jalan padam di Loa Janan", "attachments": [media], "external_id": "x-1"})
    assert (again.status_code, again.json()["ticket"]) == (200, filed["ticket"])
    repeated = await intake.http.post(path, json=body, headers=headers)
    assert (repeated.status_code, repeated.json()["status"]) == (202, "repeated")
    fresh = await intake.post({"text": "Lampu jalan padam di Loa Janan", "attachments": [media], "external_id": "x-2"})
    assert fresh.status_code == 422


async def test_a_repeat_across_the_new_field_is_still_a_repeat(intake: Intake) -> None:
    body = {"text": "Lampu jalan padam di Loa Janan", "external_id": "x-1"}
    assert [(await intake.post(body)).status_code for _ in range(2)] == [201, 200]
