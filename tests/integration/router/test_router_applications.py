"""The desk looks up the cases about an application for a permit."""

from shared.ids import new_id
from tests.integration.router.test_router_pages import TICKET, logged_in
from tests.support.router_facts import submitted
from tests.support.router_world import RouterWorld
from tests.support.toys import until


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
