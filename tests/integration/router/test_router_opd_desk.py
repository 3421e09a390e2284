"""The desk of an OPD: its own cases by due time, every act, and nothing of another OPD."""

import contextlib
import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import httpx
import pytest

from services.router.api.forms_opd import READY_QUESTIONS
from services.router.rules import commands as c
from services.router.state import Case
from shared.events.catalogue import DEADLINES, SUBMISSIONS
from shared.events.deadlines import DeadlineSet
from shared.events.fact import Attachment
from shared.events.submissions import Submitted
from shared.ids import new_id
from shared.runtime.running import Running
from shared.web.evidence_links import EvidenceLinks, Permission
from tests.support.doors import hear
from tests.support.people import hidden, hire, sign_in
from tests.support.router_facts import SCHOOL, UNCLEAR, submitted
from tests.support.router_world import RouterWorld

TICKET = "KT-7F3K-9Q2M-X"
TODAY = datetime.now(UTC).date()
LAMP = "Lampu jalan provinsi di depan SMAN 5 Samarinda mati sejak tiga malam yang lalu."


@contextlib.asynccontextmanager
async def at_the_desk(
    world: RouterWorld, *roles: str, opd: str = "dishub"
) -> AsyncIterator[tuple[Running[Case], httpx.AsyncClient]]:
    """Sign somebody of an OPD in."""
    async with world.idle() as live, world.http(live) as http:
        await sign_in(http, await hire(live, *(roles or ("officer",)), opd=opd))
        http.headers["Accept"] = "text/html"
        yield live, http


async def given(live: Running[Case], opd: str = "dishub", ticket: str = TICKET, **more: Any) -> UUID:
    """Open a case and assign it to the OPD."""
    fact: Submitted = submitted(UNCLEAR, ticket=ticket, reporter_name="Warga Uji", **more)
    key = await hear(live, SUBMISSIONS, fact)
    await live.do(c.Assign(opd=opd), keys=(key,), actor="triage")
    return key


async def act(http: httpx.AsyncClient, act: str, ticket: str = TICKET, **typed: str) -> httpx.Response:
    """Send a form of the case's page as the page holds it."""
    page = (await http.get(f"/opd/{ticket}")).text
    common = {name: hidden(page, name) for name in ("csrf", "sekali", "revisi", "penugasan")}
    return await http.post(f"/opd/{ticket}", data={**common, "tindakan": act, **typed})


async def test_the_officer_sees_the_cases_of_the_own_opd_alone(router_world: RouterWorld) -> None:
    async with at_the_desk(router_world) as (live, http):
        await given(live)
        await given(live, "disdikbud", "KT-2222-3333-X")
        listed = (await http.get("/opd")).text
        assert (TICKET in listed, "KT-2222-3333-X" in listed) == (True, False)
        assert "1 baru" in listed
        theirs = await http.get("/opd/KT-2222-3333-X")
        assert (theirs.status_code, "tidak sedang ditugaskan" in theirs.text) == (403, True)
        assert UNCLEAR not in theirs.text
        assert (await http.get("/opd/KT-0000-0000-1")).status_code == 404
        page = (await http.get(f"/opd/{TICKET}")).text
        assert "Warga Uji" in page
        assert UNCLEAR in page


async def test_an_anonymous_reporter_has_no_name(router_world: RouterWorld) -> None:
    async with at_the_desk(router_world) as (live, http):
        key = await hear(live, SUBMISSIONS, submitted(SCHOOL, ticket=TICKET, reporter_name="Warga Uji", anonim=True))
        case = await router_world.case(key)
        assert case is not None
        await live.do(c.Assign(opd="dishub", reason="uji"), keys=(key,), actor="triage")
        page = (await http.get(f"/opd/{TICKET}")).text
        assert ("Warga Uji" in page, "anonim" in page) == (False, True)


async def test_a_case_is_accepted_asked_about_reported_and_answered(router_world: RouterWorld) -> None:
    async with at_the_desk(router_world) as (live, http):
        key = await given(live)

        async def state() -> str:
            case = await router_world.case(key)
            assert case is not None
            return case.state

        assert (await act(http, "terima")).headers["location"] == f"/opd/{TICKET}?tersimpan"
        assert await state() == "in_progress"
        assert (
            await act(http, "laporkan", perkembangan="Tim sudah mengukur lubang.", untuk="dalam")
        ).status_code == 303
        until = (TODAY + timedelta(days=5)).isoformat()
        put_off = {"tanggal-tunda": until, "alasan-tunda": "Menunggu aspal datang."}
        assert (await act(http, "tunda", **put_off)).status_code == 303
        answer = {"hasil": "explained", "jawaban": "Lubang sudah ditutup aspal pada Senin pagi oleh UPTD Samarinda."}
        assert (await act(http, "jawab", **answer)).status_code == 303
        assert await state() == "resolved"
        assert "Sudah dijawab" in (await http.get(f"/opd/{TICKET}")).text
        listed = (await http.get("/opd?tampil=dijawab")).text
        assert TICKET in listed
        events = await router_world.events(key)
        assert events[-4:] == ["case.accepted", "case.progressed", "case.put_off", "case.resolved"]
        rows = await router_world.world.rows("router", "SELECT actor FROM events WHERE type = 'case.resolved'")
        assert rows[0]["actor"].startswith("opd:dishub:"), "the person is named"


async def test_a_ready_question_is_asked_and_the_clock_waits(router_world: RouterWorld) -> None:
    async with at_the_desk(router_world) as (live, http):
        key = await given(live)
        assert (await act(http, "tanya")).status_code == 422
        assert (await act(http, "tanya", siap="1")).status_code == 303
        case = await router_world.case(key)
        assert case is not None
        assert (case.state, case.question) == ("awaiting_citizen", READY_QUESTIONS[1])
        assert READY_QUESTIONS[1] in (await http.get(f"/opd/{TICKET}")).text


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"jawaban": "Lubang sudah ditutup aspal."}, "hasil-fixed"),
        ({"hasil": "fixed"}, "jawaban"),
        ({"hasil": "scheduled", "jawaban": "Masuk rencana perbaikan tahun ini."}, "sampai"),
        ({"hasil": "scheduled", "jawaban": "Masuk rencana perbaikan tahun ini.", "sampai": "2001-01-01"}, "sampai"),
        ({"hasil": "not_possible", "jawaban": "Tidak dapat kami kerjakan."}, "alasan-jawaban"),
        ({"hasil": "not_ours", "jawaban": "Ini jalan nasional, bukan provinsi."}, "kepada"),
    ],
)
async def test_what_an_answer_lacks_is_named_at_its_field_and_nothing_typed_is_lost(
    router_world: RouterWorld, typed: dict[str, str], field: str
) -> None:
    async with at_the_desk(router_world) as (live, http):
        await given(live)
        wrong = await act(http, "jawab", **typed)
        assert wrong.status_code in (409, 422)
        assert f'href="#{field}"' in wrong.text
        assert typed.get("jawaban", "") in wrong.text


@pytest.mark.parametrize(
    ("outcome", "more"),
    [
        ("scheduled", {"sampai": (TODAY + timedelta(days=9)).isoformat()}),
        ("not_possible", {"alasan-jawaban": "Lahan milik perusahaan.", "dasar": "UU 5/1960"}),
        ("not_ours", {"kepada": "Balai Besar Pelaksanaan Jalan Nasional"}),
        ("explained", {}),
    ],
)
async def test_each_outcome_can_be_answered(router_world: RouterWorld, outcome: str, more: dict[str, str]) -> None:
    async with at_the_desk(router_world) as (live, http):
        key = await given(live)
        answer = "Kami sudah meninjau lokasi bersama ketua RT pada hari Senin."
        assert (await act(http, "jawab", hasil=outcome, jawaban=answer, **more)).status_code == 303
        case = await router_world.case(key)
        assert case is not None
        assert (case.state, case.outcome) == ("resolved", outcome)


async def test_an_answer_takes_the_photos_that_were_kept_for_this_case(router_world: RouterWorld) -> None:
    async with at_the_desk(router_world) as (live, http):
        key = await given(live)
        page = (await http.get(f"/opd/{TICKET}")).text
        links, own = EvidenceLinks(live.settings.secret_bytes), Permission(TICKET, "dishub")
        found = re.search(r'/bukti\?izin=([^"&]+)', page)
        assert found
        assert links.permitted(unquote(found[1])) == own
        photo = Attachment(id=str(new_id()), sha256="b" * 64, type="image/jpeg", size=90_000)
        sealed = links.seal(photo, own)
        back = (await http.get(f"/opd/{TICKET}", params={"foto": sealed})).text
        assert "1 foto bukti" in back
        assert hidden(back, "foto") == sealed
        answer = {"hasil": "fixed", "jawaban": "Lubang sudah ditutup aspal pada Senin pagi oleh UPTD Samarinda."}
        foreign = links.seal(photo, Permission("KT-2222-3333-X", "dishub"))
        wrong = await act(http, "jawab", **answer, foto=foreign)
        assert (wrong.status_code, answer["jawaban"] in wrong.text) == (422, True)
        assert (await act(http, "jawab", **answer, foto=sealed)).status_code == 303
        rows = await router_world.world.rows(
            "router",
            f"SELECT data->'evidence'->0->>'id' AS id FROM events WHERE type = 'case.resolved' AND key = '{key}'",
        )
        assert [row["id"] for row in rows] == [photo.id]


async def test_a_repair_that_needs_a_photo_says_so_and_is_taken_with_one(router_world: RouterWorld) -> None:
    async with at_the_desk(router_world) as (live, http):
        key = await hear(live, SUBMISSIONS, submitted(LAMP, ticket=TICKET))
        assert "harus disertai foto sesudah perbaikan" in (await http.get(f"/opd/{TICKET}")).text
        answer = {"hasil": "fixed", "jawaban": "Lampu di depan SMAN 5 sudah diganti kemarin sore."}
        wrong = await act(http, "jawab", **answer)
        assert (wrong.status_code, 'href="#foto"' in wrong.text, answer["jawaban"] in wrong.text) == (422, True, True)
        photo = Attachment(id=str(new_id()), sha256="b" * 64, type="image/jpeg", size=90_000)
        sealed = EvidenceLinks(live.settings.secret_bytes).seal(photo, Permission(TICKET, "dishub"))
        assert (await act(http, "jawab", **answer, foto=sealed)).status_code == 303
        case = await router_world.case(key)
        assert case is not None
        assert case.state == "resolved"


async def test_a_case_of_another_opd_is_declined_with_a_suggestion(router_world: RouterWorld) -> None:
    async with at_the_desk(router_world) as (live, http):
        key = await given(live)
        typed = {"alasan-tolak": "Ini jalan lingkungan perumahan.", "saran": "dpupr-pera"}
        assert (await act(http, "tolak", **typed)).headers["location"] == "/opd?dikembalikan"
        assert (await http.get(f"/opd/{TICKET}")).status_code == 403
        assert "case.declined" in await router_world.events(key)


async def test_a_form_sent_twice_acts_once_and_an_old_form_says_so(router_world: RouterWorld) -> None:
    async with at_the_desk(router_world) as (live, http):
        key = await given(live)
        page = (await http.get(f"/opd/{TICKET}")).text
        form = {name: hidden(page, name) for name in ("csrf", "sekali", "revisi", "penugasan")}
        data = {**form, "tindakan": "terima"}
        assert [(await http.post(f"/opd/{TICKET}", data=data)).status_code for _ in range(2)] == [303, 303]
        assert (await router_world.events(key)).count("case.accepted") == 1
        stale = {**form, "sekali": "lain", "tindakan": "laporkan", "perkembangan": "Tim sudah berangkat."}
        refused = await http.post(f"/opd/{TICKET}", data=stale)
        assert (refused.status_code, "sudah berubah" in refused.text) == (409, True)
        assert "Tim sudah berangkat." in refused.text


async def test_a_head_reads_and_does_not_act(router_world: RouterWorld) -> None:
    async with at_the_desk(router_world, "head") as (live, http):
        await given(live)
        page = (await http.get(f"/opd/{TICKET}")).text
        assert ("Terima aduan ini" in page, "Sedang ditangani" in page) == (False, True)
        data = {"csrf": hidden(page, "csrf"), "tindakan": "terima"}
        assert (await http.post(f"/opd/{TICKET}", data=data)).status_code == 403


async def test_the_list_goes_on_page_by_page_in_the_order_of_due_times(router_world: RouterWorld) -> None:
    async with at_the_desk(router_world) as (live, http):
        start = datetime(2030, 1, 1, tzinfo=UTC)
        for number in range(120):
            due = start + timedelta(hours=(number * 37) % 120) if number % 3 else None
            case = Case(ticket=f"KT-{number:04d}", state="assigned", opd="dishub", text="x", due_resolve=due)
            await live.pool.execute(
                "INSERT INTO state (key, version, read, written, waiting, data) VALUES ($1, 1, '{}', '{}', false, $2)",
                new_id(),
                case.model_dump_json(),
            )
        seen: list[str] = []
        address: str | None = "/opd"
        while address:
            page = (await http.get(address)).text
            seen += [part.split("<")[0] for part in page.split('class="ticket" href="/opd/')[1:]]
            found = page.partition('rel="next"')[0].rpartition('href="')[2]
            address = found.partition('"')[0].replace("&amp;", "&") if 'rel="next"' in page else None
        tickets = [one.partition('"')[0] for one in seen]
        assert len(tickets) == len(set(tickets)) == 120
        dues = {f"KT-{n:04d}": start + timedelta(hours=(n * 37) % 120) if n % 3 else None for n in range(120)}
        order = [dues[ticket] for ticket in tickets]
        dated = [due for due in order if due is not None]
        assert dated == sorted(dated)
        assert order == [*dated, *[None] * 40]


async def test_one_decision_leads_to_the_next_case_by_due_time_and_at_last_to_the_list(
    router_world: RouterWorld,
) -> None:
    async with at_the_desk(router_world) as (live, http):
        second, third = "KT-2222-3333-X", "KT-4444-5555-X"
        keys = [await given(live, ticket=ticket) for ticket in (TICKET, second, third)]
        for number, key in enumerate(keys):
            due = datetime.now(UTC) + timedelta(days=number + 2)
            clock = DeadlineSet(clock="resolve", run=1, started_at=due, due_at=due, explanation="menurut uji")
            await hear(live, DEADLINES, clock, key)
        page = (await http.get(f"/opd/{TICKET}")).text
        onward = re.search(r'href="(/opd/lanjut[^"]+)" rel="next"', page)
        assert onward
        assert (await http.get(unescape(onward[1]))).headers["location"] == f"/opd/{second}"
        place = {"lanjut": "ya", "sesudah": unescape(hidden(page, "sesudah"))}
        taken = await act(http, "terima", **place)
        assert taken.headers["location"] == f"/opd/{second}?tersimpan={TICKET}"
        told = (await http.get(taken.headers["location"])).text
        assert "Ini aduan berikutnya." in told
        assert "Ini aduan berikutnya." not in (await http.get(f"/opd/{second}?tersimpan=<b>palsu")).text
        said = {"hasil": "explained", "jawaban": "Ruas itu sudah masuk pekerjaan pemeliharaan bulan ini."}
        assert (await act(http, "jawab", third, **said)).status_code == 303
        last = {"lanjut": "ya", "sesudah": unescape(hidden(told, "sesudah"))}
        assert (await act(http, "jawab", second, **said, **last)).headers["location"].startswith(f"/opd/{TICKET}?")
        assert (await act(http, "jawab", **said, **place)).headers["location"] == "/opd"
