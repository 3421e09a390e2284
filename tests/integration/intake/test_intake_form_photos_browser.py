"""Photos of the form in a real Chromium: refused, removed, counted, and tried again after a lost connection."""

import pytest
from playwright.async_api import Browser

from tests.integration.intake.test_intake_browser import picture
from tests.integration.intake.test_intake_form_browser import door, ended, image, next_question, to_photos
from tests.support.browser import PHONE, check, window
from tests.support.intake import Intake
from tests.support.media import picture as small_picture
from tests.support.media import png_header

__all__ = ["door"]
pytestmark = pytest.mark.browser


async def test_a_refused_photo_names_the_reason_and_the_others_stay_and_can_be_removed(
    door: tuple[Intake, str], browser: Browser
) -> None:
    intake, address = door
    async with window(browser, PHONE) as page:
        await to_photos(page, address)
        await page.get_by_label("Foto (boleh dilewati)").set_input_files(
            [
                image("bom.png", png_header(30_000, 30_000), "image/png"),
                image("surat.pdf", b"%PDF-1.4\n%%EOF", "application/pdf"),
                image("baik.jpg", small_picture()),
                image("lain.jpg", small_picture(colour=(0, 90, 0))),
            ]
        )
        await page.get_by_alt_text("Foto 4 yang Anda lampirkan").wait_for()
        told = await page.locator("#foto").inner_text()
        assert ("bom.png: Foto ini terlalu besar" in told, "surat.pdf: Di sini hanya foto" in told) == (True, True)
        await check(page, picture("photos-refused"))
        for _ in range(3):
            await page.locator("#foto .remove").first.click()
        assert await page.get_by_alt_text("Foto 1 yang Anda lampirkan").count() == 1
        await next_question(page)
        await page.get_by_role("button", name="Periksa jawaban").click()
        await page.get_by_role("button", name="Kirim aduan").click()
        await ended(page)
    assert len((await intake.events("submission."))[0][1]["attachments"]) == 1


async def test_more_than_five_photos_are_counted_and_a_lost_connection_can_be_tried_again(
    door: tuple[Intake, str], browser: Browser
) -> None:
    _, address = door
    async with window(browser, PHONE) as page:
        await to_photos(page, address)
        await page.context.set_offline(True)
        await page.get_by_label("Foto (boleh dilewati)").set_input_files([image("satu.jpg", small_picture())])
        await page.get_by_text("Foto belum terkirim").wait_for()
        await page.context.set_offline(False)
        await page.get_by_role("button", name="Coba lagi").click()
        await page.get_by_alt_text("Foto 1 yang Anda lampirkan").wait_for()
        await page.get_by_label("Foto (boleh dilewati)").set_input_files(
            [image(f"{number}.jpg", small_picture(colour=(number, 0, 0))) for number in range(6)]
        )
        await page.get_by_text("Paling banyak 5 foto.", exact=True).wait_for()
        await page.get_by_alt_text("Foto 5 yang Anda lampirkan").wait_for()
        assert await page.locator("#foto img").count() == 5
