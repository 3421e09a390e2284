"""The tracking page over HTTP: after an act, a lost link, photos, the receipt, and its weight."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.intake.rules.lost_link import LINKS
from shared.events import cases
from shared.events.catalogue import CASES
from shared.events.fact import Attachment
from shared.ids import new_id
from shared.pipeline import Item
from shared.pipeline.step import Batch
from shared.web.qr import qr_code
from tests.integration.intake.test_intake_pages import hidden, own_page, send, ticket_of, weight
from tests.integration.intake.test_intake_webhook import put, resolved
from tests.support.infra import Database
from tests.support.intake import Intake, opened
from tests.support.media import picture

TEXT = "Lampu jalan padam di Loa Janan"


@pytest.fixture
async def intake(intake_database: Database, tmp_path: Path) -> AsyncIterator[Intake]:
    """Yield an intake with a media store of its own."""
    async with opened(intake_database, media_folder=tmp_path) as running_intake:
        yield running_intake


async def act(intake: Intake, path: str, **fields: str) -> httpx.Response:
    """Send one of the page's forms, and follow it to the page that it leads to."""
    form = hidden(await intake.http.get(path)) | fields
    answer = await intake.http.post(path, data=form)
    assert answer.status_code == 303, answer.text
    return await intake.http.get(answer.headers["location"].partition("#")[0])


@pytest.mark.parametrize(
    ("before", "fields", "done", "never"),
    [
        (resolved, {"tindakan": "selesai"}, "Pernyataan Anda sudah kami catat", "Apakah masalahnya selesai?"),
        (
            resolved,
            {"tindakan": "belum", "keterangan": "Masih padam"},
            "alasan Anda sudah kami catat",
            "Ya, sudah selesai",
        ),
        (resolved, {"tindakan": "tarik"}, "Penarikan aduan sudah kami catat", "Ya, sudah selesai"),
        (
            lambda: [cases.InfoRequested(opd="dishub", question="Tiang nomor berapa?")],
            {"tindakan": "balas", "keterangan": "Nomor 17"},
            "Keterangan Anda sudah kami kirim",
            "Kami menunggu keterangan",
        ),
    ],
)
async def test_the_page_after_an_act_is_never_older_than_the_act(
    intake: Intake, before: Any, fields: dict[str, str], done: str, never: str
) -> None:
    path = await own_page(intake)
    await put(intake, ticket_of(path), *before())
    first = await act(intake, path, **fields)
    again = await intake.http.get(path)
    assert (done in first.text, done in again.text) == (True, False)
    for page in (first, again):
        assert "Sedang diproses." in page.text
        assert never not in page.text
        assert f'<noscript><p><a href="{path}">Muat ulang halaman ini</a>' in page.text


async def test_an_agencys_question_stands_open_above_the_timeline(intake: Intake) -> None:
    path = await own_page(intake)
    await put(intake, ticket_of(path), cases.InfoRequested(opd="dishub", question="Tiang nomor berapa?"))
    page = (await intake.http.get(path)).text
    order = [
        "Menunggu jawaban Anda.",
        "Tiang nomor berapa?",
        'id="balas"',
        "Perjalanan aduan",
        "Aduan Anda</h2>",
    ]
    assert [page.index(part) for part in order] == sorted(page.index(part) for part in order)
    assert "<details" not in page[page.index("Tiang nomor berapa?") : page.index('id="balas"')]


async def test_yes_and_a_number_are_two_taps(intake: Intake) -> None:
    path = await own_page(intake)
    await put(intake, ticket_of(path), *resolved())
    page = await act(intake, path, tindakan="selesai")
    assert [n for n, _ in re.findall(r'name="nilai" value="(\d)">\d – ([a-z ]+)<', page.text)] == ["1", "2", "3", "4"]
    rated = await act(intake, path, tindakan="nilai", nilai="4")
    assert "Nilai Anda sudah kami catat" in rated.text
    [*_, (kind, data)] = await intake.events("submission.")
    assert (kind, data["stars"], data["scale"]) == ("submission.citizen_rated", 4, 4)


def main_text(page: httpx.Response) -> str:
    """Return the words of a page between its frame's header and foot."""
    return re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2].partition("</main>")[0])


async def test_a_strangers_page_speaks_of_the_reporter_in_the_third_person(intake: Intake) -> None:
    path = await own_page(intake)
    public = f"/aduan/{ticket_of(path)}"
    await put(intake, ticket_of(path), *resolved())
    await act(intake, path, tindakan="belum", keterangan="Masih padam di sisi kiri")
    for page in (await intake.http.get(public), await intake.http.get(f"{public}?tautan=1")):
        assert re.search(r"\banda\b", main_text(page), re.IGNORECASE) is None
        assert "Pelapor menyatakan masalahnya belum teratasi." in page.text
        assert "sisi kiri" not in page.text
        assert "Jalan sudah diperbaiki" not in page.text


async def test_a_strangers_page_of_a_confidential_complaint_shows_its_state_alone(intake: Intake) -> None:
    ticket = ticket_of((await send(intake, rahasia="ya")).headers["location"])
    await put(intake, ticket, *resolved())
    words = main_text(await intake.http.get(f"/aduan/{ticket}"))
    assert "Sudah dijawab." in words
    for hidden_part in ("WITA", "Dinas", "formulir", "Dikirim", "Loa Janan"):
        assert hidden_part not in words


async def ask_for_link(intake: Intake, ticket: str) -> httpx.Response:
    form = hidden(await intake.http.get(f"/aduan/{ticket}"))
    return await intake.http.post(f"/aduan/{ticket}/tautan", data=form)


async def test_a_lost_link_goes_to_the_contact_on_file_and_the_answer_is_the_same_without_one(intake: Intake) -> None:
    reachable = ticket_of(await own_page(intake))
    silent = ticket_of((await send(intake, isi="Air di Sepaku keruh sejak banjir", whatsapp="")).headers["location"])
    pages = []
    for ticket in (reachable, silent):
        answer = await ask_for_link(intake, ticket)
        assert (answer.status_code, answer.headers["location"]) == (303, f"/aduan/{ticket}?tautan=1")
        pages.append((await intake.http.get(answer.headers["location"])).text)
    told = [re.findall(r'id="terkirim"><p>([^<]+)', page) for page in pages]
    assert told[0] == told[1]
    assert "Permintaan diterima" in told[0][0]
    assert all("0800" not in page and "0123" not in page for page in pages)
    key, _ = await intake.complaint(reachable)
    [(_, data)] = await intake.events("contact.reply_requested")
    assert (data["template"], data["complaint"], data["address"]) == ("link_again", str(key), "6280000000123")


async def test_a_stranger_cannot_flood_the_reporter_and_reads_no_difference(intake: Intake) -> None:
    ticket = ticket_of(await own_page(intake))
    answers = [await ask_for_link(intake, ticket) for _ in range(LINKS.acts_a_day + 3)]
    assert {answer.status_code for answer in answers} == {303}
    assert len(await intake.events("contact.reply_requested")) == LINKS.acts_a_day


async def test_an_address_may_ask_for_so_many_links_and_reads_then_what_to_do(intake_database: Database) -> None:
    async with opened(intake_database, link_burst=2) as intake:
        tickets = [ticket_of(await own_page(intake)) for _ in range(3)]
        answers = [await ask_for_link(intake, ticket) for ticket in tickets]
        assert [answer.status_code for answer in answers] == [303, 303, 429]
        assert "Tunggu" in answers[2].text
        assert int(answers[2].headers["retry-after"]) > 0
        assert len(await intake.events("contact.reply_requested")) == 2


async def test_a_forged_request_sends_no_link(intake: Intake) -> None:
    ticket = ticket_of(await own_page(intake))
    assert (await intake.http.post(f"/aduan/{ticket}/tautan", data={"csrf": "x"})).status_code == 403
    assert await intake.events("contact.reply_requested") == []


async def upload(intake: Intake, colour: tuple[int, int, int]) -> dict[str, Any]:
    headers = {"Authorization": f"Bearer {intake.key}"}
    answer = await intake.http.post("/v1/media", content=picture(colour=colour), headers=headers)
    kept: dict[str, Any] = answer.json()
    return kept


async def answer_with(intake: Intake, ticket: str, *evidence: dict[str, Any]) -> None:
    """Fold an answer with evidence, as the step does for a record."""
    key, _ = await intake.complaint(ticket)
    fact = cases.Resolved(opd="dishub", answer="Sudah.", evidence=tuple(Attachment(**one) for one in evidence))
    item = Item(key, fact, "opd:dishub", datetime.now(UTC), new_id(), (key,), topic=CASES, sequence=1)
    await intake.live.step.run(Batch([item]))


async def test_the_reporter_sees_photos_before_and_after_and_a_stranger_sees_none(intake: Intake) -> None:
    before, after = [await upload(intake, colour) for colour in ((10, 20, 30), (200, 210, 220))]
    filed = (await intake.post({"text": TEXT, "attachments": [before["id"]]})).json()
    await answer_with(intake, filed["ticket"], after)
    path = filed["link"].removeprefix("https://aduan.contoh.id")
    page = (await intake.http.get(path)).text
    shown = re.findall(
        r'<h3>([^<]+)</h3>\s*<ul class="photos"><li><a href="([^"]+)"><img src="([^"]+)" alt="([^"]+)"', page
    )
    assert [(heading, full.split("?")[0]) for heading, full, _, _ in shown] == [
        ("Dari Anda", f"/v1/media/{before['id']}"),
        ("Dari instansi, sesudah ditangani", f"/v1/media/{after['id']}"),
    ]
    assert all(alt for *_, alt in shown)
    assert page.count('width="132" height="132" loading="lazy"') == 2
    for _, full, thumbnail, _ in shown:
        assert [(await intake.http.get(one)).status_code for one in (full, thumbnail)] == [200, 200]
        assert (await intake.http.get(full.split("?")[0])).status_code == 401
    assert "/v1/media/" not in (await intake.http.get(f"/aduan/{filed['ticket']}")).text


async def test_evidence_never_shows_the_file_of_another_complaint_or_one_that_the_agency_does_not_know(
    intake: Intake,
) -> None:
    theirs, guessed = await upload(intake, (1, 2, 3)), await upload(intake, (4, 5, 6))
    await intake.post({"text": TEXT, "attachments": [theirs["id"]]})
    filed = (await intake.post({"text": TEXT})).json()
    elsewhere = {"id": "foto-lapangan-1", "sha256": "ab" * 32, "type": "image/jpeg", "size": 1}
    await answer_with(intake, filed["ticket"], theirs, guessed | {"sha256": "cd" * 32}, elsewhere)
    page = await intake.http.get(filed["link"].removeprefix("https://aduan.contoh.id"))
    assert page.status_code == 200
    assert "/v1/media/" not in page.text


async def test_the_receipt_has_the_link_as_code_and_as_a_file_and_nothing_that_was_typed(intake: Intake) -> None:
    path = (await send(intake, rahasia="ya")).headers["location"].removesuffix("/bukti")
    link = f"https://aduan.contoh.id{path}"
    page = (await intake.http.get(f"{path}/bukti")).text
    assert qr_code(link) in page
    assert f'href="{path}/simpan" download' in page
    assert "Diterima" in page
    assert "pukul" in page
    kept = await intake.http.get(f"{path}/simpan")
    assert kept.headers["content-disposition"] == f'attachment; filename="tanda-terima-{ticket_of(path)}.txt"'
    assert kept.headers["content-type"] == "text/plain; charset=utf-8"
    assert link in kept.text
    assert "Loa Janan" not in kept.text
    assert (await intake.http.get(f"{path[:-4]}0000/simpan")).status_code == 404


async def test_a_long_story_with_photos_weighs_at_most_6_kb(intake: Intake) -> None:
    media = [(await upload(intake, (n, n, n)))["id"] for n in range(3)]
    filed = (await intake.post({"text": f"{TEXT}. " * 8, "place": "Jl. Poros", "attachments": media})).json()
    for n in range(12):
        await put(
            intake, filed["ticket"], cases.Progressed(opd="dishub", public=True, text=f"Pekerjaan tahap {n} selesai.")
        )
    await put(intake, filed["ticket"], *resolved())
    assert await weight(intake, filed["link"].removeprefix("https://aduan.contoh.id")) <= 6 * 1024
    script = re.findall(r'<script src="([^"]+)"', (await intake.http.get(f"/aduan/{filed['ticket']}")).text)
    assert await weight(intake, script[0]) <= 1536
