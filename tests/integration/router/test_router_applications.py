"""The desk looks up the cases about an application for a permit."""

import pytest
from playwright.async_api import Browser

from shared.ids import new_id
from shared.web.keys import Keys
from tests.integration.router.test_router_pages import TICKET, logged_in
from tests.integration.router.test_router_pages_browser import clean
from tests.support.browser import DESK, PHONE, enter_with_key, serving, window
from tests.support.router_facts import submitted
from tests.support.router_world import RouterWorld
from tests.support.toys import until
from tests.support.web import web_of


async def test_the_desk_finds_the_cases_about_an_application(router_world: RouterWorld) -> None:
    key = new_id()
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await intake.say(key, submitted(application="B-120/DPMPTSP/2026", place_code="64.72.03.1005"))
        await until(lambda: router_world.case(key), "the case is open")
        await logged_in(http, live)
        assert 'name="permohonan"' in (await http.get("/triase")).text
        found = (await http.get("/triase", params={"permohonan": "b-120/dpmptsp/2026"})).text
        assert (TICKET in found, "Belum ada" in found) == (True, False)
        assert "Belum ada aduan" in (await http.get("/triase", params={"permohonan": "B-1/X"})).text
        wrong = await http.get("/triase", params={"permohonan": "<b>izin"})
        assert (wrong.status_code, "misalnya B-120" in wrong.text, "<b>izin" in wrong.text) == (422, True, False)
        page = (await http.get(f"/triase/{TICKET}")).text
        assert "Kelurahan Sidodadi, Kecamatan Samarinda Ulu, Kota Samarinda" in page
        assert "B-120/DPMPTSP/2026" in page


@pytest.mark.browser
async def test_the_page_is_clean_on_a_phone_and_a_desk(router_world: RouterWorld, browser: Browser) -> None:
    key = new_id()
    async with router_world.toy("intake") as intake, router_world.router() as live, serving(web_of(live)) as address:
        await intake.say(key, submitted(application="B-120/DPMPTSP/2026", place="Dekat pasar"))
        await until(lambda: router_world.case(key), "the case is open")
        secret = await Keys(live.pool).create(owner="uji", role="koordinator", opd=None)
        for width in (PHONE, DESK):
            async with window(browser, width, dark=width == DESK) as page:
                await enter_with_key(page, address, "/triase", secret)
                await page.get_by_label("Cari nomor permohonan").fill("b-120/dpmptsp/2026")
                await clean(page, f"search-{width}")
                await page.get_by_role("button", name="Cari").click()
                await page.get_by_text("1 aduan tentang permohonan ini").wait_for()
                await clean(page, f"application-{width}")
                await page.get_by_label("Nomor permohonan").fill("izin")
                await page.get_by_role("button", name="Cari").click()
                await clean(page, f"application-wrong-{width}")
                await page.goto(f"{address}/triase/{TICKET}")
                await clean(page, f"case-application-{width}")
