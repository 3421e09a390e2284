"""Calendar and policies changed while the service runs, looked at before, recomputed, and counted again from the log."""

import asyncio
import json
from collections import Counter
from typing import Any

import httpx
import pytest

from services.sla.actions.recomputation import recompute_all
from services.sla.actions.replay import find_replay_differences
from services.sla.actions.whatif import find_moves
from services.sla.app import build_with_versions
from services.sla.errors import ChangedMeanwhile
from services.sla.versions import next_version, put_in_force
from shared.events import cases
from shared.web.keys import Keys
from tests.support.sla_story import asked, assigned, at, opened, progressed, resolved, told
from tests.support.sla_world import SlaWorld
from tests.support.toys import fresh_key

START = at("2026-04-06T09:00")
DAY_OFF = {"date": "2026-04-09", "kind": "off", "name": "Hari libur uji", "why": "Surat edaran 1", "version": 0}


async def login(http: httpx.AsyncClient, pool: Any, role: str) -> None:
    http.headers["Authorization"] = f"Bearer {await Keys(pool).create(owner='Ibu Uji', role=role, opd=None)}"


async def test_a_changed_calendar_is_in_force_at_once_in_every_replica_and_moves_what_runs_when_asked(
    world: SlaWorld,
) -> None:
    early, late = fresh_key(), fresh_key()
    async with world.router() as router, world.sla(replica="1") as one, world.sla(replica="2"), world.http(one) as http:
        await router.say(early, START, opened())
        await world.caught_up(1)
        await login(http, one.pool, "koordinator")
        look = (
            await http.post("/v1/whatif", json={"calendar": json.dumps({"hours": {"mon-fri": "08:00-12:00"}})})
        ).json()
        assert (look["cases"], look["counts"]["moves"], look["complete"]) == (1, 1, True)
        answer = await http.post("/v1/calendar/overrides", json=DAY_OFF)
        assert answer.status_code == 200
        assert {
            "date": "2026-04-09",
            "working": False,
            "hours": [],
            "name": "Hari libur uji",
            "declared": True,
        } in answer.json()["days"]
        await router.say(late, START, opened(ticket="KT-9Q2M-7F3K-X"))
        await world.caught_up(2)
        dues = {key: case.runs[0].due_at for key, case in (await world.cases()).items()}
        assert dues == {early: at("2026-04-09T16:00"), late: at("2026-04-10T16:30")}
        stale = await http.post("/v1/recompute", json={"why": "Surat edaran 1", "version": 0})
        assert (stale.status_code, stale.json()["code"]) == (409, "changed_meanwhile")
        moved = await http.post("/v1/recompute", json={"why": "Surat edaran 1", "version": 1})
        assert moved.json() == {"cases": 2, "moved": 1, "failed": 0}
        history = (await http.get("/v1/rules/history")).json()
        assert [(row["what"], row["why"], row["changed_by"][:7]) for row in history] == [
            ("calendar", "Surat edaran 1", "Ibu Uji")
        ]
        back = await http.post("/v1/calendar/overrides/2026-04-09/withdraw", json={"why": "Dibatalkan", "version": 1})
        assert back.json()["version"] == 2
    events = [json.loads(row["data"]) for row in await world.deadlines("deadline.moved")]
    assert [(fact["reason"], fact["rules"]) for fact in events] == [("Surat edaran 1", 1)]


async def test_two_changes_from_the_same_version_do_not_overwrite_each_other(world: SlaWorld) -> None:
    async with world.idle() as live:
        _, versions = build_with_versions(world.settings())
        version = next_version(
            await versions.current(live.pool), json.dumps({"hours": {"mon-fri": "08:00-12:00"}}), None
        )
        results = await asyncio.gather(
            *(put_in_force(live.pool, version, at=START, who="x", why="uji") for _ in range(2)), return_exceptions=True
        )
        assert [type(result) for result in results if result is not None] == [ChangedMeanwhile]
        assert (await versions.current(live.pool)).number == 1


class LatePool:
    """A pool whose first answer about the version in force comes only when the test lets it."""

    def __init__(self, pool: Any) -> None:
        self.pool = pool
        self.asked = asyncio.Event()
        self.let = asyncio.Event()

    async def fetchval(self, *arguments: Any) -> Any:
        value = await self.pool.fetchval(*arguments)
        self.asked.set()
        await self.let.wait()
        return value

    def __getattr__(self, name: str) -> Any:
        return getattr(self.pool, name)


async def test_a_late_reader_does_not_put_the_next_fold_under_older_rules(world: SlaWorld) -> None:
    async with world.idle() as live:
        _, versions = build_with_versions(world.settings())
        base = await versions.current(live.pool)
        late: Any = LatePool(live.pool)
        reader = asyncio.create_task(versions.current(late))
        await late.asked.wait()
        version = next_version(base, json.dumps({"hours": {"mon-fri": "08:00-12:00"}}), None)
        await put_in_force(live.pool, version, at=START, who="x", why="uji")
        async with live.pool.acquire() as connection, connection.transaction():
            await versions.load(connection)
            late.let.set()
            assert (await reader).number == 0
            assert versions.in_force.number == 1


async def test_the_stored_due_times_are_those_of_the_log_before_and_after_a_change(world: SlaWorld) -> None:
    async with world.router() as router, world.sla() as live:
        key = fresh_key()
        await router.say(key, START, opened(), assigned())
        await router.say(key, at("2026-04-07T09:00"), asked())
        await world.caught_up(1)
        service, versions = build_with_versions(world.settings())
        base = await versions.current(live.pool)
        version = next_version(
            base, json.dumps({"hours": {"mon-fri": "08:00-12:00"}, "holidays": ["2026-04-09"]}), None
        )
        would = [moved async for page, _ in find_moves(live, base, version) for moved in page]
        await put_in_force(live.pool, version, at=world.now, who="x", why="uji")
        counts = await recompute_all(live, reason="uji", actor="sla:x")
        assert counts["moved"] == sum(moved.move.running for moved in would) > 0
        await router.say(key, at("2026-04-08T09:00"), told(), progressed(), resolved())
        await world.caught_up(1)
        seen: Counter[str] = Counter()
        assert [problem async for problem in find_replay_differences(live, versions, seen)] == []
        assert (seen["cases"], seen["deadlines"]) == (1, 5)
        await world.world.rows(
            "sla", "UPDATE state SET data = jsonb_set(data, '{runs,0,due_at}', '\"2026-01-01T00:00:00Z\"') RETURNING 1"
        )
        found = [(problem.clock, problem.what) async for _, problem in find_replay_differences(live, versions, seen)]
        assert found == [("verify", "due_at")]
        assert service.name == "sla"


async def test_anyone_reads_calendar_and_policies_and_only_a_koordinator_changes_them(world: SlaWorld) -> None:
    async with world.idle() as live, world.http(live) as http:
        calendar = (await http.get("/v1/calendar?year=2026")).json()
        assert (calendar["version"], calendar["hours"]["fri"]) == (0, ["07:30-11:30", "13:00-16:30"])
        assert [day["name"] for day in calendar["days"] if day["date"] == "2026-03-19"] == ["Hari Suci Nyepi"]
        policies = (await http.get("/v1/policies")).json()["policies"]
        assert "PermenPANRB" in policies[0]["source"]
        assert (await http.get("/v1/calendar?year=2199")).status_code == 422
        changes = [
            ("PUT", "/v1/calendar", {"text": "x", "why": "uji coba", "version": 0}),
            ("PUT", "/v1/policies", {"text": "x", "why": "uji coba", "version": 0}),
            ("POST", "/v1/calendar/overrides", DAY_OFF),
            ("POST", "/v1/calendar/overrides/2026-04-09/withdraw", {"why": "uji coba", "version": 0}),
            ("POST", "/v1/recompute", {"why": "uji coba", "version": 0}),
        ]
        for role, status in (("", 401), ("reader", 403), ("koordinator", 422)):
            if role:
                await login(http, live.pool, role)
            for method, path, body in changes:
                sent = body | ({"why": ""} if status == 422 else {})
                assert (await http.request(method, path, json=sent)).status_code == status, (role, path)
        wrong = await http.put("/v1/policies", json={"text": "policies = 3", "why": "uji coba", "version": 0})
        assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "policies")


async def test_an_opds_feed_and_numbers(world: SlaWorld) -> None:
    async with world.router() as router, world.sla() as live, world.http(live) as http:
        first, second = fresh_key(), fresh_key()
        await router.say(first, START, opened(topic="street-light"), assigned(topic="street-light"))
        await router.say(first, at("2026-04-06T11:00"), resolved())
        await router.say(second, START, opened(ticket="KT-9Q2M-7F3K-X"), assigned())
        await world.caught_up(2)
        assert (await http.get("/v1/feeds?opd=dishub")).status_code == 401
        await login(http, live.pool, "reader")
        address = (await http.get("/v1/feeds?opd=dishub")).json()["address"]
        del http.headers["Authorization"]
        feed = await http.get(address)
        assert feed.headers["content-type"] == "text/calendar; charset=utf-8"
        assert feed.text.count("BEGIN:VEVENT") == 2
        assert "SUMMARY:KT-9Q2M-7F3K-X: tanggapan pertama" in feed.text
        assert (await http.get(address.replace("dishub", "dlh"))).status_code == 404
        await login(http, live.pool, "reader")
        lines = (await http.get("/v1/numbers?from=2026-04-01&to=2026-04-30")).json()
        assert [(line["opd"], line["topic"]) for line in lines] == [
            (None, None),
            ("dishub", None),
            ("dishub", "street-light"),
        ]
        assert lines[2]["respond"] == {"on_time": 1, "late": 0, "median_hours": 2.0, "p90_hours": 2.0}
        assert [(line["asked"], line["answered"], line["confirmed"]) for line in lines] == [(1, 0, 0)] * 3
        csv = await http.get("/v1/numbers.csv?from=2026-04-01&to=2026-04-30")
        assert csv.text.splitlines()[1].startswith("dishub,street-light,1,0,2.00,2.00,1,0,2.00,2.00,0,0,0,1,0,0")
        assert (await http.get("/v1/numbers?from=2026-05-01&to=2026-04-30")).status_code == 422
        # The word of the citizen counts in the period of the answer, whenever it comes.
        await router.say(first, at("2026-05-06T11:00"), cases.Confirmed(), cases.Closed(by="citizen"))
        await world.caught_up(2)
        later = (await http.get("/v1/numbers?from=2026-04-01&to=2026-04-30")).json()
        assert [(line["asked"], line["answered"], line["confirmed"]) for line in later] == [(1, 1, 1)] * 3


@pytest.mark.parametrize("path", ["/tenggat", "/tenggat/opd/dishub", "/tenggat/KT-1", "/kalender/cabut/2026-04-09"])
async def test_pages_of_cases_lead_to_the_login(world: SlaWorld, path: str) -> None:
    async with world.idle() as live, world.http(live) as http:
        answer = await http.get(path)
        assert (answer.status_code, answer.headers["location"][:7]) == (303, "/masuk?")
