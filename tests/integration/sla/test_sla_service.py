"""The service as its callers see it, and its stored state against the log told again."""

import json
from collections.abc import Callable
from datetime import datetime
from uuid import UUID

from services.sla.rules import DueDates, fold
from services.sla.state import CaseClocks
from shared.events.catalogue import CASES, INTERNAL
from shared.events.fact import Fact
from shared.ids import new_id
from shared.pipeline import Item
from shared.web.keys import Keys
from tests.support.sla_story import asked, assigned, at, declined, opened, put_off, shipped_book, shipped_table, told
from tests.support.sla_world import SlaWorld
from tests.support.toys import fresh_key

START = at("2026-04-06T09:00")
TYPES = {name: kind for stream in INTERNAL for name, kind in stream.types.items()}


def days_on(days: int) -> datetime:
    return START.replace(day=6 + days)


async def test_the_stored_due_times_are_those_of_the_log_told_again(world: SlaWorld) -> None:
    stories: list[list[Callable[[], Fact]]] = [
        [opened, assigned, asked, told],
        [opened, assigned, declined, lambda: assigned("dpupr-pera")],
        [opened, assigned, lambda: put_off("2026-04-20")],
        [opened],
    ]
    async with world.router() as router, world.sla():
        for story in stories:
            key = fresh_key()
            for day, make in enumerate(story):
                await router.say(key, days_on(day), make())
        await world.caught_up(len(stories))
    due_dates = DueDates(shipped_table(), shipped_book())
    told_again: dict[UUID, CaseClocks] = {}
    for row in await world.world.rows(
        "router", "SELECT key, type, occurred_at, data::text AS data FROM events ORDER BY position"
    ):
        fact = TYPES[row["type"]].model_validate_json(row["data"])
        item = Item(
            key=row["key"], data=fact, actor="x", at=row["occurred_at"], id=new_id(), keys=(row["key"],), topic=CASES
        )
        change = fold(due_dates, {row["key"]: told_again.get(row["key"])}, item, row["occurred_at"])
        told_again.update(change.states)
    assert await world.cases() == told_again


async def test_a_repeated_stream_changes_nothing(world: SlaWorld) -> None:

    key = fresh_key()
    async with world.router() as router, world.sla():
        await router.say(key, START, opened(), assigned(), asked())
        await world.caught_up(1)
        before = [tuple(row) for row in await world.deadlines()]
        assert await router._live.republisher.of_topic(CASES) == 3
        await router.say(fresh_key(), START, opened())
        await world.caught_up(2)
    assert [tuple(row) for row in await world.deadlines() if row["key"] == key] == before


async def test_without_a_key_of_the_right_role_nothing_is_shown(world: SlaWorld) -> None:
    async with world.idle() as live, world.http(live) as http:
        wrong = await Keys(live.pool).create(owner="x", role="adapter", opd=None)
        for path in ("/v1/deadlines?opd=dishub", f"/v1/cases/{new_id()}/clocks"):
            assert (await http.get(path)).status_code == 401
            assert (
                await http.get(path, headers={"Authorization": "Bearer tg_aaaaaaaa_00_00000000"})
            ).status_code == 401
            assert (await http.get(path, headers={"Authorization": f"Bearer {wrong}"})).status_code == 403


async def test_an_opds_list_is_paged_by_its_cursor_earliest_first(world: SlaWorld) -> None:
    keys = [fresh_key() for _ in range(25)]
    async with world.router() as router, world.sla() as live, world.http(live) as http:
        await router.all([(key, days_on(index % 5), opened(ticket=f"KT-{index}")) for index, key in enumerate(keys)])
        await router.all(
            [
                (key, days_on(index % 5), assigned("dishub" if index % 5 < 3 else "dlh"))
                for index, key in enumerate(keys)
            ]
        )
        await router.say(fresh_key(), START, opened(ticket="KT-TRIAGE"))
        await world.caught_up(26)
        http.headers["Authorization"] = f"Bearer {await Keys(live.pool).create(owner='x', role='reader', opd=None)}"
        seen, after = [], ""
        while True:
            page = (await http.get(f"/v1/deadlines?opd=dishub&limit=4{after}")).json()
            seen += page["items"]
            if page["next"] is None:
                break
            after = f"&after={page['next']}"
        dues = [entry["due_at"] for entry in seen]
        assert (len(seen), len({entry["ticket"] for entry in seen})) == (15, 15)
        assert dues == sorted(dues)
        assert {(entry["clock"], entry["opd"]) for entry in seen} == {("respond", "dishub")}
        triage = (await http.get("/v1/deadlines?opd=triage")).json()["items"]
        assert [(entry["ticket"], entry["clock"]) for entry in triage] == [("KT-TRIAGE", "verify")]
        world.step(at("2026-04-13T16:01"))
        await world.caught_up(26)
        overdue = (await http.get("/v1/deadlines?opd=dishub&status=overdue")).json()["items"]
        later = (await http.get("/v1/deadlines?opd=dishub&status=due")).json()["items"]
        assert (len(overdue), len(later)) == (5, 10)
        assert all(entry["overdue"] for entry in overdue)


async def test_a_cases_clocks_say_in_words_how_each_due_time_came_about(world: SlaWorld) -> None:
    key = fresh_key()
    async with world.router() as router, world.sla() as live, world.http(live) as http:
        await router.say(key, at("2026-03-16T10:00"), opened(ticket="KT-7F3K-9Q2M-X"), assigned())
        await world.caught_up(1)
        http.headers["Authorization"] = (
            f"Bearer {await Keys(live.pool).create(owner='x', role='koordinator', opd=None)}"
        )
        by_ticket = await http.get("/v1/cases/kt-7f3k-9q2m-x/clocks")
        assert by_ticket.json() == (await http.get(f"/v1/cases/{key}/clocks")).json()
        respond = next(clock for clock in by_ticket.json()["clocks"] if clock["clock"] == "respond")
        holidays = "cuti bersama Nyepi, Nyepi dan cuti bersama Idulfitri"
        assert respond["summary"].startswith(f"5 hari kerja sejak 16 Maret, tanpa {holidays}")
        assert respond["explanation"][-1] == "Tenggat: Senin, 30 Maret 2026 pukul 16.00 WITA."
        assert [(level["offset"], level["told"]) for level in respond["levels"]][:2] == [("-1d", True), ("0", True)]
        assert (await http.get("/v1/cases/KT-NONE/clocks")).status_code == 404


async def test_a_wrong_parameter_is_named(world: SlaWorld) -> None:
    wrong = {"opd=nowhere": "opd", "opd=dishub&after=xyz": "after", "opd=dishub&limit=0": "limit", "": "opd"}
    async with world.idle() as live, world.http(live) as http:
        http.headers["Authorization"] = f"Bearer {await Keys(live.pool).create(owner='x', role='reader', opd=None)}"
        for query, field in wrong.items():
            answer = await http.get(f"/v1/deadlines?{query}")
            assert answer.status_code == 422
            assert answer.headers["content-type"] == "application/problem+json"
            assert field in json.dumps(answer.json()["errors"])
