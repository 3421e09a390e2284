"""Actions of people in intake, the router and sla while the connection breaks between COMMIT and its answer."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, cast
from uuid import UUID

import httpx
import pytest

from deploy.local.kafka import LocalKafka
from deploy.local.postgres import LocalPostgres
from deploy.secrets import Secrets
from services.intake.app import build as build_intake
from services.router.app import build as build_router
from services.sla.errors import ChangedMeanwhile
from services.sla.versions import next_version, put_in_force
from shared.events.catalogue import SUBMISSIONS
from shared.ids import new_id
from shared.pipeline import Item
from shared.pipeline.step import Batch
from shared.postgres.migrations import migrate
from shared.postgres.pool import open_pool
from shared.runtime.running import Running, running
from shared.web.keys import Keys
from tests.support.cutting import CuttingProxy, cutting
from tests.support.infra import Database
from tests.support.intake import settings_of
from tests.support.router_facts import START, submitted
from tests.support.router_world import RouterWorld
from tests.support.toys import World
from tests.support.web import web_of
from tests.support.worlds import NoKafka


@pytest.fixture(scope="module")
def tables(postgres: LocalPostgres, secrets: Secrets) -> Iterator[World]:
    """One database with the tables of three services."""
    own = Database(postgres, secrets)
    world = World(own, cast("LocalKafka", NoKafka()), secrets)
    asyncio.run(_migrated(world))
    yield world
    own.drop()


async def _migrated(world: World) -> None:
    from services.sla.app import build as build_sla
    from services.sla.settings import SlaSettings

    database = world.database
    await migrate(database.dsn("intake_owner"), "intake", build_intake(settings_of(database)).migrations)
    await migrate(database.dsn("router_owner"), "router", build_router(RouterWorld(world).settings()).migrations)
    given = {name: value for name, value in world.settings("sla").model_dump().items() if name != "port"}
    await migrate(database.dsn("sla_owner"), "sla", build_sla(SlaSettings(**given)).migrations)


@dataclass
class Door:
    """A service behind the proxy, and a client of its HTTP door."""

    live: Running[Any]
    http: httpx.AsyncClient
    proxy: CuttingProxy
    world: World

    async def key(self, role: str, owner: str = "uji", opd: str | None = None) -> dict[str, str]:
        return {"Authorization": f"Bearer {await Keys(self.live.pool).create(owner=owner, role=role, opd=opd)}"}

    async def post(self, path: str, body: dict[str, Any], headers: dict[str, str]) -> httpx.Response:
        """One call; the first commit that it makes is cut."""
        before = self.proxy.cuts
        self.proxy.cut()
        answer = await self.http.post(path, json=body, headers=headers)
        assert self.proxy.cuts == before + 1
        return answer

    async def types(self, key: UUID) -> list[str]:
        sql = "SELECT type FROM events WHERE key = $1 AND topic LIKE 'complaint.%' ORDER BY position"
        return [row["type"] for row in await self.world.rows(self.live.service.name, sql, key)]


@contextlib.asynccontextmanager
async def opened(world: World, service: Any, proxy: CuttingProxy) -> AsyncIterator[Door]:
    async with running(service) as live:
        transport = httpx.ASGITransport(app=web_of(live))
        async with httpx.AsyncClient(transport=transport, base_url="https://aduan.contoh.id") as http:
            yield Door(live, http, proxy, world)


@pytest.fixture
async def intake(tables: World) -> AsyncIterator[Door]:
    async with (
        cutting(tables.database.dsn("intake")) as (proxy, dsn),
        opened(tables, build_intake(settings_of(tables.database, dsn=dsn)), proxy) as door,
    ):
        yield door


@pytest.fixture
async def router(tables: World) -> AsyncIterator[Door]:
    async with (
        cutting(tables.database.dsn("router")) as (proxy, dsn),
        opened(tables, build_router(RouterWorld(tables).settings(dsn=dsn)), proxy) as door,
    ):
        yield door


async def test_a_submission_is_taken_once_and_called_accepted(intake: Door) -> None:
    key = await intake.key("adapter", "Loket")
    for more in ({}, {"external_id": f"a-{new_id()}"}, {"reporter": {"whatsapp": "+62 800-0000-0123"}}):
        text = f"Lampu jalan di Tenggarong padam {new_id()}"
        answer = await intake.post("/v1/submissions", {"text": text, **more}, key)
        assert (answer.status_code, answer.json()["status"]) == (201, "accepted")
        found = await intake.world.rows("intake", "SELECT data FROM events WHERE type = 'submission.submitted'")
        assert sum(json.loads(row["data"])["text"] == text for row in found) == 1


ACTS = [
    ("verification", "replies", {"text": "Sudah seminggu begini."}, "submission.citizen_replied"),
    ("resolved", "confirm", {}, "submission.citizen_confirmed"),
    ("resolved", "rate", {"stars": 4, "comment": "Cepat."}, "submission.citizen_rated"),
    ("resolved", "dispute", {"reason": "Masih padam."}, "submission.citizen_disputed"),
    ("verification", "withdraw", {"reason": "Sudah beres."}, "submission.citizen_withdrew"),
]


@pytest.mark.parametrize(("state", "act", "body", "type_"), ACTS)
async def test_what_a_citizen_does_is_written_once(
    intake: Door, state: str, act: str, body: dict[str, Any], type_: str
) -> None:
    key = await intake.key("adapter", "Loket")
    filed = (
        await intake.http.post("/v1/submissions", json={"text": "Drainase di Sangatta mampat"}, headers=key)
    ).json()
    sql = (
        "UPDATE state SET data = data || jsonb_build_object('state', $2::text) WHERE data->>'ticket' = $1 RETURNING key"
    )
    rows = await intake.world.rows("intake", sql, filed["ticket"], state)
    answer = await intake.post(f"/v1/complaints/{filed['ticket']}/{act}", body, key)
    assert (answer.status_code, answer.json()["status"]) == (202, "accepted")
    assert await intake.types(rows[0]["key"]) == ["submission.submitted", type_]


async def _case(router: Door) -> UUID:
    key = new_id()
    ticket = f"KT-{str(key)[-12:-8]}-{str(key)[-8:-4]}-X".upper()
    item = Item(key, submitted(ticket=ticket), "citizen", START, new_id(), (key,), topic=SUBMISSIONS, sequence=1)
    await router.live.step.run(Batch([item]))
    return key


OFFICE = [
    ("accept", {}, "case.accepted"),
    ("progress", {"text": "Guru pengganti dicari.", "public": True}, "case.progressed"),
    (
        "put-off",
        {"until": f"{datetime.now(UTC) + timedelta(days=20):%Y-%m-%d}", "reason": "Menunggu anggaran."},
        "case.put_off",
    ),
    ("request-info", {"question": "Kelas berapa?"}, "case.info_requested"),
    ("resolve", {"answer": "Guru sudah mengajar kembali."}, "case.resolved"),
    ("decline", {"reason": "Bukan wewenang kami."}, "case.declined"),
]


@pytest.mark.parametrize(("act", "body", "type_"), OFFICE)
async def test_what_an_opd_does_is_written_once_and_not_refused(
    router: Door, act: str, body: dict[str, Any], type_: str
) -> None:
    key, officer = await _case(router), await router.key("officer", opd="disdikbud")
    answer = await router.post(f"/v1/cases/{key}/{act}", body, officer)
    assert (answer.status_code, answer.json()["status"]) == (200, "done"), answer.text
    assert (await router.types(key)).count(type_) == 1
    plain = await _case(router)
    expected = (await router.http.post(f"/v1/cases/{plain}/{act}", json=body, headers=officer)).json()
    same = ("state", "revision", "opd")
    assert {name: answer.json()[name] for name in same} == {name: expected[name] for name in same}


DESK = [
    (
        "refer",
        {"authority": "centre", "to": "Kemenag", "reason": "Madrasah.", "next_step": "Hubungi Kemenag."},
        "case.referred",
    ),
    ("archive", {"reason": "other", "note": "Uji."}, "case.archived"),
    ("reclassify", {"reason": "Mendesak.", "priority": "urgent"}, "case.reclassified"),
]


@pytest.mark.parametrize(("act", "body", "type_"), DESK)
async def test_what_a_koordinator_does_is_written_once(
    router: Door, act: str, body: dict[str, Any], type_: str
) -> None:
    key, koordinator = await _case(router), await router.key("koordinator")
    answer = await router.post(f"/v1/cases/{key}/{act}", body, koordinator)
    assert (answer.status_code, answer.json()["status"]) == (200, "done"), answer.text
    assert (await router.types(key)).count(type_) == 1


async def test_a_merge_and_its_undoing_are_written_once(router: Door) -> None:
    koordinator = await router.key("koordinator")
    one, other = await _case(router), await _case(router)
    for act, body, types in (
        ("merge", {"into": str(other)}, ("case.merged", "case.merged_from")),
        ("unmerge", {}, ("case.unmerged", "case.unmerged_from")),
    ):
        answer = await router.post(f"/v1/cases/{one}/{act}", body, koordinator)
        assert answer.status_code == 200, answer.text
        assert (await router.types(one)).count(types[0]) == 1
        assert (await router.types(other)).count(types[1]) == 1


async def test_a_change_of_the_rules_is_made_once_and_is_nobody_elses(tables: World) -> None:
    from services.sla.app import build_with_versions
    from services.sla.settings import SlaSettings

    given = {name: value for name, value in tables.settings("sla").model_dump().items() if name != "port"}
    async with cutting(tables.database.dsn("sla")) as (proxy, dsn):
        _, versions = build_with_versions(SlaSettings(**given))
        pool = await open_pool(dsn, size=2, name="uji")
        try:
            base = await versions.current(pool)
            new = next_version(base, base.texts.calendar + "\n", None)
            proxy.cut()
            await put_in_force(pool, new, at=datetime.now(UTC), who="koordinator:uji", why="Surat edaran")
            assert proxy.cuts == 1
            assert (await versions.current(pool)).number == base.number + 1
            with pytest.raises(ChangedMeanwhile):
                await put_in_force(pool, new, at=datetime.now(UTC), who="koordinator:lain", why="Surat edaran")
        finally:
            await pool.close()
