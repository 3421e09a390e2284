"""The deadline desk in a real Chromium: on a phone and a desk, with axe, with scripts off, and its weight."""

import gzip
import os
import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from services.sla.state import CaseClocks
from services.sla.statistics.figures import refresh_figures
from shared.events import cases
from shared.runtime.running import Running
from shared.web.keys import Keys
from tests.support.browser import DESK, PHONE, check, serving, window
from tests.support.sla_figures import put_measures
from tests.support.sla_story import (
    asked,
    assigned,
    at,
    declined,
    opened,
    progressed,
    put_off,
    reclassified,
    resolved,
    told,
)
from tests.support.sla_world import Sayer, SlaWorld
from tests.support.toys import fresh_key
from tests.support.web import web_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]
START = at("2026-04-06T09:00")
TICKETS = ("KT-7F3K-9Q2M-X", "KT-9Q2M-7F3K-X", "KT-2222-3333-X")
HEAVIEST = 40 * 1024
# The width of an A4 page without its margins.
A4 = 700


def picture(name: str) -> Path | None:
    """Return the path for a picture that a person will look at, or None when nobody asked for pictures."""
    folder = os.environ.get("TANGGAP_PICTURES")
    return Path(folder) / f"{name}.png" if folder else None


async def some_cases(world: SlaWorld, router: Sayer) -> None:
    """One overdue, one answered and disputed, one with the desk; others that fill the numbers."""
    overdue, answered, waiting = (fresh_key() for _ in range(3))
    await router.say(overdue, START, opened(ticket=TICKETS[0], topic="lampu-jalan"), assigned(topic="lampu-jalan"))
    await router.say(answered, START, opened(ticket=TICKETS[1]), assigned("dlh"))
    await router.say(
        answered, at("2026-04-07T10:00"), asked("dlh"), told(), progressed("dlh"), put_off("2026-04-10", "dlh")
    )
    await router.say(answered, at("2026-04-13T10:00"), resolved("dlh"), cases.Disputed(reason="belum selesai"))
    await router.say(waiting, at("2026-04-14T09:00"), opened(ticket=TICKETS[2]), reclassified(priority="urgent"))
    for number, opd in enumerate(["dishub", "dlh", "dpupr-pera", "dinkes"] * 3):
        key = fresh_key()
        await router.say(key, START, opened(ticket=f"KT-4444-{number:04}-X"), assigned(opd))
        await router.say(key, at(f"2026-04-{7 + number:02}T10:00"), declined(opd) if number == 7 else resolved(opd))
    await world.caught_up(15)


async def enter(page: Page, address: str, live: Running[CaseClocks], role: str = "koordinator") -> None:
    """Type the key, once."""
    await page.goto(f"{address}/tenggat")
    await page.get_by_label("Kunci Anda").fill(await Keys(live.pool).create(owner="Ibu Uji", role=role, opd=None))
    await page.get_by_role("button", name="Masuk").click()


@pytest.mark.timeout(300)  # nine pages with axe take a while on a busy machine
@pytest.mark.parametrize(("width", "dark"), [(PHONE, False), (DESK, True)])
async def test_every_page_is_clean(world: SlaWorld, browser: Browser, width: int, dark: bool) -> None:
    async with world.router() as router, world.sla() as live:
        await some_cases(world, router)
        world.step(at("2026-04-14T10:00"))
        await world.caught_up(15)
        async with serving(web_of(live)) as address, window(browser, width, dark=dark) as page:
            await page.goto(f"{address}/masuk")
            await check(page, picture(f"sla-masuk-{width}"))
            await enter(page, address, live)
            await check(page, picture(f"sla-tenggat-{width}"))
            await page.get_by_role("link", name="Dinas Perhubungan").click()
            await check(page, picture(f"sla-opd-{width}"))
            await page.get_by_role("link", name=TICKETS[0]).click()
            for part in await page.locator("summary").all():
                await part.click()
            await check(page, picture(f"sla-aduan-{width}"))
            await refresh_figures(live.pool)
            for path in (
                "angka",
                "angka/opd/dlh",
                "angka/laporan/2026-04",
                "kalender?tahun=2026",
                "kebijakan",
                "tenggat/KT-TIDAK-ADA",
            ):
                await page.goto(f"{address}/{path}")
                await check(page, picture(f"sla-{path.replace('/', '-').partition('?')[0]}-{width}"))
            await page.goto(f"{address}/kalender?tahun=2026")
            await page.get_by_role("button", name="Periksa akibatnya").click()
            assert await page.title() == "Perlu diperbaiki: Kalender kerja 2026 – Tanggap"
            await check(page, picture(f"sla-kalender-salah-{width}"))


@pytest.mark.timeout(300)
async def test_a_koordinator_declares_a_day_off_sees_what_moves_and_takes_it_back_without_scripts(
    world: SlaWorld, browser: Browser
) -> None:
    async with world.router() as router, world.sla() as live:
        key = fresh_key()
        await router.say(key, START, opened(ticket=TICKETS[0]), assigned())
        await world.caught_up(1)
        async with serving(web_of(live)) as address, window(browser, PHONE, scripts=False) as page:
            await enter(page, address, live)
            await page.goto(f"{address}/kalender?tahun=2026")
            await page.get_by_label("Tanggal").fill("2026-04-09")
            await page.get_by_label("Nama").fill("Hari libur uji")
            await page.get_by_label("Alasan").fill("Surat edaran 1")
            await page.get_by_role("button", name="Periksa akibatnya").click()
            assert "2 tenggat bergeser" in await page.locator("main").inner_text()
            assert TICKETS[0] in await page.content()
            await page.get_by_role("button", name="Berlakukan").click()
            assert "2 tenggat yang berjalan bergeser." in await page.content()
            await page.get_by_role("link", name="Cabut").click()
            await page.get_by_label("Alasan").fill("Dibatalkan")
            await page.get_by_role("button", name="Periksa akibatnya").click()
            await page.get_by_role("button", name="Berlakukan").click()
            assert "Hari libur uji" not in await page.content()
    moved = await world.deadlines("deadline.moved")
    assert len(moved) == 4


async def test_a_reader_and_a_visitor_see_the_calendar_and_no_form(world: SlaWorld, browser: Browser) -> None:
    async with world.idle() as live, serving(web_of(live)) as address, window(browser, PHONE) as page:
        for path in ("kalender", "kebijakan"):
            await page.goto(f"{address}/{path}")
            assert await page.get_by_role("button", name="Periksa akibatnya").count() == 0
            await check(page)
        await enter(page, address, live, "reader")
        await page.goto(f"{address}/kebijakan")
        assert await page.get_by_role("button", name="Periksa akibatnya").count() == 0


async def test_every_page_is_light(world: SlaWorld) -> None:
    async with world.router() as router, world.sla() as live, world.http(live) as http:
        await some_cases(world, router)
        http.headers["Authorization"] = (
            f"Bearer {await Keys(live.pool).create(owner='x', role='koordinator', opd=None)}"
        )
        for path in (
            "/tenggat",
            "/tenggat/opd/dishub",
            f"/tenggat/{TICKETS[1]}",
            "/angka",
            "/angka/opd/dlh",
            "/kalender",
            "/kebijakan",
        ):
            answer = await http.get(path)
            assert answer.status_code == 200
            assert len(gzip.compress(answer.content)) < HEAVIEST


# The first page of a visitor, with its style.
FIRST_PAGE = 14 * 1024


async def every_opd(world: SlaWorld, live: Running[CaseClocks]) -> None:
    """Invent figures of every OPD, at the end of April."""
    await put_measures(world, 8_000)
    world.step(at("2026-04-30T23:30"))
    await refresh_figures(live.pool)


async def test_the_first_page_of_a_visitor_is_light(world: SlaWorld) -> None:
    async with world.idle() as live, world.http(live) as http:
        await every_opd(world, live)
        page = await http.get("/angka")
        sheets = re.findall(r'href="(/static/[^"]*css[^"]*)"', page.text)
        parts = [page.content, *[(await http.get(sheet)).content for sheet in sheets]]
        assert len(parts) == 3
        assert sum(len(gzip.compress(part)) for part in parts) < FIRST_PAGE


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("width", "scripts"), [(PHONE, True), (DESK, True), (PHONE, False)])
async def test_the_figures_of_every_opd_are_clean(world: SlaWorld, browser: Browser, width: int, scripts: bool) -> None:
    async with (
        world.idle() as live,
        serving(web_of(live)) as address,
        window(browser, width, scripts=scripts) as page,
    ):
        await every_opd(world, live)
        await page.goto(f"{address}/angka")
        await page.get_by_label("Dari bulan").select_option("2026-02")
        await page.get_by_role("button", name="Tampilkan").click()
        assert "Februari 2026 sampai April 2026" in await page.locator(".lead").inner_text()
        if scripts:
            await check(page, picture(f"sla-angka-semua-{width}"))
        await page.get_by_role("link", name="Dinas Perhubungan").first.click()
        assert await page.locator("h1").inner_text() == "Dinas Perhubungan"
        if scripts:
            await check(page, picture(f"sla-angka-perhubungan-{width}"))


@pytest.mark.timeout(300)
async def test_the_monthly_report_prints_on_a4(world: SlaWorld, browser: Browser) -> None:
    async with world.idle() as live, serving(web_of(live)) as address, window(browser, A4) as page:
        await every_opd(world, live)
        await page.goto(f"{address}/angka/laporan/2026-03")
        await page.emulate_media(media="print")
        assert not await page.locator(".top").is_visible()
        assert not await page.locator(".actions").first.is_visible()
        assert await page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
        wide = "tables => tables.filter(table => table.offsetWidth > table.parentElement.clientWidth).length"
        assert await page.locator("table").evaluate_all(wide) == 0
        if (shown := picture("sla-laporan-cetak")) is not None:
            await page.screenshot(path=str(shown), full_page=True)
