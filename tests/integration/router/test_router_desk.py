"""The list of the desk without scripts: filters, search, decisions about many cases, who has a case open, and undoing."""

import re
from functools import partial
from uuid import UUID

import httpx

from services.router.rules import commands as c
from services.router.state import Case
from shared.ids import new_id
from shared.runtime.running import Running
from tests.integration.router.test_router_pages import hidden, logged_in
from tests.support.router_facts import SCHOOL, UNCLEAR, submitted
from tests.support.router_world import RouterWorld, Teller
from tests.support.toys import until

ONE, TWO, THREE = "KT-7F3K-9Q2M-X", "KT-2222-3333-X", "KT-4444-5555-X"
TEXTS = {
    ONE: f"{UNCLEAR} dekat pasar",
    TWO: f"{UNCLEAR} dekat jembatan, lubangnya dalam",
    THREE: f"{UNCLEAR} dekat pasar",
}


async def waiting(world: RouterWorld, intake: Teller) -> dict[str, UUID]:
    """Three cases that wait at the desk, by ticket."""
    keys: dict[str, UUID] = {}
    for ticket, text in TEXTS.items():
        # A key sorts by its millisecond, so each is made after the case before it is open.
        key = keys[ticket] = new_id()
        channel = "whatsapp" if ticket == TWO else "web"
        await intake.say(key, submitted(text, ticket=ticket, channel=channel, place_code="64.02.05"))
        await until(partial(world.case, key), "the case is open")
    return keys


def shown(page: str) -> list[str]:
    """The tickets of the rows."""
    return re.findall(r'<span class="ticket">([^<]+)</span></a></td>', page)


async def state(world: RouterWorld, key: UUID) -> Case:
    case = await world.case(key)
    assert case is not None
    return case


async def post(http: httpx.AsyncClient, page: str, path: str, **fields: str) -> httpx.Response:
    """Send a form of the page with its token."""
    return await http.post(path, data={"csrf": hidden(page, "csrf")} | fields)


async def test_the_address_filters_sorts_and_searches_in_indonesian(router_world: RouterWorld) -> None:
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await waiting(router_world, intake)
        await logged_in(http, live)
        asked = {
            "": [ONE, TWO, THREE],
            "urut=terbaru": [THREE, TWO, ONE],
            "kanal=whatsapp": [TWO],
            "wilayah=64.02": [ONE, TWO, THREE],
            "wilayah=64.72": [],
            "lewat=ya": [],
            "q=lubang": [TWO],
            "q=pasar&urut=terbaru": [THREE, ONE],
            "q=%22%27%20or": [],
            "urut=salah&sesudah=salah": [ONE, TWO, THREE],
        }
        for query, tickets in asked.items():
            answer = await http.get(f"/triase?{query}")
            assert (answer.status_code, shown(answer.text)) == (200, tickets), query
        assert "2 serupa" in (await http.get("/triase")).text
        found = await http.get(f"/triase?q={ONE.lower()}")
        assert (found.status_code, found.headers["location"]) == (303, f"/triase/{ONE}")


async def test_many_cases_are_decided_at_once_and_a_changed_one_is_left(router_world: RouterWorld) -> None:
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        keys = await waiting(router_world, intake)
        await logged_in(http, live)
        page = (await http.get("/triase?urut=terlama")).text
        chosen = {f"pilih-{ticket}": hidden(page, f"pilih-{ticket}") for ticket in (ONE, TWO)}
        await live.do(c.Reclassify(reason="uji", priority="urgent"), keys=(keys[TWO],), actor="triage")
        sent = await post(
            http, page, "/triase", tindakan="tunjuk", opd="dpupr-pera", dari="urut=terlama", sekali="s", **chosen
        )
        assert sent.headers["location"] == "/triase?urut=terlama&selesai=1&gagal=1"
        assert "1 aduan diputuskan." in (await http.get(sent.headers["location"])).text
        assert [(await state(router_world, keys[one])).opd for one in (ONE, TWO)] == ["dpupr-pera", None]
        wrong = await post(http, page, "/triase", tindakan="arsip", sebab="", **chosen)
        assert (wrong.status_code, "Pilih sebab pengarsipan." in wrong.text) == (422, True)
        assert (await post(http, page, "/triase", tindakan="tunjuk", opd="dishub")).status_code == 422


async def decide_first(http: httpx.AsyncClient, ticket: str, **fields: str) -> httpx.Response:
    """Decide a case on its page, opened from the list."""
    page = (await http.get(f"/triase/{ticket}?dari=urut%3Dterlama")).text
    values = {name: hidden(page, name) for name in ("revisi", "sekali", "dari", "sesudah")}
    return await post(http, page, f"/triase/{ticket}", **values, **fields)


async def test_a_decision_opens_the_next_case_and_can_be_undone(router_world: RouterWorld) -> None:
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        keys = await waiting(router_world, intake)
        await logged_in(http, live)
        acts: tuple[tuple[dict[str, str], str], ...] = (
            ({"tindakan": "tunjuk", "opd": "dishub"}, "assigned"),
            ({"tindakan": "gabung", "tujuan": TWO}, "merged"),
        )
        for fields, then in acts:
            sent = await decide_first(http, ONE, **fields)
            assert sent.headers["location"] == f"/triase/{TWO}?dari=urut%3Dterlama&tersimpan={ONE}"
            page = (await http.get(sent.headers["location"])).text
            assert (await state(router_world, keys[ONE])).state == then
            revision = str((await state(router_world, keys[ONE])).revision)
            undone = await post(http, page, f"/triase/{ONE}/batal", dari="urut=terlama", revisi=revision)
            assert undone.headers["location"] == f"/triase/{ONE}?dari=urut%3Dterlama"
            case = await state(router_world, keys[ONE])
            assert (case.state, case.opd, bool(case.candidates)) == ("verification", None, True)
        again = await post(http, page, f"/triase/{ONE}/batal")
        assert again.status_code == 422


async def test_only_who_decided_can_undo(router_world: RouterWorld) -> None:
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        keys = await waiting(router_world, intake)
        await logged_in(http, live)
        await live.do(c.Assign(opd="dishub"), keys=(keys[ONE],), actor="koordinator:other")
        page = (await http.get(f"/triase/{TWO}?tersimpan={ONE}")).text
        assert "/batal" not in page
        assert (await post(http, page, f"/triase/{ONE}/batal")).status_code == 422
        assert (await state(router_world, keys[ONE])).state == "assigned"


async def test_two_people_see_each_other_and_are_led_to_different_cases(router_world: RouterWorld) -> None:
    async with router_world.toy("intake") as intake, router_world.router() as live:
        await waiting(router_world, intake)
        async with router_world.http(live) as mine, router_world.http(live) as yours:
            await logged_in(mine, live)
            await logged_in(yours, live)
            assert "juga membuka aduan ini" not in (await mine.get(f"/triase/{TWO}")).text
            assert "juga membuka aduan ini" in (await yours.get(f"/triase/{TWO}")).text
            sent = await decide_first(yours, ONE, tindakan="tunjuk", opd="dishub")
            assert sent.headers["location"].startswith(f"/triase/{THREE}?")
            assert "Dibuka uji." in (await yours.get("/triase")).text
            await mine.get("/triase")
            assert "Dibuka" not in (await yours.get("/triase")).text


async def test_an_answered_case_is_closed_on_its_page(router_world: RouterWorld) -> None:
    key = new_id()
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await intake.say(key, submitted(SCHOOL, ticket=ONE))
        await until(lambda: router_world.case(key), "the case is open")
        await _answered(live, key)
        await logged_in(http, live)
        page = (await http.get(f"/triase/{ONE}")).text
        assert (await post(http, page, f"/triase/{ONE}", tindakan="tutup")).status_code == 422
        closed = await post(
            http, page, f"/triase/{ONE}", **{"tindakan": "tutup", "alasan-tutup": "Pelapor sudah puas."}
        )
        assert closed.status_code == 303
        case = await state(router_world, key)
        assert (case.state, case.ended_by) == ("closed", "admin")


async def _answered(live: Running[Case], key: UUID) -> None:
    await live.do(c.Resolve(opd="disdikbud", answer="Guru pengganti sudah mengajar."), keys=(key,), actor="opd")


async def test_a_similar_case_nearby_is_joined_from_the_page_and_separated_again(router_world: RouterWorld) -> None:
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        keys: dict[str, UUID] = {}
        person = new_id()
        for ticket, code, people in (
            (ONE, "64.02.05", (person,)),
            (TWO, "64.02.05", ()),
            (THREE, "64.72.01", (person,)),
        ):
            key = keys[ticket] = new_id()
            text = f"{UNCLEAR} dekat pasar {ticket[-6]}"
            await intake.say(key, submitted(text, ticket=ticket, place_code=code, contacts=people))
            await until(partial(router_world.case, key), "the case is open")
        await logged_in(http, live)
        page = (await http.get(f"/triase/{ONE}?dari=")).text
        similar = page.partition("Mungkin kejadian yang sama")[2].partition("</section>")[0]
        assert (TWO in similar, "Pokok dan kecamatan yang sama" in similar) == (True, True)
        assert (THREE in similar, "Pelapor yang sama" in similar) == (True, True)
        case = await state(router_world, keys[ONE])
        form = {"tindakan": "gabung", "tujuan": TWO, "revisi": str(case.revision), "dari": "", "sekali": "x"}
        joined = await post(http, page, f"/triase/{ONE}", **form)
        assert joined.status_code == 303
        assert f"/triase/{TWO}" in joined.headers["location"], "the next case opens"
        assert (await state(router_world, keys[ONE])).merged_into == keys[TWO]
        after = (await http.get(joined.headers["location"])).text
        merged = await state(router_world, keys[ONE])
        await post(http, after, f"/triase/{ONE}/batal", revisi=str(merged.revision), sekali="y")
        assert (await state(router_world, keys[ONE])).state == "verification"


async def test_a_view_is_saved_under_a_name_shown_to_its_owner_and_forgotten(router_world: RouterWorld) -> None:
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await waiting(router_world, intake)
        await logged_in(http, live)
        page = (await http.get("/triase?kanal=whatsapp&urut=terbaru")).text
        saved = await post(http, page, "/triase/tampilan", dari="kanal=whatsapp&urut=terbaru", nama="WA terbaru")
        assert saved.headers["location"] == "/triase?urut=terbaru&kanal=whatsapp"
        page = (await http.get("/triase")).text
        assert '<a href="/triase?urut=terbaru&amp;kanal=whatsapp">WA terbaru</a>' in page
        assert (await post(http, page, "/triase/tampilan", dari="", nama=" ")).status_code == 422
        found = re.search(r'name="hapus" value="([^"]+)"', page)
        assert found
        async with router_world.http(live) as other:
            await logged_in(other, live)
            theirs = (await other.get("/triase")).text
            assert "WA terbaru" not in theirs
            await post(other, theirs, "/triase/tampilan", dari="", hapus=found[1])
        assert "WA terbaru" in (await http.get("/triase")).text, "nobody else forgets it"
        await post(http, page, "/triase/tampilan", dari="", hapus=found[1])
        assert "WA terbaru" not in (await http.get("/triase")).text


async def test_a_case_that_somebody_has_taken_on_is_left_to_this_person(router_world: RouterWorld) -> None:
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await waiting(router_world, intake)
        await logged_in(http, live)
        page = (await http.get(f"/triase/{TWO}")).text
        assert (await post(http, page, f"/triase/{TWO}/pegang", tindakan="ambil")).status_code == 303
        assert "Anda memegang aduan ini" in (await http.get(f"/triase/{TWO}")).text
        assert shown((await http.get("/triase?milik=ya")).text) == [TWO]
        async with router_world.http(live) as other:
            await logged_in(other, live)
            listed = (await other.get("/triase")).text
            assert ("Dipegang" in listed, "Dipegang Anda" in listed) == (True, False)
            assert shown((await other.get("/triase?milik=ya")).text) == []
            onward = await other.get(f"/triase/{ONE}/lanjut", params={"dari": "", "sesudah": ""})
            assert f"/triase/{TWO}" not in onward.headers["location"]
            theirs = (await other.get(f"/triase/{TWO}")).text
            await post(other, theirs, f"/triase/{TWO}/pegang", tindakan="lepas")
        assert shown((await http.get("/triase?milik=ya")).text) == [TWO], "nobody else lets it go"
        await post(http, page, f"/triase/{TWO}/pegang", tindakan="lepas")
        assert shown((await http.get("/triase?milik=ya")).text) == []
