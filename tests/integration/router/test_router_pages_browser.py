"""The triage desk in a real Chromium: on a phone and a desk, with axe, by keyboard, with scripts off, and its weight."""

import contextlib
import os
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit
from uuid import UUID

import pytest
from playwright.async_api import Browser, Page, Response

from services.router.rules import commands as c
from services.router.state import Case
from shared.events.submissions import CitizenReplied, External
from shared.ids import new_id
from shared.runtime.running import Running
from shared.web.keys import Keys
from tests.support.browser import DESK, PHONE, check, focused, serving, tab_to, window
from tests.support.router_facts import SCHOOL, UNCLEAR, submitted
from tests.support.router_world import RouterWorld, Teller
from tests.support.toys import until
from tests.support.web import web_of

pytestmark = pytest.mark.browser
WAITING, URGENT, DISPUTED, ANSWERED = "KT-7F3K-9Q2M-X", "KT-2222-3333-X", "KT-4444-5555-X", "KT-6666-7777-X"
HOLES = "Jalan poros Loa Janan berlubang dalam, dua motor jatuh tadi malam. Hubungi 0800 0000 0123."
PLACE = "Jl. Poros Loa Janan, Kutai Kartanegara"
PUBLIC_WORKS = "Dinas Pekerjaan Umum, Penataan Ruang dan Perumahan Rakyat"
HEAVIEST = 40 * 1024


def picture(name: str) -> Path | None:
    """Return the path for a picture that a person will look at, or None when nobody asked for pictures."""
    folder = os.environ.get("TANGGAP_PICTURES")
    return Path(folder) / f"{name}.png" if folder else None


async def clean(page: Page, name: str) -> None:
    """Assert the rules for every page; a thumb can hit each link that stands alone."""
    await check(page, picture(f"router-{name}"))
    low: Any = await page.evaluate(
        "[...document.querySelectorAll('nav a, .brand, .queue > li > a, .actions a, .choose a')]"
        ".filter(e => e.offsetParent && e.getBoundingClientRect().height < 43.5).map(e => e.outerHTML.slice(0, 80))"
    )
    assert low == []


@contextlib.asynccontextmanager
async def weighing(page: Page) -> AsyncIterator[None]:
    """All that the pages opened meanwhile bring, each with its style and icon, is light."""
    answers: list[Response] = []

    def noted(answer: Response) -> None:
        answers.append(answer)

    page.on("response", noted)
    yield
    page.remove_listener("response", noted)
    came = {one.url: one for one in answers if one.status not in (301, 302, 303)}
    sizes = [int(await one.header_value("content-length") or HEAVIEST) for one in came.values()]
    assert 0 < sum(sizes) <= HEAVIEST
    pages = [one for url, one in came.items() if "/static/" not in url]
    assert [await one.header_value("content-encoding") for one in pages] == ["gzip"] * len(pages)


async def opened(world: RouterWorld, intake: Teller, *tickets: str) -> dict[str, UUID]:
    """Cases that the rules could not place, by ticket."""
    keys = {ticket: new_id() for ticket in tickets}
    for ticket, key in keys.items():
        text = HOLES if ticket == URGENT else f"{UNCLEAR} hubungi 0800 0000 0123"
        await intake.say(key, submitted(text, ticket=ticket, reporter_name="Warga Uji", place=PLACE))
        await until(partial(world.case, key), "the case is open")
    return keys


async def sent_back(live: Running[Case], key: UUID) -> None:
    """Three agencies have declined it."""
    for opd in ("dishub", "disdikbud", "dishub"):
        await live.do(c.Assign(opd=opd), keys=(key,), actor="triage")
        await live.do(
            c.Decline(opd=opd, reason="Bukan wewenang kami.", suggestion="dpupr-pera"), keys=(key,), actor="opd"
        )


async def answered(world: RouterWorld, live: Running[Case], intake: Teller) -> None:
    """A complaint of SP4N with an answer that SP4N does not show yet."""
    key = new_id()
    external = External(system="sp4n", id="7000001", status="assigned", status_text="Terverifikasi")
    await intake.say(key, submitted(SCHOOL, ticket=ANSWERED, external=external))
    await until(lambda: world.case(key), "the case is open")
    said = c.Resolve(opd="disdikbud", answer="Guru pengganti sudah mengajar sejak hari Senin.")
    await live.do(said, keys=(key,), actor="opd")
    await intake.say(key, CitizenReplied(text="Pak tolong dicek lagi, kelas XI masih kosong.", channel="whatsapp"))
    await until(partial(world.unread, key), "the reply waits")


async def enter(page: Page, live: Running[Case], address: str, role: str = "koordinator") -> None:
    """Type the key, once; the page that was asked for follows."""
    parts = urlsplit(address)
    wanted = f"{parts.path}?{parts.query}" if parts.query else parts.path
    await page.goto(f"{parts.scheme}://{parts.netloc}/masuk?tujuan={quote(wanted)}")
    await page.get_by_label("Kunci Anda").fill(await Keys(live.pool).create(owner="Ibu Uji", role=role, opd=None))
    await page.get_by_role("button", name="Masuk", exact=True).click()


@contextlib.asynccontextmanager
async def desk(world: RouterWorld) -> AsyncIterator[tuple[Running[Case], Teller, str]]:
    """The router with its pages on a port, and an intake that talks to it."""
    async with world.toy("intake") as intake, world.router() as live, serving(web_of(live)) as address:
        yield live, intake, address


async def now(world: RouterWorld, key: UUID) -> Case:
    case = await world.case(key)
    assert case is not None
    return case


@pytest.mark.parametrize(("width", "dark"), [(PHONE, False), (DESK, True)])
async def test_every_page_is_clean(router_world: RouterWorld, browser: Browser, width: int, dark: bool) -> None:
    async with desk(router_world) as (live, intake, address), window(browser, width, dark=dark) as page:
        await page.goto(f"{address}/masuk?tujuan=/salin")
        await clean(page, f"login-{width}")
        await page.get_by_label("Kunci Anda").fill("tg_salah")
        await page.get_by_role("button", name="Masuk").click()
        await clean(page, f"login-wrong-{width}")
        await enter(page, live, f"{address}/triase")
        await clean(page, f"queue-empty-{width}")
        keys = await opened(router_world, intake, WAITING, URGENT, DISPUTED)
        await sent_back(live, keys[DISPUTED])
        await answered(router_world, live, intake)
        await router_world.clock_set(keys[WAITING], "verify", datetime.now(UTC) + timedelta(days=3))
        await router_world.clock_set(keys[URGENT], "verify", datetime.now(UTC) - timedelta(days=1))
        await page.goto(f"{address}/triase")
        await clean(page, f"queue-{width}")
        await page.get_by_role("link", name=WAITING).click()
        await clean(page, f"case-{width}")
        for part in await page.locator("summary").all():
            await part.click()
        await clean(page, f"case-open-{width}")
        await page.goto(f"{address}/triase/{WAITING}?kewenangan=regency_or_city")
        await page.get_by_role("button", name="Teruskan").click()
        await clean(page, f"case-wrong-{width}")
        await page.goto(f"{address}/triase?meja=arbiter")
        await clean(page, f"arbiter-{width}")
        await page.get_by_role("link", name=DISPUTED).click()
        await clean(page, f"arbiter-waits-{width}")
        await page.goto(f"{address}/triase/{ANSWERED}")
        await clean(page, f"answered-{width}")
        await page.goto(f"{address}/triase?meja=kabar")
        await clean(page, f"replies-{width}")
        await page.get_by_role("link", name=ANSWERED).click()
        await clean(page, f"reply-waits-{width}")
        await page.goto(f"{address}/salin")
        await clean(page, f"copies-{width}")
        await page.goto(f"{address}/triase/KT-0000-0000-1")
        await clean(page, f"nothing-{width}")


async def test_every_page_is_light(router_world: RouterWorld, browser: Browser) -> None:
    async with desk(router_world) as (live, intake, address):
        await opened(router_world, intake, WAITING, URGENT)
        await answered(router_world, live, intake)
        for path in ("/triase", f"/triase/{WAITING}", "/salin", "/triase?meja=kabar"):
            async with window(browser, PHONE) as page:
                async with weighing(page):
                    await page.goto(f"{address}/masuk")
                await enter(page, live, f"{address}/triase")
                async with weighing(page):
                    await page.goto(f"{address}{path}")


async def test_the_queue_shows_the_urgent_first_and_no_number_or_name_of_a_citizen(
    router_world: RouterWorld, browser: Browser
) -> None:
    async with desk(router_world) as (live, intake, address), window(browser, PHONE, scripts=False) as page:
        await opened(router_world, intake, WAITING, URGENT)
        await enter(page, live, f"{address}/triase")
        assert await page.locator(".desk .ticket").all_inner_texts() == [URGENT, WAITING]
        assert await page.locator("nav [aria-current]").inner_text() == "Triase"
        await page.get_by_role("link", name=URGENT).click()
        for part in ("0800", "Warga Uji"):
            assert part not in await page.content()
        assert await page.title() == f"Aduan {URGENT} – Meja triase"


async def test_the_desk_assigns_refers_asks_and_archives_without_scripts(
    router_world: RouterWorld, browser: Browser
) -> None:
    tickets = (WAITING, URGENT, DISPUTED, ANSWERED)
    async with desk(router_world) as (live, intake, address), window(browser, PHONE, scripts=False) as page:
        keys = await opened(router_world, intake, *tickets)
        await enter(page, live, f"{address}/triase/{WAITING}")
        assert "Belum jelas status jalannya" in await page.locator("main").inner_text()
        assert await page.locator(".choose").count() == 3
        await page.get_by_role("button", name=f"Tunjuk {PUBLIC_WORKS}").click()
        assert "Tersimpan." in await page.get_by_role("status").inner_text()

        await page.goto(f"{address}/triase/{URGENT}")
        await page.get_by_role("link", name="Teruskan ke Pemerintah kabupaten/kota").click()
        assert await page.get_by_label("Kewenangan").input_value() == "regency_or_city"
        await page.get_by_label("Instansi tujuan").fill("Pemerintah Kabupaten Kutai Kartanegara")
        await page.get_by_role("button", name="Teruskan").click()
        assert await page.get_by_label("Instansi tujuan").input_value() == "Pemerintah Kabupaten Kutai Kartanegara"
        await page.get_by_label("Alasan", exact=True).fill("Ruas itu jalan kabupaten.")
        await page.get_by_role("button", name="Teruskan").click()

        await page.goto(f"{address}/triase/{DISPUTED}")
        await page.locator("summary", has_text="Minta keterangan").click()
        await page.get_by_label("Pertanyaan kepada pelapor").fill("Di kilometer berapa?")
        await page.get_by_role("button", name="Minta keterangan").click()
        assert "Di kilometer berapa?" in await page.locator(".timeline").inner_text()

        await page.goto(f"{address}/triase/{ANSWERED}")
        await page.locator("summary", has_text="Arsipkan").click()
        await page.get_by_label("Sebab").select_option("spam")
        await page.get_by_role("button", name="Arsipkan").click()
        await page.get_by_role("link", name="Lanjut ke antrean").click()
        assert "Tidak ada aduan yang menunggu." in await page.locator("main").inner_text()
    states = [(await now(router_world, keys[ticket])).state for ticket in tickets]
    assert states == ["assigned", "referred", "awaiting_citizen", "archived"]


async def test_an_error_keeps_what_was_typed_and_leads_to_its_field(
    router_world: RouterWorld, browser: Browser
) -> None:
    async with desk(router_world) as (live, intake, address), window(browser, PHONE, scripts=False) as page:
        await opened(router_world, intake, WAITING)
        await enter(page, live, f"{address}/triase/{WAITING}")
        await page.locator("summary", has_text="Tunjuk OPD lain").click()
        await page.get_by_label("Alasan (boleh dikosongkan)").fill("Ruas provinsi menurut peta.")
        await page.get_by_role("button", name="Tunjuk OPD ini").click()
        assert await page.title() == f"Perlu diperbaiki: Aduan {WAITING} – Meja triase"
        assert await page.get_by_label("Alasan (boleh dikosongkan)").input_value() == "Ruas provinsi menurut peta."
        await page.get_by_role("link", name="Pilih OPD yang berwenang.").click()
        assert page.url.endswith("#opd")


async def test_a_case_is_decided_by_keyboard_alone(router_world: RouterWorld, browser: Browser) -> None:
    async with desk(router_world) as (live, intake, address), window(browser, DESK) as page:
        keys = await opened(router_world, intake, WAITING)
        await page.goto(f"{address}/masuk?tujuan=/triase")
        await tab_to(page, "Kunci Anda")
        await page.keyboard.type(await Keys(live.pool).create(owner="Ibu Uji", role="koordinator", opd=None))
        await page.keyboard.press("Enter")
        # The login page has a heading that holds the same words.
        await page.get_by_role("heading", name="Meja triase", exact=True).wait_for()
        await page.keyboard.press("Tab")
        assert await focused(page) == "Langsung ke isi"
        await page.keyboard.press("Enter")
        await tab_to(page, WAITING)
        await page.keyboard.press("Enter")
        await page.get_by_role("heading", name="Putuskan").wait_for()
        await tab_to(page, f"Tunjuk {PUBLIC_WORKS}")
        outline: Any = await page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline == "solid"
        await page.keyboard.press("Enter")
        await page.get_by_role("status").wait_for()
    assert (await now(router_world, keys[WAITING])).opd == "dpupr-pera"


async def test_only_the_arbiter_decides_what_was_sent_back_three_times(
    router_world: RouterWorld, browser: Browser
) -> None:
    async with desk(router_world) as (live, intake, address):
        keys = await opened(router_world, intake, DISPUTED)
        await sent_back(live, keys[DISPUTED])
        async with window(browser, PHONE, scripts=False) as page:
            await enter(page, live, f"{address}/triase?meja=arbiter")
            await page.get_by_role("link", name=DISPUTED).click()
            assert await page.get_by_role("button", name="Tunjuk").count() == 0
            assert "Sudah 3 kali dikembalikan OPD." in await page.locator("main").inner_text()
        async with window(browser, PHONE) as page:
            await enter(page, live, f"{address}/triase?meja=arbiter", "arbiter")
            await page.get_by_role("link", name="Arbiter").click()
            await page.get_by_role("link", name=DISPUTED).click()
            await clean(page, "arbiter-decides")
            await page.get_by_role("button", name=f"Tunjuk {PUBLIC_WORKS}").click()
            await clean(page, "arbiter-decided")
    case = await now(router_world, keys[DISPUTED])
    assert (case.opd, case.binding) == ("dpupr-pera", True)


async def test_what_sp4n_does_not_show_yet_is_ticked_off_without_scripts(
    router_world: RouterWorld, browser: Browser
) -> None:
    async with desk(router_world) as (live, intake, address), window(browser, PHONE, scripts=False) as page:
        await answered(router_world, live, intake)
        await enter(page, live, f"{address}/salin")
        assert "Guru pengganti sudah mengajar" in await page.locator("main").inner_text()
        await page.get_by_role("button", name="Tandai sudah disalin").click()
        assert "Tidak ada yang perlu disalin." in await page.locator("main").inner_text()
