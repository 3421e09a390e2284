"""The citizen's pages in a real Chromium: on a phone and a desk, with axe, and with scripts off."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from shared.events import cases, deadlines
from shared.ids import new_id
from tests.integration.intake.test_intake_webhook import put
from tests.support.browser import DESK, PHONE, check, serving, window
from tests.support.intake import Intake

pytestmark = pytest.mark.browser
TEXT = "Lampu jalan di depan SMAN contoh padam sejak hari Senin, gelap dan rawan kecelakaan."


def picture(name: str) -> Path | None:
    """Return the path for a picture that a person will look at, or None when nobody asked for pictures."""
    folder = os.environ.get("TANGGAP_PICTURES")
    return Path(folder) / f"{name}.png" if folder else None


async def go_on(page: Page, *, scripts: bool) -> None:
    """Go to the next question of the form. Without scripts all questions stand on one page."""
    if scripts:
        await page.get_by_role("button", name="Lanjut").click()


async def file(page: Page, address: str, *, scripts: bool = True) -> None:
    """Fill the form as a citizen does, check the answers, and send it."""
    await page.goto(address)
    await page.get_by_label("Ceritakan masalahnya").fill(TEXT)
    await go_on(page, scripts=scripts)
    await page.get_by_label("Lokasi kejadian").fill("Jl. Poros, Loa Janan")
    await go_on(page, scripts=scripts)
    await go_on(page, scripts=scripts)
    await page.get_by_label("Nomor WhatsApp").fill("0800 0000 0123")
    await page.get_by_role("button", name="Periksa jawaban").click()
    await page.get_by_role("button", name="Kirim aduan").click()


async def answered(intake: Intake, ticket: str) -> None:
    """The complaint's way up to an answer."""
    due = intake.live.clock.now()
    await put(
        intake,
        ticket,
        cases.Assigned(
            assignment_id=new_id(), opd="dishub", class_="no_oversight", priority="normal", reasons=("Lampu jalan.",)
        ),
        cases.Accepted(opd="dishub", assignment_id=new_id()),
        cases.Progressed(opd="dishub", public=True, text="Petugas memeriksa jaringan pada Selasa pagi."),
        cases.Resolved(opd="dishub", answer="Lampu sudah diganti dan menyala kembali."),
    )
    await put(
        intake,
        ticket,
        deadlines.DeadlineSet(clock="silence", run=1, started_at=due, due_at=due, explanation="10 hari kerja"),
    )


@pytest.mark.parametrize(("width", "dark"), [(PHONE, False), (DESK, True)])
async def test_every_page_is_clean(intake: Intake, browser: Browser, width: int, dark: bool) -> None:
    tone = "dark" if dark else "light"
    async with serving(intake.app) as address, window(browser, width, dark=dark) as page:
        await file(page, address)
        await check(page, picture(f"receipt-{width}-{tone}"))
        ticket = (await page.locator(".ticket").first.inner_text()).strip()
        await answered(intake, ticket)
        await page.get_by_role("link", name="Buka halaman aduan saya").click()
        for part in await page.locator("summary").all():
            await part.click()
        await check(page, picture(f"own-{width}-{tone}"))
        await page.goto(f"{address}/aduan/{ticket}")
        await check(page, picture(f"public-{width}-{tone}"))
        await page.goto(f"{address}/aduan?nomor=salah")
        await check(page, picture(f"look-up-{width}-{tone}"))
        await page.goto(f"{address}/aduan/KT-0000-0000-1")
        await check(page, picture(f"sorry-{width}-{tone}"))
        await page.goto(f"{address}/impor")
        await check(page, picture(f"import-{width}-{tone}"))


async def test_a_citizen_files_and_answers_without_scripts(intake: Intake, browser: Browser) -> None:
    async with serving(intake.app) as address, window(browser, PHONE, scripts=False) as page:
        await file(page, address, scripts=False)
        ticket = (await page.locator(".ticket").first.inner_text()).strip()
        await answered(intake, ticket)
        await page.get_by_role("link", name="Buka halaman aduan saya").click()
        await page.get_by_text("Belum selesai", exact=True).click()
        await page.get_by_label("Apa yang belum selesai?").fill("Masih padam di sisi kiri.")
        await page.get_by_role("button", name="Nyatakan belum selesai").click()
        assert "Masih padam di sisi kiri." in await page.content()
    assert [kind for kind, _ in await intake.events("submission.")] == [
        "submission.submitted",
        "submission.citizen_disputed",
    ]


async def test_an_error_keeps_what_was_typed_and_leads_to_its_field_by_keyboard(
    intake: Intake, browser: Browser
) -> None:
    async with serving(intake.app) as address, window(browser, PHONE, scripts=False) as page:
        await page.goto(address)
        await page.get_by_label("Ceritakan masalahnya").fill(TEXT)
        await page.get_by_role("button", name="Periksa jawaban").click()
        assert await page.get_by_label("Ceritakan masalahnya").input_value() == TEXT
        await page.get_by_role("link", name="Tulis lokasi kejadian").click()
        assert page.url.endswith("#lokasi")
        assert await page.title() == "Perlu diperbaiki: Kirim aduan – Tanggap Kalimantan Timur"
