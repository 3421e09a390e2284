"""Two OPDs on one complaint in a real Chromium: the lead asks, the helper gives its part, the desk sees both."""

import os
from pathlib import Path

import pytest
from playwright.async_api import Browser, Page

from services.router.rules import commands as c
from shared.events.catalogue import SUBMISSIONS
from shared.web.keys import Keys
from tests.integration.router.test_router_opd_browser import enter
from tests.support.browser import DESK, PHONE, check, enter_with_key, serving, window
from tests.support.doors import hear
from tests.support.people import hire
from tests.support.router_facts import submitted
from tests.support.router_world import RouterWorld
from tests.support.web import web_of

pytestmark = pytest.mark.browser
TICKET = "KT-7F3K-9Q2M-X"
# No words of a matter: so no rule of its topic asks for a photo.
VAGUE = "Mohon ditindaklanjuti bapak ibu, sudah lama kami menunggu dan belum ada yang datang melihat."
TASK = "Periksa apakah parit di tepi jalan itu perlu dikeruk, dan kapan."
PART = "Parit sepanjang 40 meter kami keruk pada Kamis pagi."
ANSWER = "Lubang ditambal pada Rabu, dan parit di tepinya dikeruk pada Kamis pagi."


async def clean(page: Page, name: str) -> None:
    """Check the page, and keep a picture where TANGGAP_PICTURES names a folder."""
    folder = os.environ.get("TANGGAP_PICTURES")
    await check(page, Path(folder) / f"help-{name}.png" if folder else None)


async def unchecked(_page: Page, _name: str) -> None:
    """Check nothing: axe itself needs scripts, and the same pages are checked with them."""


async def answer(page: Page) -> None:
    """Send the answer of the lead."""
    await page.get_by_text("Jawab", exact=True).click()
    await page.get_by_label("Diperbaiki", exact=True).check()
    await page.get_by_label("Jawaban untuk pelapor").fill(ANSWER)
    await page.get_by_role("button", name="Kirim jawaban").click()


@pytest.mark.timeout(300)  # two officers and the desk, each with a window of their own
@pytest.mark.parametrize(("width", "scripts"), [(PHONE, True), (DESK, True), (PHONE, False)])
async def test_the_lead_asks_the_helper_gives_its_part_and_one_answer_goes_out(
    router_world: RouterWorld, browser: Browser, width: int, scripts: bool
) -> None:
    shown = clean if scripts else unchecked
    async with router_world.idle() as live, serving(web_of(live)) as address:
        fact = submitted(VAGUE, ticket=TICKET, reporter_name="Warga Uji", place="Loa Janan")
        key = await hear(live, SUBMISSIONS, fact)
        await live.do(c.Assign(opd="dpupr-pera"), keys=(key,), actor="triage")
        lead = await hire(live, "officer", opd="dpupr-pera", email="utama@contoh.example")
        helper = await hire(live, "officer", opd="dishub", email="bantu@contoh.example")
        async with (
            window(browser, width, scripts=scripts) as leads,
            window(browser, width, scripts=scripts, dark=width == DESK) as helps,
            window(browser, width, scripts=scripts) as desk,
        ):
            await enter(leads, f"{address}/opd/{TICKET}", lead)
            await leads.get_by_text("Minta bantuan OPD lain").click()
            await leads.get_by_role("button", name="Minta bantuan").click()
            await leads.get_by_role("link", name="Pilih OPD yang diminta membantu.").wait_for()
            await leads.get_by_label("OPD yang diminta membantu").select_option("dishub")
            await leads.get_by_label("Yang diperlukan dari OPD itu").fill(TASK)
            await leads.get_by_role("button", name="Minta bantuan").click()
            await leads.get_by_text("Belum ditanggapi").wait_for()
            # Without a reason the answer does not go out before the part.
            await answer(leads)
            await leads.get_by_role("link", name="Bagian ini belum masuk").wait_for()
            await shown(leads, f"lead-refused-{width}")

            await enter(helps, f"{address}/opd", helper)
            await helps.get_by_role("link", name="1 aduan OPD lain menunggu bantuan Anda").click()
            assert "Membantu DPUPR-PERA" in await helps.locator("td").first.inner_text()
            await shown(helps, f"list-{width}")
            await helps.get_by_role("link", name=TICKET).click()
            assert "Warga Uji" not in await helps.content()
            await helps.get_by_role("button", name="Bersedia membantu").click()
            await helps.get_by_text("Serahkan bagian", exact=True).first.click()
            await shown(helps, f"helper-{width}")
            await helps.get_by_label("Diperbaiki", exact=True).check()
            await helps.get_by_label("Bagian OPD Anda").fill(PART)
            await helps.get_by_role("button", name="Serahkan bagian").click()
            await helps.get_by_role("heading", name="Bagian Anda sudah diserahkan").wait_for()

            token = await Keys(live.pool).create(owner="uji", role="koordinator", opd=None)
            await enter_with_key(desk, address, f"/triase/{TICKET}", token)
            await desk.get_by_text("Minta OPD lain membantu").click()
            assert PART in await desk.content()
            await shown(desk, f"desk-{width}")

            await leads.goto(f"{address}/opd/{TICKET}")
            assert PART in await leads.content()
            assert await leads.get_by_label("Mengapa tidak menunggu").count() == 0
            await answer(leads)
            await leads.get_by_role("heading", name="Sudah dijawab").wait_for()
    events = await router_world.events(key)
    assert events[-4:] == ["case.helper_added", "case.helper_accepted", "case.helper_contributed", "case.resolved"]
