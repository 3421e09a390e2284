"""The pages of accounts in a real Chromium: on a phone and a desk, with axe, with scripts off, and to another port."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from services.router.actions.accounts import AccountDesk
from tests.support.browser import DESK, PHONE, check, serving, window
from tests.support.doors import Door, Doors
from tests.support.people import PASSWORD, Worker, hire
from tests.support.router_world import RouterWorld
from tests.support.web import web_of

pytestmark = pytest.mark.browser


async def clean(page: Page, name: str) -> None:
    """Check the page, and keep a picture where TANGGAP_PICTURES names a folder."""
    folder = os.environ.get("TANGGAP_PICTURES")
    await check(page, Path(folder) / f"account-{name}.png" if folder else None)


async def type_in(page: Page, worker: Worker) -> None:
    """Type address, password and code."""
    await page.get_by_label("Alamat surel").fill(worker.email)
    await page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Masuk").click()
    await page.get_by_label("Kode", exact=True).fill(worker.code())
    await page.get_by_role("button", name="Lanjut").click()


@pytest.mark.parametrize(("width", "dark"), [(PHONE, False), (DESK, True)])
async def test_every_page_of_accounts_is_clean(
    router_world: RouterWorld, browser: Browser, width: int, dark: bool
) -> None:
    async with (
        router_world.idle() as live,
        serving(web_of(live)) as address,
        window(browser, width, dark=dark, scripts=True) as page,
    ):
        worker = await hire(live, "administrator", "koordinator")
        desk = AccountDesk(live)
        added = await desk.add("budi@contoh.example", "Budi Uji", ("officer",), "dishub", "test")
        link = await desk.rows.make_link(added, "invitation", "test")
        await page.goto(f"{address}/akun/tautan/{link}")
        await clean(page, f"link-{width}")
        await page.get_by_label("Kata sandi baru").fill("budi")
        await page.get_by_label("Tulis sekali lagi").fill("budi")
        await page.get_by_role("button", name="Simpan").click()
        await clean(page, f"link-weak-{width}")
        await page.get_by_label("Kata sandi baru").fill(PASSWORD)
        await page.get_by_label("Tulis sekali lagi").fill(PASSWORD)
        await page.get_by_role("button", name="Simpan").click()
        await clean(page, f"sign-in-{width}")
        await page.get_by_label("Alamat surel").fill("budi@contoh.example")
        await page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
        await page.get_by_role("button", name="Masuk").click()
        await clean(page, f"enrol-{width}")
        await page.goto(f"{address}/akun/lupa")
        await clean(page, f"forgot-{width}")
        await page.goto(f"{address}/akun/masuk?tujuan=/akun/daftar")
        await page.get_by_label("Alamat surel").fill(worker.email)
        await page.get_by_label("Kata sandi", exact=True).fill("salah")
        await page.get_by_role("button", name="Masuk").click()
        await clean(page, f"sign-in-wrong-{width}")
        assert await page.get_by_label("Alamat surel").input_value() == worker.email
        await page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
        await page.get_by_role("button", name="Masuk").click()
        await clean(page, f"code-{width}")
        await page.get_by_label("Kode", exact=True).fill(worker.codes[0])
        await page.get_by_role("button", name="Lanjut").click()
        await clean(page, f"list-{width}")
        await page.get_by_role("link", name="Budi Uji").click()
        await clean(page, f"one-{width}")
        await page.goto(f"{address}/akun")
        await clean(page, f"own-{width}")
        await page.get_by_text("Buat kode cadangan baru").click()
        await page.get_by_role("button", name="Buat kode baru").click()
        await clean(page, f"codes-{width}")
        await page.goto(f"{address}/triase")
        await clean(page, f"queue-{width}")


@pytest.mark.parametrize("scripts", [True, False])
async def test_the_sign_in_leads_back_to_the_page_of_another_port(
    doors: dict[str, Door], doors_loop: Doors, browser: Browser, scripts: bool
) -> None:
    email = f"meja{int(scripts)}@contoh.example"
    worker: Worker = doors_loop.run(hire(doors["router"].live, "koordinator", email=email))
    async with window(browser, PHONE, scripts=scripts) as page:
        await page.goto(f"{doors['sla'].address}/tenggat")
        await type_in(page, worker)
        await page.wait_for_url(f"{doors['sla'].address}/tenggat")
        await page.goto(f"{doors['router'].address}/triase")
        assert await page.locator("h1").inner_text() == "Meja triase"
        await page.goto(f"{doors['sla'].address}/tenggat")
        await page.get_by_role("button", name="Keluar").click()
        await page.wait_for_url(f"{doors['sla'].address}/masuk")
        await page.goto(f"{doors['router'].address}/triase")
        assert "/akun/masuk" in page.url
