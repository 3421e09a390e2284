"""Error pages in a real Chromium: readable on a phone and a desk, and nothing that was typed is lost."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from shared.ids import new_id
from shared.web.sessions import COOKIE
from tests.support.browser import DESK, PHONE, check, window
from tests.support.doors import UNTOUCHED, Door, Doors
from tests.support.people import PASSWORD, Worker, hire

pytestmark = pytest.mark.browser
WORDS = "Jalan ini jalan kota, bukan jalan provinsi, menurut peta status jalan tahun 2024."


def picture(name: str) -> Path | None:
    """Return the path for a picture that a person will look at, or None when nobody asked for pictures."""
    folder = os.environ.get("TANGGAP_PICTURES")
    return Path(folder) / f"{name}.png" if folder else None


async def login(page: Page, door: Door, role: str) -> None:
    await page.goto(f"{door.address}/masuk")
    await page.get_by_label("Kunci Anda").fill(door.keys[role])
    await page.get_by_role("button", name="Masuk").click()


@pytest.mark.parametrize("width", [PHONE, DESK])
async def test_a_mistyped_address_gets_a_page_in_every_service(
    doors: dict[str, Door], browser: Browser, width: int
) -> None:
    for name, door in doors.items():
        async with window(browser, width) as page:
            answer = await page.goto(f"{door.address}/adaun/KT-1")
            assert answer is not None
            assert answer.status == 404
            assert await page.locator("h1").inner_text() == "Halaman tidak ditemukan"
            await check(page, picture(f"mistyped-{name}-{width}"))


@pytest.mark.parametrize("width", [PHONE, DESK])
async def test_a_forbidden_page_says_what_to_do(doors: dict[str, Door], browser: Browser, width: int) -> None:
    door = doors["sla"]
    async with window(browser, width) as page:
        await login(page, door, "reader")
        await page.goto(f"{door.address}/kalender/cabut/2026-12-09")
        assert await page.locator("h1").inner_text() == "Halaman ini tidak terbuka untuk Anda"
        await check(page, picture(f"forbidden-{width}"))


@pytest.mark.parametrize("width", [PHONE, DESK])
async def test_a_session_that_ends_under_an_officers_hands_loses_no_word(
    doors: dict[str, Door], doors_loop: Doors, browser: Browser, width: int
) -> None:
    door = doors["router"]
    email = f"{new_id().hex}@contoh.example"
    worker: Worker = doors_loop.run(hire(door.live, "koordinator", email=email))
    async with window(browser, width) as page:
        await login(page, door, "koordinator")
        await page.goto(f"{door.address}/triase/{UNTOUCHED}?kewenangan=regency_or_city")
        await page.locator("[name=alasan-teruskan]").fill(WORDS)
        await page.context.clear_cookies(name=COOKIE)
        await page.get_by_role("button", name="Teruskan").click()
        assert await page.locator("h1").inner_text() == "Anda perlu masuk lagi"
        assert await page.get_by_label("Alasan teruskan").input_value() == WORDS
        await check(page, picture(f"session-over-{width}"))
        async with page.context.expect_page() as opening:
            await page.get_by_role("link", name="Masuk di tab baru").click()
        # The sign-in of the site asks for an account, whatever the session was that ended.
        other = await opening.value
        await other.get_by_label("Alamat surel").fill(worker.email)
        await other.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
        await other.get_by_role("button", name="Masuk").click()
        await other.get_by_label("Kode", exact=True).fill(worker.code())
        await other.get_by_role("button", name="Lanjut").click()
        await other.wait_for_url(f"**/triase/{UNTOUCHED}**")
        await page.get_by_role("button", name="Kirim lagi").click()
        assert await page.locator("h1").inner_text() == "Halaman ini sudah terlalu lama terbuka"
        await check(page, picture(f"expired-{width}"))
        await page.get_by_role("button", name="Kirim lagi").click()
        # The name of the authority was left empty: the desk's own form takes over, with the words in it.
        assert await page.locator("[name=alasan-teruskan]").input_value() == WORDS


async def test_a_citizens_form_that_is_too_old_keeps_what_was_typed(doors: dict[str, Door], browser: Browser) -> None:
    door = doors["intake"]
    async with window(browser, PHONE, scripts=False) as page:
        await page.goto(door.address)
        await page.get_by_label("Ceritakan masalahnya").fill(WORDS)
        await page.get_by_label("Lokasi kejadian").fill("Loa Janan")
        await page.context.clear_cookies()
        await page.get_by_role("button", name="Periksa jawaban").click()
        assert await page.get_by_label("Ceritakan masalahnya").input_value() == WORDS
        await page.get_by_role("button", name="Periksa jawaban").click()
        await page.get_by_role("button", name="Kirim aduan").click()
        assert page.url.endswith("/bukti")
