"""The tracking page in a real Chromium: it changes by itself, loses no word, and needs no script."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page, expect

from shared.events import cases
from shared.ids import new_id
from tests.integration.intake.test_intake_browser import answered, picture
from tests.integration.intake.test_intake_live import looking
from tests.integration.intake.test_intake_pages import own_page, ticket_of
from tests.integration.intake.test_intake_tracking_pages import TEXT, answer_with, upload
from tests.integration.intake.test_intake_webhook import put
from tests.support.browser import DESK, PHONE, check, serving, window
from tests.support.infra import Database
from tests.support.intake import Intake, opened

pytestmark = pytest.mark.browser
QUESTION = cases.InfoRequested(opd="dishub", question="Tiang nomor berapa, dan di sisi jalan yang mana?")
PROGRESS = cases.Progressed(opd="dishub", public=True, text="Petugas memeriksa jaringan.")


@pytest.fixture
async def intake(intake_database: Database, tmp_path: Path) -> AsyncIterator[Intake]:
    """Yield an intake with a media store of its own."""
    async with opened(intake_database, media_folder=tmp_path) as running_intake:
        yield running_intake


async def marked(page: Page) -> None:
    """Mark the document, so that a reload would be noticed."""
    await page.evaluate("document.documentElement.dataset.loaded = 'once'")


async def is_the_same(page: Page) -> bool:
    return bool(await page.evaluate("document.documentElement.dataset.loaded === 'once'"))


@pytest.mark.parametrize("public", [True, False])
async def test_a_change_made_elsewhere_appears_without_a_reload_and_is_read_out(
    intake: Intake, browser: Browser, public: bool
) -> None:
    path = await own_page(intake)
    async with serving(intake.app) as address, looking(intake), window(browser, PHONE) as page:
        await page.goto(address + (f"/aduan/{ticket_of(path)}" if public else path))
        await marked(page)
        status = await page.query_selector("[data-part=keadaan][role=status]")
        assert status is not None
        await put(intake, ticket_of(path), cases.Accepted(opd="dishub", assignment_id=new_id()))
        await expect(page.locator("[data-part=keadaan]")).to_contain_text("Sedang ditangani.")
        await expect(page.locator("[data-part=perjalanan]")).to_contain_text(
            "Dinas Perhubungan mulai menangani aduan ini."
        )
        # The region that a screen reader watches is the same element, with new words.
        assert "Sedang ditangani." in await status.inner_text()
        await put(intake, ticket_of(path), PROGRESS)
        await expect(page.locator(".timeline li")).to_have_count(3)
        assert await is_the_same(page)


async def test_words_that_are_being_written_survive_a_change_and_the_server_keeps_them(
    intake: Intake, browser: Browser
) -> None:
    path = await own_page(intake)
    await put(intake, ticket_of(path), QUESTION)
    async with serving(intake.app) as address, looking(intake), window(browser, PHONE) as page:
        await page.goto(address + path)
        await marked(page)
        await page.get_by_label("Jawaban Anda").fill("Tiang nomor 17, sisi kiri.")
        await put(intake, ticket_of(path), cases.Archived(reason="expired"))
        await expect(page.locator("[data-part=keadaan]")).to_contain_text("tidak dilanjutkan")
        assert await page.get_by_label("Jawaban Anda").input_value() == "Tiang nomor 17, sisi kiri."
        assert await is_the_same(page)
        await page.get_by_role("button", name="Kirim jawaban").click()
        await expect(page.get_by_role("alert")).to_contain_text("Aduan ini sudah berakhir")
        assert await page.get_by_label("Yang Anda tulis").input_value() == "Tiang nomor 17, sisi kiri."


async def test_what_the_keyboard_is_at_stays_until_it_moves_on(intake: Intake, browser: Browser) -> None:
    path = await own_page(intake)
    async with serving(intake.app) as address, looking(intake), window(browser, DESK) as page:
        await page.goto(address + path)
        summary = page.locator("summary", has_text="Tambahkan keterangan")
        await summary.focus()
        await put(intake, ticket_of(path), cases.Resolved(opd="dishub", answer="Lampu sudah diganti."))
        await expect(page.locator("[data-part=keadaan]")).to_contain_text("Sudah dijawab.")
        await expect(summary).to_be_focused()
        await expect(page.get_by_role("button", name="Ya, sudah selesai")).to_have_count(0)
        await summary.evaluate("part => part.blur()")
        await expect(page.get_by_role("button", name="Ya, sudah selesai")).to_be_visible()


async def test_the_printed_receipt_shows_the_code_and_no_button(intake: Intake, browser: Browser) -> None:
    path = await own_page(intake)
    async with serving(intake.app) as address, window(browser, DESK, scripts=False) as page:
        await page.emulate_media(media="print")
        await page.goto(f"{address}{path}/bukti")
        await expect(page.get_by_role("img", name="Kode QR")).to_be_visible()
        await expect(page.get_by_text(f"https://aduan.contoh.id{path}")).to_be_visible()
        assert await page.locator("button:visible, .button:visible, nav:visible").count() == 0
        if target := picture("receipt-print"):
            await page.screenshot(path=str(target), full_page=True)


async def test_a_change_while_the_line_was_down_appears_when_it_is_back(intake: Intake, browser: Browser) -> None:
    path = await own_page(intake)
    async with serving(intake.app) as address, looking(intake), window(browser, PHONE) as page:
        await page.goto(address + path)
        await marked(page)
        await page.context.set_offline(True)
        await page.evaluate("dispatchEvent(new Event('pagehide'))")
        await put(intake, ticket_of(path), PROGRESS)
        await page.context.set_offline(False)
        await page.evaluate("dispatchEvent(new Event('pageshow'))")
        await expect(page.locator(".timeline li")).to_have_count(2)
        assert await is_the_same(page)


async def test_a_yes_and_a_rating_are_two_taps_without_scripts_and_a_link_leads_to_the_question(
    intake: Intake, browser: Browser
) -> None:
    path = await own_page(intake)
    await answered(intake, ticket_of(path))
    async with serving(intake.app) as address, window(browser, PHONE, scripts=False) as page:
        await page.goto(f"{address}{path}#tindakan")
        await expect(page.get_by_role("button", name="Ya, sudah selesai")).to_be_in_viewport()
        await page.get_by_role("button", name="Ya, sudah selesai").click()
        await expect(page.get_by_text("Pernyataan Anda sudah kami catat")).to_be_visible()
        await page.get_by_role("button", name="3 – puas").click()
        await expect(page.get_by_text("Nilai Anda sudah kami catat")).to_be_visible()
        await page.reload()
        await expect(page.get_by_text("Sedang diproses.", exact=True)).to_be_visible()
        await expect(page.get_by_role("button", name="Ya, sudah selesai")).to_have_count(0)
        await put(intake, ticket_of(path), cases.Closed(by="citizen"))
        await page.get_by_role("link", name="Muat ulang halaman ini").click()
        await expect(page.get_by_text("Aduan ini sudah ditutup.")).to_be_visible()
    assert [kind for kind, _ in await intake.events("submission.citizen")] == [
        "submission.citizen_confirmed",
        "submission.citizen_rated",
    ]


async def test_an_agencys_question_is_answered_in_its_open_field_without_scripts(
    intake: Intake, browser: Browser
) -> None:
    path = await own_page(intake)
    await put(intake, ticket_of(path), QUESTION)
    async with serving(intake.app) as address, window(browser, PHONE, scripts=False) as page:
        await page.goto(address + path)
        await expect(page.get_by_text("Tiang nomor berapa").first).to_be_in_viewport()
        await page.get_by_label("Jawaban Anda").fill("Tiang nomor 17.")
        await page.get_by_role("button", name="Kirim jawaban").click()
        await expect(page.get_by_text("Keterangan Anda sudah kami kirim kepada petugas.")).to_be_visible()
        await expect(page.locator(".timeline")).to_contain_text("Tiang nomor 17.")


@pytest.mark.parametrize(("width", "dark", "scripts"), [(PHONE, False, True), (DESK, True, True), (PHONE, True, False)])
async def test_every_state_of_the_page_is_clean(
    intake: Intake, browser: Browser, width: int, dark: bool, scripts: bool
) -> None:
    name = f"{width}-{'dark' if dark else 'light'}"
    media = [await upload(intake, colour) for colour in ((120, 90, 60), (60, 90, 120))]
    filed = (await intake.post({"text": TEXT, "attachments": [media[0]["id"]]})).json()
    path, ticket = filed["link"].removeprefix("https://aduan.contoh.id"), filed["ticket"]
    async with serving(intake.app) as address, window(browser, width, dark=dark, scripts=scripts) as page:

        async def clean(state: str) -> None:
            for part in await page.locator("summary").all():
                await part.click()
            # axe itself is a script, so a page without scripts is checked by its picture and its controls alone.
            if scripts:
                await check(page, picture(f"track-{state}-{name}"))

        await put(intake, ticket, QUESTION)
        await page.goto(address + path)
        await clean("asked")
        await answer_with(intake, ticket, media[1])
        await page.goto(address + path)
        await expect(page.locator(".photos img")).to_have_count(2)
        await clean("answered")
        await page.goto(address + path)
        await page.get_by_role("button", name="Ya, sudah selesai").click()
        await clean("pending")
        await put(intake, ticket, cases.Closed(by="citizen"))
        await page.goto(address + path)
        await page.get_by_role("button", name="4 – sangat puas").click()
        await clean("rated")
        await page.goto(f"{address}/aduan/{ticket}")
        await page.get_by_role("button", name="Kirim ulang tautan").click()
        await expect(page.get_by_text("Permintaan diterima.")).to_be_visible()
        await clean("stranger")
        await page.goto(f"{address}{path}/bukti")
        await expect(page.get_by_role("img", name="Kode QR")).to_be_visible()
        async with page.expect_download() as download:
            await page.get_by_role("link", name="Simpan tanda terima").click()
        assert (await download.value).suggested_filename == f"tanda-terima-{ticket}.txt"
