"""Held complaints over HTTP and on the desk's page: listed for a koordinator, who releases or archives each."""

import asyncio
import os
from pathlib import Path

import pytest
from playwright.async_api import Browser

from shared.events.submissions import Followed, SubmissionErased
from shared.ids import new_id
from shared.web.keys import Keys
from tests.integration.router.test_router_pages import TICKET, hidden, logged_in
from tests.support.browser import DESK, PHONE, check, enter_with_key, serving, window
from tests.support.router_facts import SCHOOL, submitted
from tests.support.router_world import RouterWorld
from tests.support.toys import until
from tests.support.web import web_of

OTHER = "KT-2222-3333-X"


async def test_a_koordinator_lists_and_releases_held_complaints_over_http(router_world: RouterWorld) -> None:
    key = new_id()
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await intake.say(key, submitted(SCHOOL, suspicions=("links", "robot")))
        await intake.say(key, Followed(contact=new_id()))

        async def followed() -> bool:
            case = await router_world.case(key)
            return case is not None and len(case.followers) == 1

        await until(followed, "the case is open and followed")
        desk, arbiter = await router_world.key(live, "koordinator"), await router_world.key(live, "arbiter")
        [held] = (await http.get("/v1/suspicions", headers=desk)).json()["items"]
        assert (held["ticket"], held["suspicions"], held["followed_by"]) == (TICKET, ["links", "robot"], 1)
        assert held["held_until"]
        assert (await http.get("/v1/cases", headers=desk)).json()["items"] == []
        assert (await http.get("/v1/suspicions", headers=arbiter)).status_code == 403
        assert (await http.post(f"/v1/cases/{key}/release", json={}, headers=arbiter)).status_code == 403
        released = await http.post(f"/v1/cases/{key}/release", json={}, headers=desk)
        assert (released.status_code, released.json()["state"], released.json()["opd"]) == (
            200,
            "assigned",
            "disdikbud",
        )
        again = await http.post(f"/v1/cases/{key}/release", json={}, headers=desk)
        assert (again.status_code, again.json()["code"]) == (409, "not_held")
        assert (await http.get("/v1/suspicions", headers=desk)).json()["items"] == []
    assert await router_world.events(key) == ["case.opened", "case.triaged", "case.noted", "case.assigned"]


async def test_an_erased_complaint_is_held_no_longer(router_world: RouterWorld) -> None:
    key = new_id()
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await intake.say(key, submitted(SCHOOL, suspicions=("links",)))
        await intake.say(key, SubmissionErased())

        async def erased() -> bool:
            case = await router_world.case(key)
            return case is not None and case.erased

        await until(erased, "the case is erased")
        desk = await router_world.key(live, "koordinator")
        assert (await http.get("/v1/suspicions", headers=desk)).json()["items"] == []


async def test_the_page_releases_one_and_archives_another(router_world: RouterWorld) -> None:
    one, two = new_id(), new_id()
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await intake.say(one, submitted(SCHOOL, suspicions=("links",)))
        await intake.say(two, submitted("Slot gacor maxwin klik sekarang", ticket=OTHER, suspicions=("links", "new")))
        await until(lambda: router_world.case(two), "the cases are open")
        await logged_in(http, live)
        page = (await http.get("/ditahan")).text
        assert "Isinya terutama tautan atau iklan" in page
        assert page.count("Lepaskan") >= 2
        for ticket, decision in ((TICKET, "lepas"), (OTHER, "arsip")):
            fields = {"csrf": hidden(page, "csrf"), "putusan": decision}
            assert (await http.post(f"/ditahan/{ticket}", data=fields)).status_code == 303
        late = await http.post(f"/ditahan/{TICKET}", data={"csrf": hidden(page, "csrf"), "putusan": "lepas"})
        assert late.status_code == 409
        assert "Aduan ini tidak sedang ditahan" in late.text
        assert "Tidak ada aduan yang ditahan" in (await http.get("/ditahan")).text
    states = [case.state for key in (one, two) if (case := await router_world.case(key)) is not None]
    assert states == ["assigned", "archived"]


async def test_an_arbiter_sees_the_list_and_decides_nothing(router_world: RouterWorld) -> None:
    key = new_id()
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await intake.say(key, submitted(SCHOOL, suspicions=("links",)))
        await until(lambda: router_world.case(key), "the case is open")
        await logged_in(http, live, "arbiter")
        page = (await http.get("/ditahan")).text
        assert TICKET in page
        assert "Lepaskan</button>" not in page
        sent = await http.post(f"/ditahan/{TICKET}", data={"csrf": hidden(page, "csrf"), "putusan": "lepas"})
        assert sent.status_code == 403


@pytest.mark.browser
@pytest.mark.parametrize("width", [PHONE, DESK])
async def test_the_page_of_held_complaints_is_clean(router_world: RouterWorld, browser: Browser, width: int) -> None:
    key = new_id()
    folder = os.environ.get("TANGGAP_PICTURES")
    async with (
        router_world.toy("intake") as intake,
        router_world.router() as live,
        serving(web_of(live)) as address,
        window(browser, width) as page,
    ):
        await intake.say(key, submitted(SCHOOL, suspicions=("links", "same_text")))
        await intake.say(key, Followed(contact=new_id()))
        await until(lambda: router_world.case(key), "the case is open")
        await asyncio.sleep(0.5)
        secret = await Keys(live.pool).create(owner="uji", role="koordinator", opd=None)
        await enter_with_key(page, address, "/ditahan", secret)
        await page.wait_for_url("**/ditahan")
        await check(page, Path(folder) / f"held-{width}.png" if folder else None)
        await page.get_by_role("link", name=TICKET).click()
        await check(page, Path(folder) / f"held-case-{width}.png" if folder else None)
        assert "1 orang" in await page.content()
