"""The page for the photos of an answer in a real Chromium: on a phone and a desk, with axe, and with scripts off."""

import pytest
from playwright.async_api import Browser

from shared.web.evidence_links import EvidenceLinks, Permission
from tests.integration.intake.test_intake_browser import picture
from tests.integration.intake.test_intake_form_browser import door, image
from tests.support.browser import DESK, PHONE, check, window
from tests.support.intake import Intake
from tests.support.media import picture as small_picture

__all__ = ["door"]
pytestmark = pytest.mark.browser


@pytest.mark.parametrize(("width", "scripts"), [(PHONE, True), (DESK, True), (PHONE, False)])
async def test_an_officer_sends_photos_and_goes_back_to_the_case(
    door: tuple[Intake, str], browser: Browser, width: int, scripts: bool
) -> None:
    intake, address = door
    permission = EvidenceLinks(intake.settings.secret_bytes).permit(Permission("KT-7F3K-9Q2M-X", "dishub"))
    async with window(browser, width, scripts=scripts) as page:
        await page.goto(f"{address}/bukti?izin={permission}")
        await page.get_by_role("button", name="Kirim foto ini").click()
        await page.get_by_role("link", name="Pilih satu foto, lalu kirim.").wait_for()
        for number in range(1, 3):
            photo = image(f"{number}.jpg", small_picture(colour=(number * 80, 90, 0)))
            await page.locator("input[type=file]").set_input_files([photo])
            await page.get_by_role("button", name="Kirim foto ini").click()
            await page.get_by_alt_text(f"Foto bukti {number}").wait_for()
        if scripts:
            await check(page, picture(f"evidence-{width}"))
        back = await page.get_by_role("link", name="Lanjut menulis jawaban").get_attribute("href")
        assert back is not None
        assert "/opd/KT-7F3K-9Q2M-X?foto=" in back
