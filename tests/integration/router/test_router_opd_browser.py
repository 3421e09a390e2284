"""The desk of an OPD in a real Chromium: on a phone and a desk, with axe, scripts off, and its weight."""

import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from services.router.rules import commands as c
from shared.events.catalogue import SUBMISSIONS
from tests.support.browser import DESK, PHONE, check, serving, window
from tests.support.doors import hear
from tests.support.people import PASSWORD, Worker, hire
from tests.support.router_facts import UNCLEAR, submitted
from tests.support.router_world import RouterWorld
from tests.support.web import web_of

pytestmark = pytest.mark.browser
FIRST, SECOND = "KT-7F3K-9Q2M-X", "KT-2222-3333-X"
PLACE = "Jl. Poros Loa Janan, Kutai Kartanegara"
HEAVIEST = 40 * 1024


async def clean(page: Page, name: str) -> None:
    """Check the page, and keep a picture where TANGGAP_PICTURES names a folder."""
    folder = os.environ.get("TANGGAP_PICTURES")
    await check(page, Path(folder) / f"opd-{name}.png" if folder else None)


async def enter(page: Page, address: str, worker: Worker) -> None:
    """Sign in from the page that was asked for."""
    await page.goto(address)
    await page.get_by_label("Alamat surel").fill(worker.email)
    await page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Masuk").click()
    await page.get_by_label("Kode", exact=True).fill(worker.code())
    await page.get_by_role("button", name="Lanjut").click()


@pytest.mark.parametrize(("width", "scripts"), [(PHONE, True), (DESK, True), (PHONE, False)])
async def test_an_officer_works_a_case_to_its_answer(
    router_world: RouterWorld, browser: Browser, width: int, scripts: bool
) -> None:
    async with (
        router_world.idle() as live,
        serving(web_of(live)) as address,
        window(browser, width, scripts=scripts, dark=width == DESK) as page,
    ):
        shown = clean if scripts else _unchecked
        for ticket in (FIRST, SECOND):
            fact = submitted(f"{UNCLEAR}, depan SD 012", ticket=ticket, reporter_name="Warga Uji", place=PLACE)
            key = await hear(live, SUBMISSIONS, fact)
            await live.do(c.Assign(opd="dishub"), keys=(key,), actor="triage")
        worker = await hire(live, "officer", opd="dishub")
        await hire(live, "officer", opd="dishub", email="rina@contoh.example", name="Rina Wulandari")
        # The link of a mail leads through the sign-in to its case.
        await enter(page, f"{address}/opd/{FIRST}", worker)
        assert FIRST in await page.locator("h1").inner_text()
        await shown(page, f"case-{width}")
        await page.get_by_role("button", name="Terima aduan ini").click()
        await page.get_by_label("Tulis catatan").fill("@Rina Wulandari, tolong ukur lubangnya besok pagi.")
        await page.get_by_role("button", name="Simpan catatan").click()
        await page.get_by_text("tolong ukur lubangnya").wait_for()
        await page.get_by_text("Serahkan kepada rekan").click()
        await page.get_by_text("Tanya pelapor").click()
        await page.get_by_text("Jawab", exact=True).click()
        await shown(page, f"case-open-{width}")
        await page.get_by_role("button", name="Kirim jawaban").click()
        await page.get_by_role("link", name="Pilih apa hasilnya.").wait_for()
        await shown(page, f"case-wrong-{width}")
        await page.get_by_label("Dijadwalkan", exact=True).check()
        await page.get_by_label("Jawaban untuk pelapor").fill("Lampu pengganti dipesan dan dipasang minggu depan.")
        day = (datetime.now(UTC) + timedelta(days=9)).date().isoformat()
        await page.get_by_label("Dijadwalkan sampai tanggal").fill(day)
        await page.get_by_role("button", name="Kirim jawaban").click()
        await page.get_by_role("heading", name="Sudah dijawab").wait_for()
        await shown(page, f"case-answered-{width}")
        await page.goto(f"{address}/opd")
        assert await page.locator("td .ticket").all_inner_texts() == [SECOND]
        await shown(page, f"list-{width}")
        answer = await page.request.get(f"{address}/opd", headers={"Accept-Encoding": "gzip"})
        assert len(await answer.body()) < HEAVIEST
        await page.goto(f"{address}/opd?tampil=menunggu")
        await shown(page, f"list-empty-{width}")


async def _unchecked(_page: Page, _name: str) -> None:
    """Check nothing: axe itself needs scripts, and the same pages are checked with them."""


@pytest.mark.parametrize(("width", "scripts"), [(PHONE, True), (DESK, False)])
async def test_a_head_writes_a_template(router_world: RouterWorld, browser: Browser, width: int, scripts: bool) -> None:
    async with (
        router_world.idle() as live,
        serving(web_of(live)) as address,
        window(browser, width, scripts=scripts) as page,
    ):
        shown = clean if scripts else _unchecked
        await enter(page, f"{address}/opd/templat", await hire(live, "head", opd="dishub"))
        await page.get_by_label("Nama templat").fill("Lubang ditutup")
        await page.get_by_label("Isi", exact=True).fill("Aduan {ticket} selesai.")
        await page.get_by_role("button", name="Simpan templat").click()
        await page.get_by_role("link", name="Isian {ticket} tidak dikenal").wait_for()
        await shown(page, f"templates-wrong-{width}")
        await page.get_by_label("Isi", exact=True).fill("Lubang di {tempat} ditutup oleh ___ pada {tanggal}.")
        await page.get_by_role("button", name="Simpan templat").click()
        await page.get_by_role("heading", name="Lubang ditutup").wait_for()
        await shown(page, f"templates-{width}")
