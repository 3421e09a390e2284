"""The page with the citizens to be called, in a real Chromium and for the koordinator alone."""

import contextlib
import os
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page

from services.router.rules import commands as c
from services.router.state import Case
from shared.events.deadlines import SilenceExpired
from shared.ids import new_id
from shared.runtime.running import Running
from shared.web.keys import Keys
from tests.support.browser import DESK, PHONE, check, enter_with_key, serving, tab_to, window
from tests.support.router_facts import SCHOOL, submitted
from tests.support.router_world import RouterWorld
from tests.support.toys import until
from tests.support.web import web_of

pytestmark = pytest.mark.browser
FIRST, SECOND, THIRD = "KT-7F3K-9Q2M-X", "KT-2222-3333-X", "KT-4444-5555-X"
HEAVIEST = 40 * 1024


def picture(name: str) -> Path | None:
    """Return the path for a picture that a person will look at, or None when nobody asked for pictures."""
    folder = os.environ.get("TANGGAP_PICTURES")
    return Path(folder) / f"{name}.png" if folder else None


@contextlib.asynccontextmanager
async def desk(world: RouterWorld, *tickets: str) -> AsyncIterator[tuple[Running[Case], str, dict[str, UUID]]]:
    """Yield the router on a port, with a case for each ticket that silence has closed and whose citizen is called."""
    keys = {ticket: new_id() for ticket in tickets}
    async with world.toy("intake") as intake, world.router(calls_percent=100) as live:
        for ticket, key in keys.items():
            await intake.say(key, submitted(SCHOOL, ticket=ticket, contacts=(new_id(),), channel="whatsapp"))
            await until(partial(world.case, key), "the case is open")
            answer = "Guru pengganti sudah mengajar. Hubungi 0800 0000 0123."
            await live.do(c.Resolve(opd="disdikbud", answer=answer), keys=(key,), actor="opd")
        async with world.toy("sla") as sla:
            for key in keys.values():
                await _fall_silent(world, sla, key)
        async with serving(web_of(live)) as address:
            yield live, address, keys


async def _fall_silent(world: RouterWorld, sla: Any, key: UUID) -> None:
    case = await world.case(key)
    assert case is not None
    assert case.since is not None
    await sla.say(key, SilenceExpired(run=1, after="resolved", since=case.since, due_at=case.since))

    async def listed() -> bool:
        found = await world.case(key)
        return found is not None and found.call_since is not None

    await until(listed, "the citizen is to be called")


async def enter(page: Page, live: Running[Case], address: str, role: str = "koordinator") -> None:
    """Type the key, once; the page that was asked for follows."""
    await enter_with_key(page, address, "/telepon", await Keys(live.pool).create(owner="Ibu Uji", role=role, opd=None))


async def clean(page: Page, name: str) -> None:
    await check(page, picture(f"router-calls-{name}"))


@pytest.mark.parametrize(("width", "dark"), [(PHONE, False), (DESK, True)])
async def test_the_list_is_clean_and_shows_no_number(
    router_world: RouterWorld, browser: Browser, width: int, dark: bool
) -> None:
    async with desk(router_world, FIRST, SECOND) as (live, address, _), window(browser, width, dark=dark) as page:
        await enter(page, live, address)
        await clean(page, f"list-{width}")
        assert await page.locator("h2 .ticket").all_inner_texts() == [FIRST, SECOND]
        assert await page.locator("nav [aria-current]").inner_text() == "Telepon"
        words = await page.locator("main").inner_text()
        assert "0800" not in words
        for part in ("Dinas Pendidikan", "Mengadu lewat WhatsApp", "Guru pengganti sudah mengajar"):
            assert part in words
        await page.get_by_text("Di mana nomor teleponnya?").click()
        await clean(page, f"open-{width}")
        assert len(await page.content()) < HEAVIEST
        await page.get_by_role("button", name="Tidak terhubung").first.click()
        await clean(page, f"kept-{width}")
        await page.get_by_role("button", name="Tidak terhubung").click()
        assert "Tidak ada pelapor yang perlu ditelepon." in await page.locator("main").inner_text()
        await clean(page, f"empty-{width}")


async def test_each_answer_is_kept_without_scripts(router_world: RouterWorld, browser: Browser) -> None:
    async with (
        desk(router_world, FIRST, SECOND, THIRD) as (live, address, keys),
        window(browser, PHONE, scripts=False) as page,
    ):
        await enter(page, live, address)
        for ticket, button in ((FIRST, "Sudah selesai"), (SECOND, "Belum selesai"), (THIRD, "Tidak terhubung")):
            part = page.get_by_role("region", name=ticket)
            await part.get_by_label("Catatan").fill("Guru kelas XI belum datang.")
            await part.get_by_role("button", name=button).click()
            assert ticket in await page.get_by_role("status").inner_text()
    found = [await router_world.case(key) for key in keys.values()]
    assert [(case.state, case.ended_by) for case in found if case] == [
        ("closed", "citizen"),
        ("in_progress", None),
        ("closed", "silence"),
    ]


async def test_a_call_is_kept_by_keyboard_alone(router_world: RouterWorld, browser: Browser) -> None:
    async with desk(router_world, FIRST) as (live, address, keys), window(browser, DESK) as page:
        await enter(page, live, address)
        await tab_to(page, "Catatan untuk petugas (boleh dikosongkan)")
        await page.keyboard.type("Lampu dan guru sudah ada.")
        await tab_to(page, "Sudah selesai", at_most=1)
        await page.keyboard.press("Enter")
        await page.get_by_role("status").wait_for()
    case = await router_world.case(keys[FIRST])
    assert case is not None
    assert case.ended_by == "citizen"


async def test_a_call_that_another_officer_has_kept_leaves_the_note(
    router_world: RouterWorld, browser: Browser
) -> None:
    async with (
        desk(router_world, FIRST, SECOND) as (live, address, keys),
        window(browser, PHONE, scripts=False) as page,
    ):
        await enter(page, live, address)
        command = c.CallCitizen(answer="not_reached")
        await live.do(command, keys=(keys[FIRST],), actor="triage")
        await page.get_by_role("region", name=FIRST).get_by_role("button", name="Sudah selesai").click()
        assert "sudah berubah" in await page.get_by_role("alert").inner_text()
        await page.go_back()
        await page.reload()
        assert await page.locator("h2 .ticket").all_inner_texts() == [SECOND]


async def test_only_the_koordinator_calls(router_world: RouterWorld, browser: Browser) -> None:
    async with desk(router_world, FIRST) as (live, address, keys):
        async with window(browser, PHONE, scripts=False) as page:
            await enter(page, live, address, "arbiter")
            words = await page.locator("main").inner_text()
            assert "Hanya koordinator yang menelepon pelapor." in words
            assert FIRST not in words
        async with router_world.http(live) as http:
            arbiter = await router_world.key(live, "arbiter")
            answer = await http.post(f"/v1/cases/{keys[FIRST]}/called", json={"answer": "solved"}, headers=arbiter)
            assert answer.status_code == 403
