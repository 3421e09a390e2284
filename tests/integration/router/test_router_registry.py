"""A change of the registry on the real Postgres and Kafka: replicas and services hear it, and cases are handed over."""

import asyncio
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from services.router.actions import handing_over as acts
from services.router.actions.handing_over import HandOver
from services.router.actions.registry import RegistryDesk
from services.router.errors import WrongState
from services.router.registry.editing import change_from, end_with
from services.router.registry.errors import RegistryChangedMeanwhile
from services.router.registry.texts import write_table
from services.router.rules.commands_help import AddHelper
from services.sla.app import build as build_sla
from services.sla.settings import SlaSettings
from shared.events.catalogue import SUBMISSIONS
from shared.ids import new_id
from shared.postgres.migrations import migrate
from shared.reference import in_force, put_in_force, shipped
from shared.runtime.running import Running, running
from tests.support.doors import hear
from tests.support.live import working
from tests.support.people import hidden, hire, sign_in
from tests.support.router_facts import SCHOOL, submitted
from tests.support.router_world import RouterWorld
from tests.support.toys import until

WHY = "Pergub 12/2026"
ADMIN = "administrator:uji"


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    """Take the table of the files back into force: the processes of these tests are one."""
    before = in_force()
    yield
    put_in_force(before)


def renamed(name: str) -> str:
    rows = change_from(shipped().opds, "dkp", date.min, {"name": name})
    return write_table(rows, "opd")


def ended(desk: RegistryDesk, code: str, into: str | None) -> str:
    rows = end_with(shipped().opds, code, desk.today() - timedelta(days=1), {"successor": into})
    return write_table(rows, "opd")


async def first(live: Running[Any]) -> RegistryDesk:
    desk = RegistryDesk(live)
    await desk.install()
    return desk


async def test_a_change_reaches_every_replica_and_the_other_services(router_world: RouterWorld) -> None:
    world = router_world.world
    given = world.settings("sla").model_dump()
    sla = build_sla(SlaSettings(**{name: value for name, value in given.items() if name != "port"}))
    await migrate(world.database.dsn("sla_owner"), "sla", sla.migrations)
    async with router_world.router() as live, router_world.idle() as other, running(sla) as reader, working(reader):
        desk = await first(live)
        await RegistryDesk(other).install()
        await desk.put_in_force("opd", renamed("Dinas Perikanan"), 1, why=WHY, actor=ADMIN)
        await other.registry.refresh()
        assert (other.registry.registry.version, in_force().opds["dkp"].name) == (2, "Dinas Perikanan")

        async def heard() -> bool:
            await reader.registry.refresh()
            return reader.registry.registry.version == 2

        await until(heard, "the deadline service has its own copy")
        assert reader.registry.registry.opds == live.registry.registry.opds
    rows = await world.rows("sla", "SELECT version, changed_by, why FROM registry_versions ORDER BY version")
    assert [tuple(row) for row in rows] == [(1, "system", "Tabel pada pemasangan pertama"), (2, ADMIN, WHY)]


async def test_of_two_changes_of_one_version_one_is_refused(router_world: RouterWorld) -> None:
    async with router_world.idle() as live, router_world.idle() as other:
        desk, second = await first(live), RegistryDesk(other)
        results = await asyncio.gather(
            desk.put_in_force("opd", renamed("Dinas Perikanan"), 1, why=WHY, actor=ADMIN),
            second.put_in_force("opd", renamed("Dinas Ikan"), 1, why=WHY, actor=ADMIN),
            return_exceptions=True,
        )
        assert sorted(isinstance(one, RegistryChangedMeanwhile) for one in results) == [False, True]
        assert [one.version for one in await desk.history(10)] == [2, 1]


async def test_cases_of_a_merged_opd_go_over_once_each_though_the_work_is_cut_off(
    router_world: RouterWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    keys = [new_id() for _ in range(6)]
    async with router_world.toy("intake") as intake, router_world.router() as live:
        for number, key in enumerate(keys):
            await intake.say(key, submitted(SCHOOL, ticket=f"KT-2222-333{number}-X"))
        await until(lambda: all_with(router_world, keys, "disdikbud"), "the cases are assigned")
    async with router_world.idle() as live:
        desk = await first(live)
        await desk.put_in_force("opd", ended(desk, "disdikbud", "dispora"), 1, why=WHY, actor=ADMIN)
        monkeypatch.setattr(acts, "HANDED_AT_ONCE", 2)
        assert await HandOver(live).run() == 2
        monkeypatch.setattr(acts, "HANDED_AT_ONCE", 200)
        cut = asyncio.create_task(HandOver(live).run())
        await asyncio.sleep(0.005)
        cut.cancel()
    async with router_world.idle() as live, router_world.idle() as other:
        await live.registry.refresh()
        await asyncio.gather(HandOver(live).run(), HandOver(other).run())
        assert await HandOver(live).run() == 0
    for key in keys:
        case = await router_world.case(key)
        assert case is not None
        assert (case.opd, case.state, case.transfers) == ("dispora", "assigned", 0)
        assert case.reasons[0].startswith("Dinas Pendidikan dan Kebudayaan digabung ke Dinas Pemuda dan Olahraga sejak")
        assert (await router_world.events(key)).count("case.taken_back") == 1


async def all_with(world: RouterWorld, keys: list[UUID], opd: str) -> bool:
    cases = [await world.case(key) for key in keys]
    return all(case is not None and case.opd == opd for case in cases)


async def test_access_ends_with_the_opd_for_accounts_and_keys_and_its_history_stays_readable(
    router_world: RouterWorld,
) -> None:
    key = new_id()
    async with (
        router_world.toy("intake") as intake,
        router_world.router() as live,
        router_world.http(live) as http,
    ):
        await intake.say(key, submitted(SCHOOL))
        await until(lambda: all_with(router_world, [key], "disdikbud"), "the case is assigned")
        worker = await hire(live, "officer", opd="disdikbud")
        await sign_in(http, worker)
        machine, desk_key = (
            await router_world.key(live, "officer", "disdikbud"),
            await router_world.key(live, "koordinator"),
        )
        assert (await http.get("/opd")).status_code == 200
        desk = await first(live)
        await desk.put_in_force("opd", ended(desk, "disdikbud", "dispora"), 1, why=WHY, actor=ADMIN)
        await HandOver(live).run()
        assert (await http.get("/opd")).status_code == 403
        assert (await http.get(f"/v1/cases/{key}", headers=machine)).status_code == 403
        shown = await http.get(f"/v1/cases/{key}", headers=desk_key)
        assert (shown.status_code, shown.json()["opd"]) == (200, "dispora")


async def test_an_administrator_changes_an_opd_on_the_pages_and_the_history_tells_who(
    router_world: RouterWorld,
) -> None:
    async with router_world.idle() as live, router_world.http(live) as http:
        desk = await first(live)
        await sign_in(http, await hire(live, "administrator"))
        page = await http.get("/daftar/opd/dkp")
        typed = {
            "tindakan": "ubah",
            "kode": "dkp",
            "versi": hidden(page.text, "versi"),
            "csrf": hidden(page.text, "csrf"),
            "nama": "Dinas Perikanan",
            "singkat": "Diskan",
            "jenis": "dinas",
        }
        unreasoned = await http.post("/daftar/opd/periksa", data=typed)
        assert (unreasoned.status_code, "Tulis alasannya" in unreasoned.text) == (422, True)
        tomorrow = desk.today() + timedelta(days=1)
        asked = await http.post("/daftar/opd/periksa", data={**typed, "alasan": WHY, "mulai": tomorrow.isoformat()})
        assert "“Dinas Perikanan”" in asked.text
        assert (await desk.current()).version == 1
        hidden_fields = {name: hidden(asked.text, name) for name in ("isi", "versi", "alasan", "csrf")}
        assert (await http.post("/daftar/opd/berlakukan", data=hidden_fields)).status_code == 303
        assert in_force().opds["dkp"].name == "Dinas Kelautan dan Perikanan"
        assert [row.name for row in in_force().registry.opds if row.code == "dkp"][1] == "Dinas Perikanan"
        again = await http.post("/daftar/opd/berlakukan", data=hidden_fields)
        assert (again.status_code, "Tidak ada yang berbeda" in again.text) == (422, True)
        told = (await http.get("/daftar/riwayat")).text
        assert "Sari Uji" in told
        assert WHY in told
        assert "Sari Uji" in (await http.get("/daftar/opd/dkp")).text


async def test_a_file_is_checked_line_by_line_and_its_difference_is_shown_first(router_world: RouterWorld) -> None:
    async with router_world.idle() as live, router_world.http(live) as http:
        desk = await first(live)
        await sign_in(http, await hire(live, "administrator"))
        page = await http.get("/daftar/topik")
        table = (await http.get("/daftar/topik.csv")).text
        form = {name: hidden(page.text, name) for name in ("csrf", "versi")} | {"alasan-berkas": WHY}

        async def upload(text: str) -> httpx.Response:
            return await http.post("/daftar/topik/berkas", data=form, files={"berkas": ("t.csv", text.encode())})

        bad = await upload(table.replace("perikanan,dkp,", "perikanan,tiada,"))
        line = next(number for number, row in enumerate(table.splitlines(), 1) if row.startswith("fishery,"))
        assert bad.status_code == 422
        assert f">{line}<" in bad.text
        assert "“tiada”" in bad.text
        alone = await upload(table.replace("perikanan,dkp,", "perikanan,,"))
        assert "Topik fishery tidak punya OPD" in alone.text
        fields = {name: hidden(alone.text, name) for name in ("isi", "versi", "alasan", "csrf")}
        assert (await http.post("/daftar/topik/berlakukan", data=fields)).status_code == 303
        assert (await desk.current()).version == 2
        assert "1 topik tidak punya OPD" in (await http.get("/daftar/topik")).text
        worker = await hire(live, "koordinator", email="meja@contoh.example")
        await http.post("/keluar", data={"csrf": form["csrf"]})
        http.cookies.clear()
        await sign_in(http, worker)
        assert "1 topik tidak punya OPD" in (await http.get("/triase")).text


LAMP = "Lampu jalan provinsi di depan SMAN 5 Samarinda mati sejak tiga malam yang lalu."
DONE = "Lampu di depan SMAN 5 sudah diganti kemarin sore dan menyala kembali."


async def test_a_changed_rule_of_evidence_holds_for_the_next_answer_on_every_way_in(router_world: RouterWorld) -> None:
    async with router_world.idle() as live, router_world.http(live) as http:
        desk = await first(live)
        keys = [await hear(live, SUBMISSIONS, submitted(LAMP, ticket=f"KT-2222-333{number}-X")) for number in (1, 2)]
        cases = [await router_world.case(key) for key in keys]
        assert [(case.opd, case.topic) for case in cases if case] == [("dishub", "street-light")] * 2
        machine = await router_world.key(live, "officer", "dishub")
        said = {"answer": DONE, "outcome": "fixed"}
        assert (await http.post(f"/v1/cases/{keys[0]}/resolve", json=said, headers=machine)).status_code == 200

        await sign_in(http, await hire(live, "administrator"))
        page = (await http.get("/daftar/topik/street-light")).text
        typed = {"tindakan": "ubah", "kode": "street-light", "sebutan": "lampu jalan", "opd": "dishub", "alasan": WHY}
        typed |= {name: hidden(page, name) for name in ("csrf", "versi")}
        assert (await http.post("/daftar/topik/periksa", data={**typed, "foto": "sering"})).status_code == 422
        asked = (await http.post("/daftar/topik/periksa", data={**typed, "foto": "always"})).text
        assert "foto bukti “wajib, juga dari sistem OPD”" in asked
        fields = {name: hidden(asked, name) for name in ("isi", "versi", "alasan", "csrf")}
        assert (await http.post("/daftar/topik/berlakukan", data=fields)).status_code == 303
        assert (await desk.current()).version == 2
        assert "wajib, juga dari sistem OPD" in (await http.get("/daftar/topik")).text

        refused = await http.post(f"/v1/cases/{keys[1]}/resolve", json=said, headers=machine)
        assert (refused.status_code, refused.json()["code"]) == (422, "photo_needed")


async def test_a_refused_hand_over_waits_longer_each_time_and_the_desk_reads_its_number(
    router_world: RouterWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with router_world.idle() as live, router_world.http(live) as http:
        desk = await first(live)
        for number in (1, 2):
            await hear(live, SUBMISSIONS, submitted(SCHOOL, ticket=f"KT-2222-333{number}-X"))
        helped = await hear(live, SUBMISSIONS, submitted(LAMP, ticket="KT-2222-3333-X"))
        await live.do(AddHelper(helper="disdikbud", task="Tunjukkan letak gerbang sekolah."), keys=(helped,), actor="k")
        await desk.put_in_force("opd", ended(desk, "disdikbud", "dispora"), 1, why=WHY, actor=ADMIN)
        asked = 0
        carry_out = type(live).do

        async def refusing(running: Any, command: Any, **more: Any) -> Any:
            nonlocal asked
            asked += 1
            case = await router_world.case(more["keys"][0])
            if case is not None and case.ticket == "KT-2222-3331-X":
                raise WrongState("verification")
            return await carry_out(running, command, **more)

        monkeypatch.setattr(type(live), "do", refusing)
        hand_over = HandOver(live)
        assert (await hand_over.run(), asked) == (2, 3)
        assert (await hand_over.run(), asked) == (0, 3)
        waits, until = hand_over._waiting[next(iter(hand_over._waiting))]
        assert waits == timedelta(seconds=10)
        hand_over._waiting = dict.fromkeys(hand_over._waiting, (waits, until - waits))
        assert (await hand_over.run(), asked) == (0, 4)
        assert [wait.seconds for wait, _ in hand_over._waiting.values()] == [20]
        monkeypatch.undo()
        case = await router_world.case(helped)
        assert case is not None
        assert [one.opd for one in case.missing] == ["dispora"]
        await sign_in(http, await hire(live, "koordinator"))
        page = (await http.get("/triase")).text
        assert "masih pada OPD yang sudah berakhir" in page
        assert ("KT-2222-3331-X" in page, "KT-2222-3332-X" in page) == (True, False)
