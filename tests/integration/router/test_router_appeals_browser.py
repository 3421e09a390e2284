"""The desk of the supervisors and the office's case file in a real Chromium: phone and desk, axe, scripts off, weight."""

import io
import json
import os
import zipfile
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page

from services.router.rules import commands as c
from shared.events.catalogue import SUBMISSIONS
from shared.events.fact import Attachment
from shared.events.submissions_appeal import CitizenAppealed
from shared.events.submissions_evidence import Doubt, EvidenceDoubted
from shared.ids import new_id
from shared.pipeline.sealing import seal
from shared.runtime.running import Running
from tests.integration.router.test_router_opd_browser import enter
from tests.support.browser import DESK, PHONE, check, serving, window
from tests.support.doors import hear
from tests.support.people import hire
from tests.support.router_facts import UNCLEAR, submitted
from tests.support.router_world import RouterWorld
from tests.support.web import web_of

pytestmark = pytest.mark.browser
TICKET = "KT-7F3K-9Q2M-X"
WHY = "Lubangnya masih ada; foto bukti dari jalan lain."
HEAVIEST = 40 * 1024


async def clean(page: Page, name: str) -> None:
    """Check the page, and keep a picture where TANGGAP_PICTURES names a folder."""
    folder = os.environ.get("TANGGAP_PICTURES")
    await check(page, Path(folder) / f"keberatan-{name}.png" if folder else None)


async def appealed(live: Running[Any]) -> tuple[UUID, Attachment]:
    """Answer a case with a photo, doubt it, close the case and appeal."""
    photo = Attachment(id=str(new_id()), sha256="ab" * 32, type="image/jpeg", size=2_048)
    place = "Jl. Poros Loa Janan, Kutai Kartanegara"
    key = await hear(live, SUBMISSIONS, submitted(f"{UNCLEAR}, depan SD 012", ticket=TICKET, place=place))
    await live.do(c.Assign(opd="dpupr-pera"), keys=(key,), actor="triage")
    answer = c.Resolve(opd="dpupr-pera", answer="Lubang sudah ditambal dengan aspal kemarin.", evidence=(photo,))
    await live.do(answer, keys=(key,), actor=f"opd:dpupr-pera:{new_id()}")
    doubt = Doubt(kind="earlier_evidence", earlier=str(new_id()), covered=1.0, changed=0.04)
    await hear(live, SUBMISSIONS, EvidenceDoubted(file=photo.id, doubts=(doubt,)), key, 2)
    await live.do(c.Close(reason="Sudah dijawab."), keys=(key,), actor=f"koordinator:{new_id()}")
    await hear(live, SUBMISSIONS, CitizenAppealed(reason=WHY, channel="web"), key, 3)
    return key, photo


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("width", "scripts"), [(PHONE, True), (DESK, True), (PHONE, False)])
async def test_a_supervisor_decides_on_an_appeal_and_reads_the_case_file(
    router_world: RouterWorld, browser: Browser, width: int, scripts: bool
) -> None:
    async with (
        router_world.idle() as live,
        serving(web_of(live)) as address,
        window(browser, width, scripts=scripts, dark=width == DESK) as page,
    ):

        async def shown(name: str) -> None:
            if scripts:
                await clean(page, f"{name}-{width}")

        key, photo = await appealed(live)
        await seal(live.pool)
        worker = await hire(live, "supervisor")
        await enter(page, f"{address}/keberatan", worker)
        assert WHY in await page.locator("main").inner_text()
        await shown("list")
        await page.get_by_role("link", name="Bukti diragukan").click()
        assert "1 foto menunggu" in await page.locator("main").inner_text()
        await shown("doubts")
        await page.get_by_role("link", name=TICKET).click()
        await shown("case")
        await page.get_by_role("button", name="Terima keberatan: buka kembali").click()
        await page.get_by_role("link", name="Tulis alasan putusan; pelapor membacanya.").wait_for()
        await shown("wrong")

        await page.get_by_role("link", name="Berkas perkara").click()
        told = await page.locator("main").inner_text()
        assert "Dinas Pekerjaan Umum, Penataan Ruang dan Perumahan Rakyat, akun" in told
        assert photo.sha256 in told
        assert "Catatan terakhir dalam rantai: nomor" in told
        await shown("file")
        answer = await page.request.get(f"{address}/perkara/{TICKET}/unduh")
        with zipfile.ZipFile(io.BytesIO(await answer.body())) as packed:
            manifest = json.loads(packed.read("manifest.json"))
            assert WHY in packed.read("berkas-perkara.html").decode()
            assert "case.appealed" in {one["type"] for one in json.loads(packed.read("kejadian.json"))}
        assert photo.sha256 in {one["sha256"] for one in manifest["files"]}
        assert all(one["link"] for one in manifest["chain"])
        reads = await live.pool.fetch("SELECT DISTINCT actor FROM reads WHERE key = $1 AND why = 'case file'", key)
        assert [row["actor"] for row in reads] == [f"supervisor:{worker.id}"]

        await page.goto(f"{address}/keberatan/{TICKET}")
        await page.get_by_label("Alasan putusan").fill("Foto bukti menunjukkan jalan yang lain.")
        await page.get_by_role("button", name="Terima keberatan: buka kembali").click()
        await page.get_by_text("Tersimpan.").wait_for()
        await shown("saved")
        weight = len(await (await page.request.get(f"{address}/keberatan/{TICKET}")).body())
        assert weight < HEAVIEST
