"""The stub of SP4N-LAPOR! behaves as its calls are known, with each of their traps."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.support.sp4n import BASE, GUID, TOKEN, Served, served

COMPLAINT = {
    "title": "Lampu jalan padam",
    "content": "Lampu jalan di Loa Janan padam seminggu. KT-0000-0000-0",
    "channel": 13,
    "is_new_user_slider": 0,
    "user_id": 77,
    "classification_id": 2,
    "category_id": 5,
    "is_disposisi_slider": 1,
    "disposition_id": 2001,
    "tags_raw": "tanggap,KT-0000-0000-0",
    "is_anonymous": 0,
    "is_secret": 0,
    "attachments": "[1]",
}


@pytest.fixture
async def stub() -> AsyncIterator[Served]:
    async with served() as found:
        yield found


@pytest.fixture
async def http(stub: Served) -> AsyncIterator[httpx.AsyncClient]:
    headers = {"auth": f"Bearer {TOKEN}", "token": GUID}
    async with httpx.AsyncClient(base_url=stub.url + BASE, headers=headers, timeout=0.3) as client:
        yield client


async def order(stub: Served, **wanted: Any) -> None:
    async with httpx.AsyncClient(base_url=stub.url) as client:
        (await client.post("/sp4n-stub/orders", json=wanted)).raise_for_status()


async def create(http: httpx.AsyncClient, **changed: Any) -> httpx.Response:
    return await http.post("/complaints/complaint", json=COMPLAINT | changed)


async def test_a_complaint_is_created_read_and_found_by_its_tag(http: httpx.AsyncClient) -> None:
    number = (await create(http)).json()["complaint_id"]
    read = (await http.get(f"/complaints/{number}/complaint")).json()["results"]
    assert read["data"]["status"] == "Terverifikasi"
    assert read["data"]["institution_id"] == 2001
    found = (await http.get("/complaints/complaint", params={"search": "kt-0000-0000-0"})).json()["results"]["data"]
    assert [one["id"] for one in found] == [number]


async def test_no_key_recognises_a_repeat(http: httpx.AsyncClient, stub: Served) -> None:
    await create(http)
    await create(http)
    assert len(stub.sp4n.book.complaints) == 2


@pytest.mark.parametrize("headers", [{"auth": "Bearer wrong"}, {"token": "{wrong}"}])
async def test_a_wrong_token_is_refused(http: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await http.get("/masters/templates", headers=headers)).status_code == 401


async def test_the_later_header_and_a_tenants_prefix_are_taken(stub: Served) -> None:
    headers = {"Authorization": f"Bearer {TOKEN}", "token": GUID}
    async with httpx.AsyncClient(base_url=f"{stub.url}/sp4n/t/kaltim/lapor/3.0.0", headers=headers) as client:
        assert (await client.get("/masters/templates")).status_code == 200


@pytest.mark.parametrize("changed", [{"title": ""}, {"channel": "13"}, {"attachments": [1]}, {"user_id": None}])
async def test_a_wrong_field_is_refused(http: httpx.AsyncClient, stub: Served, changed: dict[str, Any]) -> None:
    assert (await create(http, **changed)).status_code == 422
    assert not stub.sp4n.book.complaints


@pytest.mark.parametrize(
    ("trap", "kept", "seen"),
    [
        ("drop", 0, httpx.RemoteProtocolError),
        ("cut", 1, httpx.RemoteProtocolError),
        ("hang", 1, httpx.ReadTimeout),
        ("late", 0, httpx.ReadTimeout),
    ],
)
async def test_a_trap_without_an_answer(
    http: httpx.AsyncClient, stub: Served, trap: str, kept: int, seen: type[Exception]
) -> None:
    await order(stub, traps=[{"call": "create", "what": trap}], late_s=0.6, hang_s=0.7)
    with pytest.raises(seen):
        await create(http)
    assert len(stub.sp4n.book.complaints) == kept
    if trap == "late":
        await asyncio.sleep(0.8)
        assert len(stub.sp4n.book.complaints) == 1
    assert (await create(http)).json()["complaint_id"]


@pytest.mark.parametrize(
    ("trap", "status", "kept"),
    [("error", 502, 0), ("error_kept", 502, 1), ("throttle", 429, 0), ("no_id", 200, 0), ("no_id_kept", 200, 1)],
)
async def test_a_trap_with_an_answer(http: httpx.AsyncClient, stub: Served, trap: str, status: int, kept: int) -> None:
    await order(stub, traps=[{"call": "create", "what": trap}])
    answer = await create(http)
    assert (answer.status_code, len(stub.sp4n.book.complaints)) == (status, kept)
    assert "complaint_id" not in answer.json()


async def test_a_file_is_skipped_silently(http: httpx.AsyncClient, stub: Served) -> None:
    await order(stub, traps=[{"call": "file", "what": "skip_file"}])
    two = [("attachments[]", ("a.jpg", b"a", "image/jpeg")), ("attachments[]", ("b.jpg", b"b", "image/jpeg"))]
    answer = await http.post("/complaints/complaint/file", files=two)
    assert answer.status_code == 200
    assert len(answer.json()["results"]["docs"]) == 1


async def test_calls_above_the_rate_are_throttled(http: httpx.AsyncClient, stub: Served) -> None:
    await order(stub, rate=2)
    seen = [(await http.get("/masters/templates")).status_code for _ in range(4)]
    assert seen == [200, 200, 429, 429]


async def test_follow_ups_are_paged_and_written_in_wib_without_a_zone(http: httpx.AsyncClient, stub: Served) -> None:
    number = (await create(http)).json()["complaint_id"]
    for at in range(25):
        form = {"complaint_id": str(number), "content": f"catatan {at}", "institution_from_id": "2001"}
        assert (await http.post("/complaints/followup/add", data=form)).status_code == 200
    path = f"/complaints/{number}/followups"
    pages = [(await http.get(path, params={"page": n, "page_size": 50})).json()["results"]["data"] for n in (1, 2, 3)]
    assert [len(page) for page in pages] == [20, 5, 0]
    day, _, clock = pages[0][0]["created_at"].partition(" ")
    assert (len(day.split("-")[2]), clock.count(":")) == (4, 2)


async def test_a_template_changes_the_status_and_names_both(http: httpx.AsyncClient) -> None:
    number = (await create(http)).json()["complaint_id"]
    form = {"complaint_id": str(number), "template_code": "KELENGKAPAN", "content": "Mohon foto."}
    await http.post("/complaints/followup/add", data=form)
    read = (await http.get(f"/complaints/{number}/complaint")).json()["results"]["data"]
    assert read["status"] == "Menunggu Kelengkapan Informasi"
    [entry] = (await http.get(f"/complaints/{number}/followups")).json()["results"]["data"]
    assert '"status_new": "Menunggu Kelengkapan Informasi"' in entry["data"]


async def test_bukan_wewenang_gives_it_to_the_target(http: httpx.AsyncClient) -> None:
    number = (await create(http)).json()["complaint_id"]
    body = {"is_request": 1, "reason": 2050, "reason_description": "Jalan kota.", "not_authority": 1}
    assert (await http.post(f"/complaints/process/{number}/reject", json=body)).status_code == 200
    read = (await http.get(f"/complaints/{number}/complaint")).json()["results"]["data"]
    assert read["institution_id"] == 2050


async def test_a_journal_outlives_the_process(tmp_path: Path) -> None:
    journal = tmp_path / "sp4n.jsonl"
    async with served(journal) as first:
        number = first.sp4n.book.create(COMPLAINT)
        first.sp4n.book.follow(number, {"template_code": "TUTUP", "content": "Selesai."})
    async with served(journal) as second:
        assert second.sp4n.book.find(number)["data"]["status"] == "Ditutup oleh Admin"
