"""The outcome of an answer, and the list to be called, on the real Kafka and Postgres."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from shared.clock import step_clock
from shared.events.deadlines import SilenceExpired
from shared.ids import new_id
from tests.support.router_facts import submitted
from tests.support.router_world import RouterWorld
from tests.support.toys import until


async def test_an_outcome_that_does_not_fit_is_refused_at_both_doors(router_world: RouterWorld) -> None:
    key = new_id()
    async with (
        router_world.toy("intake") as intake,
        router_world.router() as live,
        router_world.http(live) as http,
        router_world.opd("disdikbud") as opd,
    ):
        await intake.say(key, submitted())
        snapshot = await opd.read(key)
        officer = await router_world.key(live, "officer", "disdikbud")
        wrong = {"answer": "Guru baru datang bulan depan.", "outcome": "scheduled"}
        told = await http.post(f"/v1/cases/{key}/resolve", json=wrong, headers=officer)
        assert (told.status_code, told.json()["code"]) == (422, "wrong_outcome")
        assert told.json()["detail"] == "is needed with the outcome scheduled"
        unknown = await http.post(f"/v1/cases/{key}/resolve", json=wrong | {"outcome": "done"}, headers=officer)
        assert unknown.status_code == 422
        means = {"assignment_id": snapshot["assignment_id"]}
        await opd.say(key, "update.resolved", {**means, **wrong}, external_id="no-date")
        refused = await opd.read(key, "reply.refused")
        assert (refused["update_id"], refused["code"]) == ("no-date", "wrong_outcome")
        assert refused["reason"] == "Tulis sampai tanggal berapa penanganannya dijadwalkan."
        until_day = (live.clock.now() + timedelta(days=20)).date().isoformat()
        done = await http.post(f"/v1/cases/{key}/resolve", json=wrong | {"until": until_day}, headers=officer)
        assert done.json()["state"] == "resolved"
        shown = (await http.get(f"/v1/cases/{key}", headers=officer)).json()
        assert (shown["outcome"], shown["promised_until"]) == ("scheduled", until_day)


async def test_a_citizen_who_stayed_silent_is_on_a_list_until_called(router_world: RouterWorld) -> None:
    key = new_id()
    async with (
        router_world.toy("intake") as intake,
        router_world.toy("sla") as sla,
        router_world.router(calls_percent=100) as live,
        router_world.http(live) as http,
    ):
        await intake.say(key, submitted(contacts=(new_id(),)))
        await until(lambda: router_world.case(key), "the case is open")
        desk = await router_world.key(live, "koordinator")
        arbiter, officer = (
            await router_world.key(live, "arbiter"),
            await router_world.key(live, "officer", "disdikbud"),
        )
        await http.post(
            f"/v1/cases/{key}/resolve", json={"answer": "Guru pengganti sudah mengajar sejak Senin."}, headers=officer
        )
        now = live.clock.now()
        await sla.say(key, SilenceExpired(run=1, after="resolved", since=now, due_at=now))

        async def listed() -> list[dict[str, Any]]:
            return list((await http.get("/v1/cases?desk=calls&limit=1", headers=desk)).json()["items"])

        await until(listed, "the citizen is to be called")
        page = (await http.get("/v1/cases?desk=calls&limit=1", headers=desk)).json()
        [waiting] = page["items"]
        assert (waiting["id"], waiting["state"], waiting["reporter_name"]) == (str(key), "closed", None)
        beyond = await http.get("/v1/cases", params={"desk": "calls", "after": page["next"]}, headers=desk)
        assert beyond.json()["items"] == []
        assert (await http.get("/v1/cases?desk=calls", headers=arbiter)).status_code == 403
        act = f"/v1/cases/{key}/called"
        assert (await http.post(act, json={"answer": "solved"}, headers=arbiter)).status_code == 403
        assert (await http.post(act, json={"answer": "perhaps"}, headers=desk)).status_code == 422
        said = {"answer": "not_solved", "note": "Guru baru belum datang."}
        assert (await http.post(act, json=said, headers=desk)).json()["state"] == "in_progress"
        assert await listed() == []
        assert (await http.post(act, json=said, headers=desk)).status_code == 404
    assert (await router_world.events(key))[-4:] == ["case.closed", "case.called", "case.disputed", "case.reopened"]


async def test_a_promise_that_has_passed_returns_the_assignment_to_its_opd(
    router_world: RouterWorld, tmp_path: Path
) -> None:
    key, world = new_id(), router_world.world
    world.clock_file = tmp_path / "clock.jsonl"
    step_clock(world.clock_file, datetime(2026, 4, 6, 2, tzinfo=UTC))
    async with router_world.toy("intake") as intake, router_world.router(), router_world.opd("disdikbud") as opd:
        await intake.say(key, submitted())
        snapshot = await opd.read(key)
        means = {"assignment_id": snapshot["assignment_id"]}
        promise = {"answer": "Guru baru datang bulan depan.", "outcome": "scheduled", "until": "2026-05-04"}
        await opd.say(key, "update.resolved", {**means, **promise})

        async def in_state(state: str) -> bool:
            case = await router_world.case(key)
            return case is not None and case.state == state

        await until(lambda: in_state("resolved"), "the case is answered")
        step_clock(world.clock_file, datetime(2026, 5, 4, 15, 59, tzinfo=UTC))

        async def repeated() -> bool:
            case = await router_world.case(key)
            return case is not None and case.due == case.promise_ends

        await until(repeated, "the snapshot is repeated, and the end of the day is the next to come")
        assert await in_state("resolved")
        step_clock(world.clock_file, datetime(2026, 5, 4, 16, 0, tzinfo=UTC))
        await until(lambda: in_state("in_progress"), "the case has come back")
    assert (await router_world.events(key))[-2:] == ["case.resolved", "case.reopened"]
