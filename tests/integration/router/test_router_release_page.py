"""The desk's page on which a koordinator makes a photo public."""

from shared.events.fact import Attachment
from shared.ids import new_id
from tests.integration.router.test_router_pages import TICKET, logged_in
from tests.support.people import hidden
from tests.support.router_facts import SCHOOL, submitted
from tests.support.router_world import RouterWorld
from tests.support.toys import until


async def test_a_koordinator_releases_a_photo_on_the_page_and_takes_it_back(router_world: RouterWorld) -> None:
    key, photo = new_id(), str(new_id())
    sent = Attachment(id=photo, sha256="ab" * 32, type="image/jpeg", size=1000)
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await intake.say(key, submitted(SCHOOL, attachments=(sent,)))
        await until(lambda: router_world.case(key), "the case is open")
        await logged_in(http, live)
        page = (await http.get(f"/triase/{TICKET}")).text
        assert "wajah, pelat nomor, dan rumah" in page
        form = {"csrf": hidden(page, "csrf"), "tindakan": "umumkan", "foto": photo, "kolom": "alasan-umum-1"}
        empty = await http.post(f"/triase/{TICKET}", data=form | {"umum": "ya"})
        assert (empty.status_code, "Tulis alasannya" in empty.text) == (422, True)
        for umum, words in (("ya", "Foto ditampilkan kepada umum"), ("tidak", "Foto ditarik dari umum")):
            typed = form | {"umum": umum, "alasan-umum-1": "Hanya jalan yang terlihat."}
            assert (await http.post(f"/triase/{TICKET}", data=typed)).status_code == 303
            page = (await http.get(f"/triase/{TICKET}")).text
            assert f"{words} oleh Admin koordinator" in page
            assert ("Tarik dari umum" in page) == (umum == "ya")
        bearer = await router_world.key(live, "koordinator")
        body = {"file": photo, "public": True, "reason": "Hanya jalan yang terlihat."}
        assert (await http.post(f"/v1/cases/{key}/release-file", json=body, headers=bearer)).status_code == 200
        await logged_in(http, live, "arbiter")
        page = (await http.get(f"/triase/{TICKET}")).text
        assert "Foto untuk umum" not in page
        typed = form | {"csrf": hidden(page, "csrf"), "umum": "tidak", "alasan-umum-1": "x"}
        assert (await http.post(f"/triase/{TICKET}", data=typed)).status_code == 403
