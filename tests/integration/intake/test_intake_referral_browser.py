"""The citizen's tap on a referred complaint in a real Chromium: on a phone and a desk, with axe, with and without scripts."""

import pytest
from playwright.async_api import Browser, expect

from shared.events import cases
from tests.integration.intake.test_intake_browser import picture
from tests.integration.intake.test_intake_pages import own_page, ticket_of
from tests.integration.intake.test_intake_webhook import put
from tests.support.browser import DESK, PHONE, check, serving, window
from tests.support.intake import Intake

pytestmark = pytest.mark.browser
CITY = "Pemerintah Kota Samarinda"
REFERRED = cases.Referred(
    authority="regency_or_city",
    to=CITY,
    reason="Ini tentang sampah. Urusan kabupaten/kota.",
    next_step=f"Sampaikan kepada {CITY}, langsung atau lewat SP4N-LAPOR! (lapor.go.id).",
    proposal=True,
)


@pytest.mark.parametrize(("width", "scripts"), [(PHONE, False), (PHONE, True), (DESK, False), (DESK, True)])
async def test_one_tap_says_that_it_is_the_provinces_work(
    intake: Intake, browser: Browser, width: int, scripts: bool
) -> None:
    path = await own_page(intake)
    await put(intake, ticket_of(path), REFERRED)
    async with serving(intake.app) as address, window(browser, width, scripts=scripts) as page:
        await page.goto(address + path)
        await expect(page.locator("[data-part=keadaan]")).to_contain_text(f"Kami anggap ini urusan {CITY}.")
        if scripts:
            # axe itself is a script.
            await check(page, picture(f"referral-{width}"))
        await page.get_by_role("button", name="Izinkan nama dan kontak saya disampaikan").click()
        await expect(page.get_by_text("Terima kasih. Nama dan kontak Anda kami sertakan")).to_be_visible()
        await page.get_by_role("button", name="Menurut saya ini urusan provinsi").click()
        await expect(page.locator("#terkirim")).to_contain_text("Petugas memeriksa aduan ini lagi.")
        await expect(page.locator("[data-part=keadaan]")).to_contain_text("kami terima dan sedang diproses")
        await expect(page.get_by_role("button", name="Menurut saya ini urusan provinsi")).to_have_count(0)
        if scripts:
            await check(page, picture(f"referral-after-{width}"))
