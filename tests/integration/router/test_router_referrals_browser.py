"""The desk's list of referrals and the letter in a real Chromium: on a phone and a desk, with axe, with scripts off."""

import contextlib
from collections.abc import AsyncIterator
from functools import partial
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, expect

from shared.events.submissions import CitizenConsented
from shared.ids import new_id
from tests.integration.router.test_router_pages_browser import clean, desk, enter, weighing
from tests.support.browser import DESK, PHONE, window
from tests.support.router_facts import submitted
from tests.support.router_world import RouterWorld, Teller
from tests.support.toys import until

pytestmark = pytest.mark.browser
CITY, REMOTE, LAMP = "KT-2222-3333-X", "KT-4444-5555-X", "KT-6666-7777-X"
TEXTS = {
    CITY: ("Sampah menumpuk di pinggir jalan tidak diangkut seminggu.", "Samarinda"),
    REMOTE: ("Sampah menumpuk di pinggir jalan tidak diangkut seminggu.", "Mahakam Ulu"),
    LAMP: ("Listrik PLN padam terus tiap malam di kampung kami, token cepat habis.", "Samarinda"),
}


async def proposed(world: RouterWorld, intake: Teller) -> dict[str, UUID]:
    """Return the keys of cases that the rules have referred, by ticket."""
    keys = {name: new_id() for name in TEXTS}
    for name, key in keys.items():
        text, place = TEXTS[name]
        await intake.say(key, submitted(text, ticket=name, place=place, reporter_name="Warga Uji"))

    async def referred() -> bool:
        found = [await world.case(key) for key in keys.values()]
        return all(one is not None and one.state == "referred" for one in found)

    await until(referred, "all are referred")
    return keys


async def looks(page: Page, scripts: bool, name: str) -> None:
    """Check the page with axe, which is a script itself."""
    if scripts:
        await clean(page, name)


async def stage(world: RouterWorld, key: UUID, told: str) -> bool:
    case = await world.case(key)
    return case is not None and case.referral is not None and case.referral.told == told


@contextlib.asynccontextmanager
async def at_list(
    world: RouterWorld, browser: Browser, width: int, scripts: bool
) -> AsyncIterator[tuple[Page, str, dict[str, UUID], Teller]]:
    async with desk(world) as (live, intake, address), window(browser, width, scripts=scripts) as page:
        keys = await proposed(world, intake)
        await enter(page, live, f"{address}/penerusan")
        yield page, address, keys, intake


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("width", "scripts"), [(PHONE, True), (PHONE, False), (DESK, True)])
async def test_the_list_is_filtered_confirmed_and_taken_back(
    router_world: RouterWorld, browser: Browser, width: int, scripts: bool
) -> None:
    async with at_list(router_world, browser, width, scripts) as (page, address, keys, _):
        await expect(page.locator("[data-row]")).to_have_count(3)
        await expect(page.locator("main")).to_contain_text("Alamat instansi masih contoh.")
        await looks(page, scripts, f"referrals-{width}")
        async with weighing(page):
            await page.goto(f"{address}/penerusan?kewenangan=centre")
        await expect(page.locator("[data-row]")).to_have_count(1)
        await page.goto(f"{address}/penerusan?instansi=mahakam&urut=ragu")
        await expect(page.locator("[data-row] .ticket")).to_have_text([REMOTE])

        await page.goto(f"{address}/penerusan")
        await page.check(f"input[name=pilih-{LAMP}]")
        await page.click("button[value=tarik]")
        await expect(page.get_by_role("alert")).to_contain_text("Tulis alasan ditarik kembali")
        assert await page.is_checked(f"input[name=pilih-{LAMP}]")
        await page.fill("input[name=alasan]", "Jaringan itu milik provinsi.")
        await page.click("button[value=tarik]")
        await expect(page.get_by_role("status")).to_contain_text("1 aduan diputuskan.")
        case = await router_world.case(keys[LAMP])
        assert case is not None
        assert case.state == "verification"

        await page.check(f"input[name=pilih-{CITY}]")
        await page.click("button[value=benar]")
        await expect(page.get_by_role("status")).to_contain_text("1 aduan diputuskan.")
        await until(partial(stage, router_world, keys[CITY], "mail"), "the city is told by mail")
        await expect(page.locator("[data-row] .ticket")).to_have_text([REMOTE])
        await looks(page, scripts, f"referrals-after-{width}")


@pytest.mark.timeout(300)
@pytest.mark.parametrize(("width", "scripts"), [(PHONE, True), (DESK, True), (DESK, False)])
async def test_one_referral_is_confirmed_written_on_paper_answered_and_corrected(
    router_world: RouterWorld, browser: Browser, width: int, scripts: bool
) -> None:
    async with at_list(router_world, browser, width, scripts) as (page, address, keys, intake):
        await page.goto(f"{address}/triase/{REMOTE}")
        await expect(page.locator("#penerusan")).to_have_text("Penerusan yang perlu diperiksa")
        await looks(page, scripts, f"referral-fresh-{width}")
        await page.get_by_role("button", name="Benar, urusan Pemerintah Kabupaten Mahakam Ulu").click()
        await intake.say(keys[REMOTE], CitizenConsented(channel="web"))

        async def shares() -> bool:
            case = await router_world.case(keys[REMOTE])
            return case is not None and case.shares

        await until(shares, "the consent is kept")
        await page.goto(f"{address}/triase/{REMOTE}/surat")
        await expect(page.locator("main")).to_contain_text("Sekretariat Daerah Kabupaten Mahakam Ulu")
        await expect(page.locator("main")).to_contain_text("Warga Uji")
        await looks(page, scripts, f"letter-{width}")
        await page.click("text=Kembali ke aduan")
        await page.get_by_role("button", name="Surat sudah dikirim").click()
        await until(partial(stage, router_world, keys[REMOTE], "letter"), "the letter is noted")

        await page.goto(f"{address}/triase/{REMOTE}")
        await page.click("summary:has-text('Catat jawaban instansi')")
        await page.get_by_role("button", name="Simpan jawaban").click()
        await expect(page.get_by_role("alert")).to_contain_text("Tulis jawaban instansi itu")
        await page.fill("#isi-jawaban", "Sampah pasar sudah diangkut.")
        await page.get_by_role("button", name="Simpan jawaban").click()
        await expect(page.locator(".timeline")).to_contain_text("Sampah pasar sudah diangkut.")
        await page.goto(f"{address}/penerusan?keadaan=dijawab")
        await expect(page.locator("[data-row] .ticket")).to_have_text([REMOTE])

        await page.goto(f"{address}/triase/{REMOTE}")
        await page.click("summary:has-text('Perbaiki: teruskan ke instansi lain')")
        await page.select_option("#kewenangan", "centre")
        await page.fill("#kepada", "PLN")
        await page.fill("#alasan-teruskan", "Ternyata soal listrik.")
        await page.get_by_role("button", name="Teruskan ke instansi ini").click()
        await until(partial(stage, router_world, keys[REMOTE], "mail"), "the right authority is told")
        await page.goto(f"{address}/triase/{REMOTE}")
        await expect(page.locator("main")).to_contain_text("PLN")
        await looks(page, scripts, f"referral-corrected-{width}")
