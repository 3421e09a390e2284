"""The form in a real Chromium: one question at a time with scripts, one page without, and nothing typed is lost."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest
from playwright.async_api import Browser, FilePayload, Page

from tests.integration.intake.test_intake_browser import TEXT, picture
from tests.support.browser import DESK, PHONE, check, focused, serving, window
from tests.support.infra import Database
from tests.support.intake import Intake, opened
from tests.support.media import photo
from tests.support.media import picture as small_picture

pytestmark = pytest.mark.browser
STORY = "Ceritakan masalahnya"
PLACE = "Lokasi kejadian"


@pytest.fixture
async def door(intake_database: Database, tmp_path: Any) -> AsyncIterator[tuple[Intake, str]]:
    """Yield an intake with a folder for files, and its address."""
    async with opened(intake_database, media_folder=tmp_path / "media") as intake, serving(intake.app) as address:
        yield intake, address


def image(name: str, content: bytes, kind: str = "image/jpeg") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


async def next_question(page: Page) -> None:
    await page.get_by_role("button", name="Lanjut").click()


async def to_photos(page: Page, address: str) -> None:
    """Tell the story and the place, with scripts."""
    await page.goto(address)
    await page.get_by_label(STORY).fill(TEXT)
    await next_question(page)
    await page.get_by_label(PLACE).fill("Dekat pasar")
    await next_question(page)


async def ended(page: Page) -> None:
    assert page.url.endswith("/bukti"), await page.locator("main").inner_text()
    # The script of the receipt ends the draft.
    await page.wait_for_load_state()


@pytest.mark.parametrize(("width", "dark"), [(PHONE, False), (DESK, True)])
async def test_the_whole_way_with_scripts_is_clean_and_files_photos_place_and_class(
    door: tuple[Intake, str], browser: Browser, width: int, dark: bool
) -> None:
    intake, address = door
    async with window(browser, width, dark=dark) as page:
        await page.context.grant_permissions(["geolocation"])
        await page.context.set_geolocation({"latitude": -0.472134, "longitude": 117.153421})
        await page.goto(address)
        await check(page, picture(f"step-1-{width}"))
        await next_question(page)
        assert await focused(page) == STORY
        await check(page, picture(f"step-1-wrong-{width}"))
        await page.get_by_label(STORY).fill(TEXT)
        await page.get_by_label("Aspirasi atau usul").check()
        await next_question(page)
        await page.get_by_label(PLACE).fill("Dekat pasar")
        await page.get_by_label("Kabupaten atau kota").select_option(label="Kota Samarinda")
        await page.get_by_label("Kecamatan (boleh dilewati)").select_option(label="Samarinda Ulu")
        await page.get_by_label("Desa atau kelurahan (boleh dilewati)").select_option(label="Sidodadi")
        await page.get_by_role("button", name="Pakai lokasi saya sekarang").click()
        await page.get_by_text("Titik lokasi tersimpan").wait_for()
        await check(page, picture(f"step-2-{width}"))
        await next_question(page)
        await page.get_by_label("Foto (boleh dilewati)").set_input_files(
            [image("satu.jpg", photo((4000, 3000))), image("dua.png", small_picture(kind="PNG"), "image/png")]
        )
        await page.get_by_alt_text("Foto 2 yang Anda lampirkan").wait_for()
        await check(page, picture(f"step-3-{width}"))
        await next_question(page)
        await page.get_by_label("Nama", exact=True).fill("Warga Contoh")
        await check(page, picture(f"step-4-{width}"))
        await page.get_by_role("button", name="Periksa jawaban").click()
        await page.get_by_text("Kelurahan Sidodadi, Kecamatan Samarinda Ulu, Kota Samarinda").wait_for()
        await page.get_by_alt_text("Foto 2 yang Anda lampirkan").wait_for()
        await check(page, picture(f"answers-{width}"))
        await page.get_by_role("button", name="Kirim aduan").click()
        await ended(page)
    [(_, data)] = await intake.events("submission.")
    assert (data["class_hint"], data["place"], data["place_code"]) == ("aspiration", "Dekat pasar", "64.72.03.1005")
    assert data["position"] == {"latitude": -0.4721, "longitude": 117.1534}
    [large, _] = await intake.rows("SELECT width, height FROM media ORDER BY width DESC")
    assert (len(data["attachments"]), large["width"], large["height"]) == (2, 1600, 1200)


@pytest.mark.parametrize(("width", "dark"), [(PHONE, True), (DESK, False)])
async def test_the_whole_way_without_scripts_is_clean_and_files_photos_and_place(
    door: tuple[Intake, str], browser: Browser, width: int, dark: bool
) -> None:
    intake, address = door
    async with window(browser, width, scripts=False, dark=dark) as page:
        await page.goto(address)
        await page.screenshot(path=str(found), full_page=True) if (found := picture(f"plain-form-{width}")) else None
        await page.get_by_label(STORY).fill(TEXT)
        await page.get_by_label("Kabupaten atau kota").select_option(label="Kota Samarinda")
        await page.get_by_role("button", name="Pilih kecamatan dan desa").click()
        await page.get_by_label("Kecamatan, desa atau kelurahan").select_option(value="64.72.03.1005")
        await page.get_by_role("button", name="Pakai wilayah ini").click()
        assert await page.get_by_label(STORY).input_value() == TEXT
        assert await page.locator(".error").count() == 0
        photos = [image("satu.jpg", small_picture()), image("palsu.jpg", b"<svg></svg>")]
        await page.get_by_label("Foto (boleh dilewati)").set_input_files(photos)
        await page.get_by_role("button", name="Periksa jawaban").click()
        assert (
            "palsu.jpg: Di sini hanya foto yang dapat dilampirkan" in await page.locator("#berkas-salah").inner_text()
        )
        assert await page.get_by_alt_text("Foto 1 yang Anda lampirkan").count() == 1
        await page.screenshot(path=str(found), full_page=True) if (found := picture(f"plain-errors-{width}")) else None
        await page.get_by_label(PLACE).fill("Dekat pasar")
        await page.get_by_role("button", name="Periksa jawaban").click()
        await page.get_by_role("button", name="Kirim aduan").click()
        await ended(page)
    [(_, data)] = await intake.events("submission.")
    assert (data["place_code"], len(data["attachments"])) == ("64.72.03.1005", 1)


async def test_enter_without_scripts_asks_to_check_the_answers(door: tuple[Intake, str], browser: Browser) -> None:
    _, address = door
    async with window(browser, PHONE, scripts=False) as page:
        await page.goto(address)
        await page.get_by_label(STORY).fill(TEXT)
        await page.get_by_label(PLACE).fill("Dekat pasar")
        await page.get_by_label(PLACE).press("Enter")
        await page.get_by_role("heading", name="Periksa jawaban Anda").wait_for()
        await page.get_by_role("link", name="Ubah wilayah").click()
        await page.get_by_label("Kabupaten atau kota").select_option(label="Kabupaten Berau")
        await page.get_by_role("button", name="Lanjut").click()
        await page.get_by_label("Kecamatan, desa atau kelurahan").select_option(value="64.03.05")
        await page.get_by_role("button", name="Pakai wilayah ini").click()
        await page.get_by_text("Kecamatan Tanjung Redeb, Kabupaten Berau").wait_for()


@pytest.mark.parametrize("width", [PHONE, DESK])
async def test_every_page_of_the_way_without_scripts_passes_axe(
    door: tuple[Intake, str], browser: Browser, width: int
) -> None:
    """axe is a script of its own, so these pages load with scripts, but without ours."""
    _, address = door
    async with window(browser, width) as page:
        await page.route("**/form.js", lambda route: route.abort())
        await page.goto(address)
        await check(page)
        await page.get_by_label("Kabupaten atau kota").select_option(label="Kota Samarinda")
        await page.get_by_role("button", name="Pilih kecamatan dan desa").click()
        await check(page, picture(f"area-{width}"))
        await page.get_by_role("link", name="Ganti kabupaten atau kota").click()
        await check(page, picture(f"area-region-{width}"))
        await page.get_by_role("link", name="Kembali ke formulir").click()
        await page.get_by_label("Foto (boleh dilewati)").set_input_files([image("satu.jpg", small_picture())])
        await page.get_by_role("button", name="Periksa jawaban").click()
        await check(page, picture(f"plain-wrong-{width}"))
        await page.get_by_label(STORY).fill(TEXT)
        await page.get_by_label(PLACE).fill("Dekat pasar")
        await page.get_by_role("button", name="Periksa jawaban").click()
        await check(page, picture(f"plain-answers-{width}"))


async def test_back_leads_to_the_question_before_and_keeps_the_answers(
    door: tuple[Intake, str], browser: Browser
) -> None:
    _, address = door
    async with window(browser, PHONE) as page:
        await to_photos(page, address)
        await page.go_back()
        assert await page.get_by_label(PLACE).input_value() == "Dekat pasar"
        await page.get_by_role("button", name="Kembali").click()
        assert await page.get_by_label(STORY).input_value() == TEXT
        assert await focused(page) == "1. Apa yang terjadi?"


async def test_a_draft_that_was_typed_without_a_connection_comes_back_until_it_is_sent_or_deleted(
    door: tuple[Intake, str], browser: Browser
) -> None:
    _, address = door
    notice = "Draf Anda di perangkat ini kami isikan kembali."
    async with window(browser, PHONE) as page:
        await page.goto(address)
        await page.context.set_offline(True)
        await page.get_by_label(STORY).fill(TEXT)
        await asyncio.sleep(0.5)
        await page.context.set_offline(False)
        await page.goto("about:blank")
        await page.goto(address)
        await page.get_by_text(notice).wait_for()
        assert await page.get_by_label(STORY).input_value() == TEXT
        await check(page, picture("draft"))
        await page.get_by_role("button", name="Hapus draf").click()
        assert await page.get_by_label(STORY).input_value() == ""
        await page.reload()
        assert await page.get_by_text(notice).count() == 0
        await to_photos(page, address)
        await next_question(page)
        await page.get_by_role("button", name="Periksa jawaban").click()
        await page.get_by_role("button", name="Kirim aduan").click()
        await ended(page)
        await page.goto(address)
        assert await page.get_by_text(notice).count() == 0
        assert await page.get_by_label(STORY).input_value() == ""


async def test_a_shared_device_keeps_no_draft(door: tuple[Intake, str], browser: Browser) -> None:
    _, address = door
    async with window(browser, PHONE) as page:
        await to_photos(page, address)
        await next_question(page)
        await page.get_by_label("Perangkat ini dipakai bersama").check()
        await page.get_by_label("Nama", exact=True).fill("Warga Contoh")
        await asyncio.sleep(0.5)
        assert await page.evaluate("localStorage.length") == 0


async def test_after_sending_back_leads_to_the_receipt_and_the_same_again_to_a_hint(
    door: tuple[Intake, str], browser: Browser
) -> None:
    intake, address = door
    async with window(browser, PHONE) as page:
        for _ in range(2):
            await to_photos(page, address)
            await next_question(page)
            await page.get_by_role("button", name="Periksa jawaban").click()
            if await page.get_by_role("button", name="Kirim aduan").count():
                await page.get_by_role("button", name="Kirim aduan").click()
                receipt = page.url
                await page.go_back()
                assert page.url == receipt
        await page.get_by_text("Aduan ini baru saja terkirim").wait_for()
        await check(page, picture("just-sent"))
        await page.get_by_role("link", name="Buka aduan itu").click()
        assert page.url == receipt.removesuffix("/bukti")
    assert len(await intake.events("submission.")) == 1


async def test_a_form_that_was_open_too_long_keeps_words_and_asks_once_more(
    door: tuple[Intake, str], browser: Browser
) -> None:
    intake, address = door
    async with window(browser, PHONE) as page:
        await to_photos(page, address)
        await next_question(page)
        await page.context.clear_cookies()
        await page.get_by_role("button", name="Periksa jawaban").click()
        await page.get_by_role("heading", name="Ada yang perlu diperbaiki").wait_for()
        await check(page, picture("too-old"))
        await page.get_by_role("link", name="Halaman ini sudah terlalu lama terbuka").click()
        await page.get_by_role("button", name="Periksa jawaban").click()
        await page.get_by_role("button", name="Kirim aduan").click()
        await ended(page)
    assert (await intake.events("submission."))[0][1]["text"] == TEXT
