"""The pages of the registry in a real Chromium: on a phone and a desk, with axe and with scripts off."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from services.router.actions.registry import RegistryDesk
from services.router.registry.texts import write_table
from shared.reference import in_force, put_in_force, shipped
from tests.support.browser import DESK, PHONE, check, serving, window
from tests.support.people import PASSWORD, hire
from tests.support.registry import without_topic
from tests.support.router_world import RouterWorld
from tests.support.web import web_of

pytestmark = pytest.mark.browser


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = in_force()
    yield
    put_in_force(before)


async def clean(page: Page, name: str) -> None:
    """Check the page, and keep a picture where TANGGAP_PICTURES names a folder."""
    folder = os.environ.get("TANGGAP_PICTURES")
    await check(page, Path(folder) / f"registry-{name}.png" if folder else None)


@pytest.mark.parametrize(("width", "dark"), [(PHONE, False), (DESK, True)])
async def test_every_page_of_the_registry_is_clean(
    router_world: RouterWorld, browser: Browser, width: int, dark: bool
) -> None:
    async with (
        router_world.idle() as live,
        serving(web_of(live)) as address,
        window(browser, width, dark=dark, scripts=True) as page,
    ):
        desk = RegistryDesk(live)
        await desk.install()
        topics = write_table(without_topic("fishery").topics, "topik")
        await desk.put_in_force("topik", topics, 1, why="Uji halaman", actor="administrator:uji")
        await enter(page, address, (await hire(live, "administrator", "koordinator")).codes[0])
        await page.goto(f"{address}/daftar/opd")
        await clean(page, f"opd-{width}")
        await page.get_by_role("link", name="Dinas Kelautan dan Perikanan").click()
        await clean(page, f"opd-one-{width}")
        await page.get_by_role("button", name="Periksa penggabungan").click()
        await clean(page, f"opd-one-wrong-{width}")
        await page.get_by_label("Hari pertama tanpa OPD ini").fill("2027-01-01")
        await page.get_by_label("Penerus").select_option("dptph")
        await page.get_by_label("Alasan").last.fill("Pergub 12/2026")
        await page.get_by_role("button", name="Periksa penggabungan").click()
        await clean(page, f"opd-check-{width}")
        await page.get_by_role("button", name="Berlakukan").click()
        await clean(page, f"opd-saved-{width}")
        await page.goto(f"{address}/daftar/topik")
        await clean(page, f"topik-{width}")
        await page.get_by_role("link", name="Kelautan dan perikanan").click()
        await clean(page, f"topik-one-{width}")
        await page.goto(f"{address}/daftar/opd")
        table = write_table(shipped().opds, "opd").replace("Dinas Sosial", "")
        file = {"name": "opd.csv", "mimeType": "text/csv", "buffer": table.encode()}
        await page.get_by_label("Berkas CSV").set_input_files(file)  # type: ignore[arg-type]
        await page.get_by_label("Alasan").last.fill("Pergub 12/2026")
        await page.get_by_role("button", name="Periksa berkas").click()
        await clean(page, f"opd-problems-{width}")
        await page.goto(f"{address}/daftar/riwayat")
        await clean(page, f"history-{width}")
        await page.goto(f"{address}/triase")
        await clean(page, f"notice-{width}")


async def test_an_opd_is_renamed_without_scripts(router_world: RouterWorld, browser: Browser) -> None:
    async with (
        router_world.idle() as live,
        serving(web_of(live)) as address,
        window(browser, PHONE, scripts=False) as page,
    ):
        await RegistryDesk(live).install()
        await enter(page, address, (await hire(live, "administrator")).codes[0])
        await page.goto(f"{address}/daftar/opd/dkp")
        await page.get_by_label("Nama lengkap").fill("Dinas Perikanan")
        await page.get_by_label("Alasan").first.fill("Pergub 12/2026")
        await page.get_by_role("button", name="Periksa perubahan").click()
        await page.get_by_role("button", name="Berlakukan").click()
        assert await page.get_by_role("link", name="Dinas Perikanan").count() == 1


async def enter(page: Page, address: str, code: str) -> None:
    """Sign in with the password and a recovery code."""
    await page.goto(f"{address}/akun/masuk")
    await page.get_by_label("Alamat surel").fill("petugas@contoh.example")
    await page.get_by_label("Kata sandi", exact=True).fill(PASSWORD)
    await page.get_by_role("button", name="Masuk").click()
    await page.get_by_label("Kode", exact=True).fill(code)
    await page.get_by_role("button", name="Lanjut").click()
