"""The triage desk's pages, without scripts: log in, see the queue, decide, copy to SP4N."""

import html
import re
from datetime import UTC, datetime, timedelta
from functools import partial

import httpx

from services.router.rules import commands as c
from services.router.state import Case
from shared.events.fact import Clock
from shared.events.submissions import CitizenReplied, External, ExternalStatusChanged
from shared.ids import new_id
from shared.runtime.running import Running
from shared.web.keys import Keys
from shared.words import instant_words
from tests.support.router_facts import SCHOOL, UNCLEAR, submitted
from tests.support.router_world import RouterWorld
from tests.support.toys import until

TICKET = "KT-7F3K-9Q2M-X"


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


async def logged_in(http: httpx.AsyncClient, live: Running[Case], role: str = "koordinator") -> None:
    key = await Keys(live.pool).create(owner="uji", role=role, opd=None)
    form = (await http.get("/masuk")).text
    answer = await http.post("/masuk", data={"csrf": hidden(form, "csrf"), "kunci": key, "tujuan": "/triase"})
    assert answer.status_code == 303


async def test_without_a_session_the_pages_lead_to_the_login(router_world: RouterWorld) -> None:
    async with router_world.idle() as live, router_world.http(live) as http:
        for path in ("/triase", f"/triase/{TICKET}", "/salin", "/sp4n"):
            answer = await http.get(path)
            assert (answer.status_code, answer.headers["location"].split("?")[0]) == (303, "/akun/masuk")


async def test_the_login_leads_back_to_the_page_that_was_wanted(router_world: RouterWorld) -> None:
    async with router_world.idle() as live, router_world.http(live) as http:
        queue = await http.get("/triase?meja=arbiter")
        assert queue.headers["location"] == "/akun/masuk?tujuan=/triase%3Fmeja%3Darbiter"
        tick = await http.post(f"/salin/{TICKET}/1")
        assert tick.headers["location"] == "/akun/masuk?tujuan=/salin"
        seen = await http.post(f"/sp4n/{TICKET}/1")
        assert seen.headers["location"] == "/akun/masuk?tujuan=/sp4n"


async def test_the_chosen_desk_stays_through_the_login(router_world: RouterWorld) -> None:
    async with router_world.idle() as live, router_world.http(live) as http:
        key = await Keys(live.pool).create(owner="uji", role="arbiter", opd=None)
        form = await http.get("/masuk?tujuan=/triase%3Fmeja%3Darbiter")
        typed = {name: html.unescape(hidden(form.text, name)) for name in ("csrf", "tujuan")}
        entered = await http.post("/masuk", data={**typed, "kunci": key})
        assert (entered.status_code, entered.headers["location"]) == (303, "/triase?meja=arbiter")
        page = (await http.get(entered.headers["location"])).text
        assert "<h1>Meja arbiter</h1>" in page
        ended = await http.post("/salin/KT-1/1", headers={"Cookie": "", "Referer": "http://router/salin?sesudah=7"})
        assert ended.headers["location"] == "/akun/masuk?tujuan=/salin%3Fsesudah%3D7"


async def test_a_case_that_is_not_there_has_a_page_of_the_desk(router_world: RouterWorld) -> None:
    async with router_world.idle() as live, router_world.http(live) as http:
        await logged_in(http, live)
        answer = await http.get(f"/triase/{TICKET}")
        assert (answer.status_code, "Tidak ada aduan itu" in answer.text, "Keluar" in answer.text) == (404, True, True)


async def test_a_refusal_speaks_english_to_programs_and_indonesian_to_officers(router_world: RouterWorld) -> None:
    key = new_id()
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await intake.say(key, submitted(SCHOOL))
        await until(lambda: router_world.case(key), "the case is open")
        bearer = await router_world.key(live, "koordinator")
        refused = await http.post(f"/v1/cases/{key}/assign", json={"opd": "tidak-ada"}, headers=bearer)
        assert refused.json() == {
            "type": "about:blank",
            "title": "No OPD has this code.",
            "status": 422,
            "code": "unknown_opd",
            "message": "Tidak ada OPD dengan kode itu.",
            "errors": [{"field": "opd", "reason": "No OPD has this code."}],
        }
        await logged_in(http, live)
        page = (await http.get(f"/triase/{TICKET}")).text
        form = {"csrf": hidden(page, "csrf"), "tindakan": "arsip", "sebab": "spam"}
        assert (await http.post(f"/triase/{TICKET}", data=form)).status_code == 303
        again = await http.post(f"/triase/{TICKET}", data=form)
        assert again.status_code == 409
        assert "Aduan ini sedang dalam keadaan “diarsipkan”, sehingga tindakan itu tidak dapat dilakukan." in again.text


async def test_the_arbiter_decides_nothing_on_a_page_that_the_api_forbids(router_world: RouterWorld) -> None:
    key = new_id()
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await intake.say(key, submitted(SCHOOL))
        before = await until(lambda: router_world.case(key), "the case is open")
        await logged_in(http, live, "arbiter")
        csrf = hidden((await http.get(f"/triase/{TICKET}")).text, "csrf")
        for typed in (
            {"tindakan": "arsip", "sebab": "spam"},
            {"tindakan": "golongkan", "golongan": "aspiration", "prioritas": "normal", "alasan-golongan": "x"},
        ):
            refused = await http.post(f"/triase/{TICKET}", data={"csrf": csrf, **typed})
            assert (refused.status_code, "Kunci Anda tidak berlaku untuk hal ini." in refused.text) == (403, True)
        assert (await http.post(f"/sp4n/{TICKET}/1", data={"csrf": csrf, "ikuti": "ya"})).status_code == 403
        assert await router_world.case(key) == before


async def test_a_wrong_key_is_told_what_to_do(router_world: RouterWorld) -> None:
    async with router_world.idle() as live, router_world.http(live) as http:
        form = (await http.get("/masuk")).text
        answer = await http.post(
            "/masuk", data={"csrf": hidden(form, "csrf"), "kunci": "tg_salah", "tujuan": "/triase"}
        )
        assert answer.status_code == 401
        assert "Periksa kembali" in answer.text


async def test_triage_reads_the_queue_and_assigns(router_world: RouterWorld) -> None:
    key = new_id()
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await intake.say(
            key, submitted(f"{UNCLEAR} hubungi 0812 3456 7890", reporter_name="Warga Uji", place="Samarinda")
        )
        await until(lambda: router_world.case(key), "the case is open")
        await logged_in(http, live)
        queue = (await http.get("/triase")).text
        assert TICKET in queue
        assert "0812" not in queue
        page = (await http.get(f"/triase/{TICKET}")).text
        assert "Belum jelas status jalannya" in page
        assert "Tunjuk Dinas Pekerjaan Umum" in page
        assert "Warga Uji" not in page
        form = {"csrf": hidden(page, "csrf"), "revisi": hidden(page, "revisi"), "tindakan": "tunjuk"}
        missing = await http.post(f"/triase/{TICKET}", data={**form, "opd": ""})
        assert (missing.status_code, "Pilih OPD yang berwenang." in missing.text) == (422, True)
        done = await http.post(f"/triase/{TICKET}", data={**form, "opd": "dpupr-pera"})
        assert done.status_code == 303
        stale = await http.post(f"/triase/{TICKET}", data={**form, "tindakan": "arsip", "sebab": "spam"})
        assert (stale.status_code, "muat ulang" in stale.text) == (409, True)
    case = await router_world.case(key)
    assert case is not None
    assert (case.state, case.opd) == ("assigned", "dpupr-pera")


async def test_the_desk_reads_what_came_after_the_answer_and_reopens(router_world: RouterWorld) -> None:
    key = new_id()
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await intake.say(key, submitted(SCHOOL))
        await until(lambda: router_world.case(key), "the case is open")
        await logged_in(http, live)
        assert "Tidak ada kabar pelapor yang menunggu" in (await http.get("/triase?meja=kabar")).text
        await live.do(
            c.Resolve(opd="disdikbud", answer="Guru pengganti sudah mengajar sejak Senin."),
            keys=(key,),
            actor="opd:disdikbud",
        )
        await intake.say(key, CitizenReplied(text="Kelas XI masih kosong, hubungi 0812 3456 7890", channel="whatsapp"))
        await until(partial(router_world.unread, key), "the reply waits")
        listed = (await http.get("/triase?meja=kabar")).text
        assert (TICKET in listed, "Kelas XI masih kosong" in listed, "0812" in listed) == (True, True, False)
        page = (await http.get(f"/triase/{TICKET}")).text
        form = {"csrf": hidden(page, "csrf"), "revisi": hidden(page, "revisi"), "tindakan": "kabar"}
        missing = await http.post(f"/triase/{TICKET}", data={**form, "jawaban-kabar": "Kami cek lagi."})
        assert (missing.status_code, "Kami cek lagi." in missing.text) == (422, True)
        done = await http.post(f"/triase/{TICKET}", data={**form, "hasil": "reopen", "jawaban-kabar": "Kami cek lagi."})
        assert done.status_code == 303
        assert "Kabar pelapor ditangani oleh koordinator" in (await http.get(f"/triase/{TICKET}")).text
    case = await router_world.case(key)
    assert case is not None
    assert (case.state, case.unread) == ("in_progress", 0)


async def test_the_desk_sees_by_when_it_must_decide_and_what_it_missed(router_world: RouterWorld) -> None:
    key, now = new_id(), datetime.now(UTC)
    clocks: tuple[tuple[Clock, datetime], ...] = (
        ("verify", now + timedelta(days=3)),
        ("redispatch", now - timedelta(days=1)),
    )
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await intake.say(key, submitted(UNCLEAR))
        await until(lambda: router_world.case(key), "the case is open")
        await logged_in(http, live)
        for clock, due in clocks:
            await router_world.clock_set(key, clock, due)
            for path, late in (("/triase", 'class="late"'), (f"/triase/{TICKET}", "Lewat")):
                page = (await http.get(path)).text
                assert instant_words(due) in page
                assert (late in page) == (due < now)


async def test_a_form_without_its_token_is_refused(router_world: RouterWorld) -> None:
    async with router_world.idle() as live, router_world.http(live) as http:
        await logged_in(http, live)
        answer = await http.post(f"/triase/{TICKET}", data={"tindakan": "arsip", "sebab": "spam"})
        assert answer.status_code == 403


async def test_what_must_be_copied_to_sp4n_is_ticked_off(router_world: RouterWorld) -> None:
    key = new_id()
    external = External(system="sp4n", id="7000001", status="assigned", status_text="Terverifikasi")
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await intake.say(key, submitted(SCHOOL, external=external))
        await until(lambda: router_world.case(key), "the case is open")
        officer = await router_world.key(live, "officer", "disdikbud")
        await http.post(f"/v1/cases/{key}/resolve", json={"answer": "Guru pengganti sudah mengajar."}, headers=officer)
        await logged_in(http, live)
        page = (await http.get("/salin")).text
        assert "Guru pengganti sudah mengajar." in page
        assert "pengaduan/7000001" in page
        assert (await http.post(f"/salin/{TICKET}/1", data={"csrf": hidden(page, "csrf")})).status_code == 303
        assert "Tidak ada yang perlu disalin" in (await http.get("/salin")).text


async def test_a_wrong_assignment_is_moved_and_taken_back_on_its_page(router_world: RouterWorld) -> None:
    key = new_id()
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await intake.say(key, submitted(SCHOOL))
        await until(lambda: router_world.case(key), "the case is open")
        await logged_in(http, live)

        async def send(**typed: str) -> httpx.Response:
            page = (await http.get(f"/triase/{TICKET}")).text
            return await http.post(
                f"/triase/{TICKET}", data={"csrf": hidden(page, "csrf"), "revisi": hidden(page, "revisi"), **typed}
            )

        page = (await http.get(f"/triase/{TICKET}")).text
        assert ("Pindahkan ke OPD lain" in page, "Tarik kembali ke meja triase" in page) == (True, True)
        missing = await send(tindakan="pindahkan", **{"opd-baru": "dishub"})
        assert (missing.status_code, "Tulis alasannya; pelapor membacanya." in missing.text) == (422, True)
        done = await send(
            tindakan="pindahkan", **{"opd-baru": "dishub", "alasan-pindah": "Ini urusan angkutan sekolah."}
        )
        assert done.status_code == 303
        assert (await router_world.events(key))[-2:] == ["case.taken_back", "case.assigned"]
        assert "Ini urusan angkutan sekolah." in (await http.get(f"/triase/{TICKET}")).text
        assert (await send(tindakan="tarik", **{"alasan-tarik": "Belum jelas."})).status_code == 303
        case = await router_world.case(key)
        assert case is not None
        assert (case.state, case.opd, case.transfers) == ("verification", None, 2)


async def test_what_sp4n_tells_otherwise_is_worked_through(router_world: RouterWorld) -> None:
    keys = {TICKET: new_id(), "KT-BBBB-BBBB-B": new_id(), "KT-CCCC-CCCC-C": new_id()}
    there = External(
        system="sp4n",
        id="7000001",
        status="in_progress",
        status_text="Ditanggapi oleh Pelapor",
        opd="Dinas Perhubungan",
    )
    closed = there.model_copy(update={"status": "closed", "status_text": "Ditutup oleh Sistem", "by": "system"})
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        for ticket, key in keys.items():
            await intake.say(key, submitted(SCHOOL, ticket=ticket, channel="sp4n", external=there))
            await intake.say(key, ExternalStatusChanged(external=closed))
        await logged_in(http, live)

        async def listed() -> str:
            return (await http.get("/sp4n")).text

        async def all_listed() -> bool:
            return (await listed()).count("Akhiri juga di sini") == 3

        await until(all_listed, "every case is on the list")
        page = await listed()
        assert page.count("Akhiri juga di sini") == 3
        csrf = hidden(page, "csrf")
        for ticket, word in ((TICKET, "ya"), ("KT-BBBB-BBBB-B", "tidak")):
            assert (await http.post(f"/sp4n/{ticket}/1", data={"csrf": csrf, "ikuti": word})).status_code == 303
            assert (await http.post(f"/sp4n/{ticket}/1", data={"csrf": csrf, "ikuti": word})).status_code == 303
        found = [await router_world.case(key) for key in keys.values()]
        assert [case.state if case else None for case in found] == ["closed", "in_progress", "in_progress"]
        bearer = await router_world.key(live, "koordinator")
        [left] = (await http.get("/v1/sp4n", headers=bearer)).json()["items"]
        assert (left["ticket"], left["kind"], left["decide"]) == ("KT-CCCC-CCCC-C", "closed_there", True)
        done = await http.post(
            f"/v1/cases/{left['ticket']}/sp4n", json={"number": left["number"], "follow": True}, headers=bearer
        )
        assert (done.status_code, done.json()["state"]) == (200, "closed")
        assert "Tidak ada yang perlu diperiksa" in await listed()
