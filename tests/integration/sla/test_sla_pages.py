"""The pages of the deadline desk without scripts: the login and the way back, forms, and what is not there."""

import html
import re

import httpx
import pytest

from services.sla.state import CaseClocks
from shared.runtime.running import Running
from shared.web.keys import Keys
from shared.web.sessions import COOKIE
from tests.support.sla_world import SlaWorld

DAY_OFF = {
    "tanggal": "2026-04-09",
    "jenis": "off",
    "nama": "Hari libur uji",
    "jam": "",
    "alasan": "Surat edaran 1",
}


def hidden(page: httpx.Response, name: str) -> str:
    """The value of a hidden field."""
    return html.unescape(re.findall(rf'name="{name}" value="([^"]*)"', page.text)[0])


async def enter(
    http: httpx.AsyncClient, live: Running[CaseClocks], where: str, role: str = "koordinator"
) -> httpx.Response:
    """Fill in the login page as a browser does."""
    page = await http.get(where)
    typed = {name: hidden(page, name) for name in ("csrf", "tujuan")}
    return await http.post(
        "/masuk", data={**typed, "kunci": await Keys(live.pool).create(owner="Ibu Uji", role=role, opd=None)}
    )


async def test_the_filters_stay_through_the_login(world: SlaWorld) -> None:
    async with world.idle() as live, world.http(live) as http:
        sent = await http.get("/tenggat/opd/dishub?kapan=lewat")
        assert sent.headers["location"] == "/masuk?tujuan=/tenggat/opd/dishub%3Fkapan%3Dlewat"
        entered = await enter(http, live, sent.headers["location"], "reader")
        assert (entered.status_code, entered.headers["location"]) == (303, "/tenggat/opd/dishub?kapan=lewat")
        assert (await http.get(entered.headers["location"])).status_code == 200
        assert (await http.get("/")).headers["location"] == "/tenggat"


@pytest.mark.parametrize(
    ("sent", "origin", "target"),
    [
        ("/kalender/periksa", "/kalender?tahun=2027", "/kalender?tahun=2027"),
        ("/kalender/berlakukan", "/kalender/periksa", "/kalender"),
        ("/kalender/berlakukan", None, "/kalender"),
        ("/kebijakan/berlakukan", "/kebijakan/periksa", "/kebijakan"),
        ("/kalender/periksa", "//lain.contoh/kalender", "/kalender"),
    ],
)
async def test_a_session_that_ends_under_a_form_leads_to_a_page_that_opens(
    world: SlaWorld, sent: str, origin: str | None, target: str
) -> None:
    async with world.idle() as live, world.http(live) as http:
        await enter(http, live, "/masuk")
        http.cookies.delete(COOKIE)
        came_from = {"Referer": f"http://sla{origin}"} if origin else {}
        ended = await http.post(sent, data={"csrf": "lama"}, headers=came_from)
        back = ended.headers["location"]
        assert httpx.URL(back).params["tujuan"] == target
        entered = await enter(http, live, back)
        assert entered.headers["location"] == target
        assert (await http.get(target)).status_code == 200
        http.cookies.delete(COOKIE)
        kept = await http.post(sent, data=DAY_OFF, headers={**came_from, "Accept": "text/html"})
        assert (kept.status_code, "Surat edaran 1" in kept.text) == (401, True)
        [link] = re.findall(r'href="(/masuk[^"]*)"', kept.text)
        assert httpx.URL(link).params["tujuan"] == target


async def test_another_version_meanwhile_is_said_in_indonesian_on_the_page_and_in_the_document(
    world: SlaWorld,
) -> None:
    async with world.idle() as live, world.http(live) as http:
        await enter(http, live, "/masuk")
        page = await http.get("/kalender?tahun=2026")
        stale = await http.post("/kalender/periksa", data={**DAY_OFF, "csrf": hidden(page, "csrf"), "versi": "7"})
        assert (stale.status_code, "Orang lain sudah mengubahnya." in stale.text) == (409, True)
        bearer = {"Authorization": f"Bearer {await Keys(live.pool).create(owner='uji', role='koordinator', opd=None)}"}
        why = {"why": "uji coba", "version": 7}
        told = (await http.post("/v1/recompute", json=why, headers=bearer)).json()
        assert told["title"] == "Somebody else has changed the calendar or the policies meanwhile; look at them again."
        assert told["message"].startswith("Orang lain sudah mengubahnya.")


async def test_a_reader_changes_nothing(world: SlaWorld) -> None:
    async with world.idle() as live, world.http(live) as http:
        await enter(http, live, "/masuk", "reader")
        told = await http.get("/kalender/cabut/2026-04-09")
        assert (told.status_code, told.json()["detail"], told.json()["message"]) == (
            403,
            "only a koordinator changes calendar and policies",
            "Hanya koordinator yang dapat mengubah kalender dan kebijakan.",
        )


async def test_what_is_not_there_is_a_page_of_the_desk(world: SlaWorld) -> None:
    async with world.idle() as live, world.http(live) as http:
        await enter(http, live, "/masuk")
        for path in ("/tenggat/KT-TIDAK-ADA", "/tenggat/opd/tidak-ada", "/kalender/cabut/2026-04-09"):
            answer = await http.get(path)
            assert (answer.status_code, "Tidak ditemukan" in answer.text, "Keluar" in answer.text) == (404, True, True)
