"""The people of one OPD on a case: who is responsible, notes with mentions, and the citizen's files."""

from uuid import UUID

import httpx

from services.router.rules import commands as c
from services.router.rules.commands_help import AddHelper
from services.router.state import Case
from shared.events.catalogue import SUBMISSIONS
from shared.events.fact import Attachment
from shared.events.submissions import SubmissionErased
from shared.ids import new_id
from shared.runtime.running import Running
from tests.integration.router.test_router_opd_desk import TICKET, act, at_the_desk, given
from tests.support.doors import hear
from tests.support.people import Worker, hidden, hire, sign_in
from tests.support.router_world import RouterWorld

NOTE = "Dinding penahan sudah retak sejak musim hujan lalu."


async def team(http: httpx.AsyncClient, act: str, ticket: str = TICKET, **typed: str) -> httpx.Response:
    """Send a form of the notes' part as the page holds it."""
    page = (await http.get(f"/opd/{ticket}")).text
    token = hidden(page, "sekali") + act
    return await http.post(
        f"/opd/{ticket}/tim", data={"csrf": hidden(page, "csrf"), "sekali": token, "tindakan": act, **typed}
    )


async def rina(live: Running[Case], opd: str = "dishub", role: str = "officer") -> Worker:
    return await hire(live, role, opd=opd, email="rina@contoh.example", name="Rina Wulandari")


async def as_worker(http: httpx.AsyncClient, worker: Worker) -> None:
    http.cookies.clear()
    await sign_in(http, worker)


async def mails(world: RouterWorld, key: UUID) -> list[dict[str, str]]:
    rows = await world.world.rows(
        "router",
        "SELECT data::text AS data, data->>'template' AS template, data->>'address' AS address FROM events"
        f" WHERE topic = 'office.accounts.v1' AND key = '{key}'",
    )
    return [dict(row) for row in rows]


async def test_a_mention_reaches_the_colleague_on_the_desk_and_by_mail(router_world: RouterWorld) -> None:
    async with at_the_desk(router_world) as (live, http):
        await given(live)
        colleague = await rina(live)
        assert (await team(http, "catat", catatan=f"@Rina {NOTE}")).status_code == 303
        [mail] = await mails(router_world, colleague.id)
        assert (mail["template"], mail["address"]) == ("case_mentioned", "rina@contoh.example")
        assert NOTE not in mail["data"]
        assert f"/opd/{TICKET}" in mail["data"]
        assert TICKET not in (await http.get("/opd?tampil=sebutan")).text
        await as_worker(http, colleague)
        assert "1 catatan untuk Anda" in (await http.get("/opd")).text
        assert TICKET in (await http.get("/opd?tampil=sebutan")).text
        page = (await http.get(f"/opd/{TICKET}")).text
        assert NOTE in page
        assert "Anda disebut" in page
        assert (await team(http, "terbaca")).status_code == 303
        assert TICKET not in (await http.get("/opd?tampil=sebutan")).text


async def test_a_mention_of_nobody_is_told_and_the_note_is_not_lost(router_world: RouterWorld) -> None:
    async with at_the_desk(router_world) as (live, http):
        key = await given(live)
        wrong = await team(http, "catat", catatan=f"@Tono {NOTE}")
        assert (wrong.status_code, NOTE in wrong.text, "Tidak jelas siapa @Tono" in wrong.text) == (422, True, True)
        case = await router_world.case(key)
        assert case is not None
        assert case.notes == ()
        assert (await team(http, "catat", catatan=" ")).status_code == 422


async def test_notes_reach_neither_another_opd_nor_triage_nor_an_event_and_go_with_the_complaint(
    router_world: RouterWorld,
) -> None:
    async with at_the_desk(router_world) as (live, http):
        key = await given(live)
        await act(http, "laporkan", perkembangan="Anggaran darurat sedang diusulkan.", untuk="dalam")
        await team(http, "catat", catatan=NOTE)
        await act(http, "tolak", **{"alasan-tolak": "Ini jalan nasional."})
        await live.do(c.Assign(opd="disdikbud"), keys=(key,), actor="triage")
        rows = await router_world.world.rows("router", "SELECT data::text AS data FROM events")
        assert not [row for row in rows if NOTE in row["data"]]
        await as_worker(http, await rina(live, opd="disdikbud"))
        page = (await http.get(f"/opd/{TICKET}")).text
        assert "Catatan internal" in page
        assert NOTE not in page
        assert "Anggaran darurat" not in page, "an OPD's own progress stays inside"
        form = {"csrf": hidden(page, "csrf"), "tindakan": "catat", "catatan": "Halo."}
        await given(live, ticket="KT-2222-3333-X")
        assert (await http.post("/opd/KT-2222-3333-X/tim", data=form)).status_code == 403
        await hear(live, SUBMISSIONS, SubmissionErased(), key, 2)
        left = await router_world.world.rows("router", f"SELECT data::text AS data FROM state WHERE key = '{key}'")
        assert NOTE not in left[0]["data"]


async def test_a_case_is_handed_to_a_colleague_and_my_cases_follow(router_world: RouterWorld) -> None:
    async with at_the_desk(router_world) as (live, http):
        await given(live)
        await given(live, ticket="KT-2222-3333-X")
        colleague = await rina(live)
        assert TICKET not in (await http.get("/opd?tampil=milik")).text
        await act(http, "terima")
        mine = (await http.get("/opd?tampil=milik")).text
        assert (TICKET in mine, "KT-2222-3333-X" in mine, "Sari Uji" in mine) == (True, False, True)
        assert (await team(http, "serahkan", rekan="")).status_code == 422
        assert (await team(http, "serahkan", rekan=str(new_id()))).status_code == 422
        assert (await team(http, "serahkan", rekan=str(colleague.id), pesan="Saya cuti.")).status_code == 303
        assert TICKET not in (await http.get("/opd?tampil=milik")).text
        assert [mail["template"] for mail in await mails(router_world, colleague.id)] == ["case_handed"]
        await as_worker(http, colleague)
        assert TICKET in (await http.get("/opd?tampil=milik")).text
        assert "Saya cuti." in (await http.get(f"/opd/{TICKET}")).text


async def test_a_head_hands_cases_over_and_writes_notes(router_world: RouterWorld) -> None:
    async with at_the_desk(router_world, "head") as (live, http):
        key = await given(live)
        colleague = await rina(live)
        assert (await team(http, "catat", catatan="@Rina mohon didahulukan.")).status_code == 303
        assert (await team(http, "serahkan", rekan=str(colleague.id))).status_code == 303
        case = await router_world.case(key)
        assert case is not None
        assert case.holder == colleague.id


async def test_two_officers_act_at_once_and_the_later_sees_that_the_case_changed(router_world: RouterWorld) -> None:
    async with at_the_desk(router_world) as (live, http):
        key = await given(live)
        colleague = await rina(live)
        page = (await http.get(f"/opd/{TICKET}")).text
        form = {name: hidden(page, name) for name in ("csrf", "sekali", "revisi", "penugasan")}
        async with router_world.http(live) as second:
            second.headers["Accept"] = "text/html"
            await sign_in(second, colleague)
            await team(second, "catat", catatan="Saya sedang menelepon pelapor.")
            assert (await act(second, "terima")).status_code == 303
        late = await http.post(f"/opd/{TICKET}", data={**form, "tindakan": "terima"})
        assert (late.status_code, "sudah berubah" in late.text) == (409, True)
        assert "Saya sedang menelepon pelapor." in late.text
        case = await router_world.case(key)
        assert case is not None
        assert case.holder == colleague.id


async def test_the_citizens_photos_are_shown_to_the_opd_that_has_the_case(router_world: RouterWorld) -> None:
    async with at_the_desk(router_world) as (live, http):
        photo = Attachment(id=str(new_id()), sha256="a" * 64, type="image/jpeg", size=120_000)
        await given(live, attachments=(photo,))
        await given(live, "disdikbud", "KT-2222-3333-X", attachments=(photo,))
        page = (await http.get(f"/opd/{TICKET}")).text
        assert f'src="/opd/{TICKET}/berkas/{photo.id}/320"' in page
        opened = await http.get(f"/opd/{TICKET}/berkas/{photo.id}")
        assert (opened.status_code, f"/v1/media/{photo.id}?signature=" in opened.headers["location"]) == (303, True)
        assert (await http.get(f"/opd/{TICKET}/berkas/{new_id()}")).status_code == 404
        assert (await http.get(f"/opd/KT-2222-3333-X/berkas/{photo.id}")).status_code == 403


async def test_an_opd_that_helps_opens_the_citizens_photos_too(router_world: RouterWorld) -> None:
    async with at_the_desk(router_world) as (live, http):
        photo = Attachment(id=str(new_id()), sha256="a" * 64, type="image/jpeg", size=120_000)
        key = await given(live, "disdikbud", attachments=(photo,))
        address = f"/opd/{TICKET}/berkas/{photo.id}"
        assert (await http.get(address)).status_code == 403
        await live.do(AddHelper(helper="dishub", task="Periksa atapnya."), keys=(key,), actor="koordinator:uji")
        assert f'src="{address}/320"' in (await http.get(f"/opd/{TICKET}")).text
        assert (await http.get(address)).status_code == 303
