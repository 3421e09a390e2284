"""The router on the real Kafka and Postgres: from a submission to an answer, over both of an OPD's doors."""

import json
from typing import Any

from shared.events.catalogue import SUBMISSIONS
from shared.events.submissions import CitizenReplied, SubmissionErased
from shared.ids import new_id
from shared.pipeline import Item
from shared.pipeline.step import Batch
from tests.support.router_facts import SCHOOL, START, UNCLEAR, submitted
from tests.support.router_world import RouterWorld
from tests.support.toys import until


async def test_a_clear_complaint_reaches_its_opd_which_answers_over_kafka(router_world: RouterWorld) -> None:
    key = new_id()
    async with router_world.toy("intake") as intake, router_world.router(), router_world.opd("disdikbud") as opd:
        await intake.say(key, submitted(SCHOOL, reporter_name="Warga Uji"))
        snapshot = await opd.read(key)
        assert (snapshot["state"], snapshot["text"], snapshot["reporter_name"]) == ("assigned", SCHOOL, "Warga Uji")
        means = {"assignment_id": snapshot["assignment_id"]}
        await opd.say(key, "update.accepted", means)
        await opd.say(key, "update.resolved", {**means, "answer": "Guru pengganti sudah mengajar."})

        async def resolved() -> bool:
            case = await router_world.case(key)
            return case is not None and case.state == "resolved"

        await until(resolved, "the case is resolved")
    assert await router_world.events(key) == ["case.opened", "case.assigned", "case.accepted", "case.resolved"]


async def test_a_repeated_update_changes_nothing_and_a_stale_one_is_answered(router_world: RouterWorld) -> None:
    key = new_id()
    async with router_world.toy("intake") as intake, router_world.router(), router_world.opd("disdikbud") as opd:
        await intake.say(key, submitted())
        snapshot = await opd.read(key)
        means = {"assignment_id": snapshot["assignment_id"]}
        for _ in range(2):
            await opd.say(key, "update.accepted", means, external_id="one-and-the-same")
        await opd.say(
            key, "update.progressed", {"assignment_id": str(new_id()), "text": "Sedang diperiksa."}, external_id="old"
        )
        refused = await opd.read(key, "reply.refused")
    assert (refused["update_id"], refused["code"]) == ("old", "stale_assignment")
    assert await router_world.events(key) == ["case.opened", "case.assigned", "case.accepted", "case.noted"]


async def test_an_update_that_violates_its_schema_is_answered(router_world: RouterWorld) -> None:
    key = new_id()
    async with router_world.toy("intake") as intake, router_world.router(), router_world.opd("disdikbud") as opd:
        await intake.say(key, submitted())
        await opd.read(key)
        await opd.say(key, "update.accepted", {"assignment_id": "not an id"}, external_id="bad")
        refused = await opd.read(key, "reply.refused")
    assert (refused["update_id"], refused["code"]) == ("bad", "undecodable")


async def test_triage_assigns_over_http_and_the_officer_answers(router_world: RouterWorld) -> None:
    key = new_id()
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await intake.say(key, submitted(UNCLEAR))
        await until(lambda: router_world.case(key), "the case is open")
        desk, officer = await router_world.key(live, "koordinator"), await router_world.key(live, "officer", "dishub")
        waiting = (await http.get("/v1/cases", headers=desk)).json()["items"]
        assert [one["ticket"] for one in waiting] == ["KT-7F3K-9Q2M-X"]
        assigned = await http.post("/v1/cases/KT-7F3K-9Q2M-X/assign", json={"opd": "dishub"}, headers=desk)
        assert (assigned.status_code, assigned.json()["state"], assigned.json()["opd"]) == (200, "assigned", "dishub")
        mine = (await http.get("/v1/cases", headers=officer)).json()["items"]
        assert [one["id"] for one in mine] == [str(key)]
        resolved = await http.post(
            f"/v1/cases/{key}/resolve", json={"answer": "Guru pengganti sudah mengajar sejak Senin."}, headers=officer
        )
        assert resolved.json()["state"] == "resolved"
        again = await http.post(
            f"/v1/cases/{key}/resolve", json={"answer": "Guru pengganti sudah mengajar sejak Senin."}, headers=officer
        )
        assert (again.status_code, again.json()["code"]) == (409, "wrong_state")


async def test_cases_about_an_application_are_found_by_any_spelling_of_its_number(router_world: RouterWorld) -> None:
    ours, other = new_id(), new_id()
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await intake.say(ours, submitted(application="B-120/DPMPTSP/2026"))
        await intake.say(other, submitted(ticket="KT-7F3K-9Q2N-Y", application="NIB 9120000000000"))
        await until(lambda: router_world.case(ours), "the case is open")
        await until(lambda: router_world.case(other), "the case is open")
        desk = await router_world.key(live, "koordinator")
        officers = [await router_world.key(live, "officer", code) for code in ("disdikbud", "dishub")]

        async def found(number: str, headers: dict[str, str]) -> list[str]:
            answer = await http.get("/v1/cases", params={"application": number}, headers=headers)
            return [one["id"] for one in answer.json()["items"]]

        assert await found("b-120 / dpmptsp / 2026", desk) == [str(ours)]
        assert await found("9120 0000 00000", desk) == [str(other)]
        assert [await found("B-120/DPMPTSP/2026", one) for one in officers] == [[str(ours)], []]
        refused = await http.get("/v1/cases", params={"application": "belum ada"}, headers=desk)
        assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "application")


async def test_words_on_an_answered_case_wait_on_a_list_until_a_person_has_dealt_with_them(
    router_world: RouterWorld,
) -> None:
    key = new_id()
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await intake.say(key, submitted())
        await until(lambda: router_world.case(key), "the case is open")
        desk, officer = (
            await router_world.key(live, "koordinator"),
            await router_world.key(live, "officer", "disdikbud"),
        )
        await http.post(
            f"/v1/cases/{key}/resolve", json={"answer": "Guru pengganti sudah mengajar sejak Senin."}, headers=officer
        )
        await intake.say(key, CitizenReplied(text="Pak tolong dicek lagi, hubungi 0812 3456 7890", channel="whatsapp"))

        async def listed() -> list[dict[str, Any]]:
            return list((await http.get("/v1/cases?desk=replies&limit=1", headers=desk)).json()["items"])

        await until(listed, "the reply is on the list")
        page = (await http.get("/v1/cases?desk=replies&limit=1", headers=desk)).json()
        [waiting] = page["items"]
        assert (waiting["id"], waiting["state"], waiting["unread"]) == (str(key), "resolved", 1)
        assert "0812" not in waiting["replies"][-1]
        beyond = await http.get("/v1/cases", params={"desk": "replies", "after": page["next"]}, headers=desk)
        assert beyond.json()["items"] == []
        act = f"/v1/cases/{key}/handle-reply"
        assert (await http.post(act, json={"outcome": "ask"}, headers=desk)).status_code == 422
        assert (await http.post(act, json={"outcome": "ask", "revision": 1}, headers=desk)).status_code == 409
        given = {"outcome": "ask", "answer": "Guru pengganti masuk kemarin.", "revision": waiting["revision"]}
        assert (await http.post(act, json=given, headers=officer)).status_code == 403
        assert (await http.post(act, json=given, headers=desk)).json()["state"] == "resolved"
        assert await listed() == []
        history = (await http.get(f"/v1/cases/{key}", headers=desk)).json()["history"]
        assert (history[-1]["type"], history[-1]["data"]["outcome"]) == ("case.reply_handled", "asked")
        assert history[-1]["actor"].startswith("koordinator")


async def test_the_same_idempotency_key_gets_the_first_answer(router_world: RouterWorld) -> None:
    key = new_id()
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await intake.say(key, submitted(UNCLEAR))
        await until(lambda: router_world.case(key), "the case is open")
        headers = await router_world.key(live, "koordinator") | {"Idempotency-Key": "sekali"}
        first = await http.post(f"/v1/cases/{key}/assign", json={"opd": "dishub"}, headers=headers)
        second = await http.post(f"/v1/cases/{key}/assign", json={"opd": "dishub"}, headers=headers)
        other = await http.post(f"/v1/cases/{key}/assign", json={"opd": "disdikbud"}, headers=headers)
    assert (first.json()["status"], second.json()["status"], other.json()["code"]) == (
        "done",
        "repeated",
        "claim_conflict",
    )
    assert (await router_world.events(key)).count("case.assigned") == 1


async def test_nobody_acts_without_a_key_or_with_anothers(router_world: RouterWorld) -> None:
    key = new_id()
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await intake.say(key, submitted())
        await until(lambda: router_world.case(key), "the case is open")
        stranger = await router_world.key(live, "officer", "dishub")
        acts = {
            "accept": {},
            "decline": {"reason": "x"},
            "progress": {"text": "x"},
            "request-info": {"question": "x"},
            "resolve": {"answer": "x"},
        }
        for act, body in acts.items():
            assert (await http.post(f"/v1/cases/{key}/{act}", json=body)).status_code == 401
            assert (await http.post(f"/v1/cases/{key}/{act}", json=body, headers=stranger)).status_code == 403
        assert (await http.get(f"/v1/cases/{key}")).status_code == 401
        assert (await http.get(f"/v1/cases/{key}", headers=stranger)).status_code == 403
        assert (await http.post(f"/v1/cases/{key}/assign", json={"opd": "dishub"}, headers=stranger)).status_code == 403


async def test_merging_two_cases_passes_a_reply_on(router_world: RouterWorld) -> None:
    one, other = new_id(), new_id()
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await intake.say(one, submitted(ticket="KT-AAAA-AAAA-A"))
        await intake.say(other, submitted(UNCLEAR, ticket="KT-BBBB-BBBB-B"))
        await until(lambda: router_world.case(one), "the first case is open")
        await until(lambda: router_world.case(other), "the second case is open")
        desk = await router_world.key(live, "koordinator")
        merged = await http.post(f"/v1/cases/{other}/merge", json={"into": "KT-AAAA-AAAA-A"}, headers=desk)
        assert merged.json()["state"] == "merged"
        await intake.say(other, CitizenReplied(text="Masih sama.", channel="web"))

        async def reached() -> bool:
            case = await router_world.case(one)
            return case is not None and case.replies == ("Masih sama.",)

        await until(reached, "the surviving case has the reply")
        apart = await http.post(f"/v1/cases/{other}/unmerge", json={}, headers=desk)
        assert apart.json()["state"] == "verification"


async def test_an_erased_case_is_blank_everywhere(router_world: RouterWorld) -> None:
    key = new_id()
    async with (
        router_world.toy("intake") as intake,
        router_world.router() as live,
        router_world.opd("disdikbud") as opd,
    ):
        await intake.say(key, submitted())
        await opd.read(key)
        await intake.say(key, SubmissionErased())
        snapshot = await opd.read(key)
        assert snapshot["withdrawn"] is True
        assert snapshot["text"] is None
        async with router_world.http(live) as http:
            desk = await router_world.key(live, "koordinator")
            assert (await http.get(f"/v1/cases/{key}", headers=desk)).status_code == 404
    rows = await router_world.world.rows("router", "SELECT data::text AS data FROM events WHERE key = $1", key)
    assert not [row for row in rows if SCHOOL in row["data"]]


async def test_a_case_that_newer_code_has_written_is_not_there_for_now_and_keeps_what_it_knows(
    router_world: RouterWorld,
) -> None:
    async with router_world.idle() as live, router_world.http(live) as http:
        koordinator, officer = (
            await router_world.key(live, "koordinator"),
            await router_world.key(live, "officer", "disdikbud"),
        )
        key = new_id()
        works = [Item(key, submitted(), "citizen", START, new_id(), (key,), topic=SUBMISSIONS, sequence=1)]
        await live.step.run(Batch(works))
        more = "UPDATE state SET data = data || '{\"mood\": [1]}' || jsonb_build_object('external', $2::jsonb) WHERE key = $1"
        await router_world.world.rows("router", more, key, '{"system": "x", "id": "1", "grade": "A"}')
        assert (await http.post(f"/v1/cases/{key}/accept", json={}, headers=officer)).status_code == 200
        [row] = await router_world.world.rows("router", "SELECT data FROM state WHERE key = $1", key)
        kept = json.loads(row["data"])
        assert (kept["mood"], kept["external"]["grade"], kept["state"]) == ([1], "A", "in_progress")
        odd = "UPDATE state SET data = jsonb_set(data, '{priority}', '\"hot\"') WHERE key = $1 RETURNING data"
        [before] = await router_world.world.rows("router", odd, key)
        for told in (
            await http.get(f"/v1/cases/{key}", headers=officer),
            await http.get("/v1/cases?opd=disdikbud&state=in_progress", headers=koordinator),
            await http.post(
                f"/v1/cases/{key}/resolve",
                json={"answer": "Guru pengganti sudah mengajar sejak Senin."},
                headers=officer,
            ),
        ):
            assert (told.status_code, told.json()["code"]) == (503, "newer_state")
        [after] = await router_world.world.rows("router", "SELECT data FROM state WHERE key = $1", key)
        assert after["data"] == before["data"]


async def test_a_wrong_assignment_is_moved_over_http_and_no_case_is_put_off_without_bounds(
    router_world: RouterWorld,
) -> None:
    key = new_id()
    async with router_world.toy("intake") as intake, router_world.router() as live, router_world.http(live) as http:
        await intake.say(key, submitted())
        await until(lambda: router_world.case(key), "the case is open")
        desk, officer = await router_world.key(live, "koordinator"), await router_world.key(live, "officer", "dishub")
        again = await http.post(f"/v1/cases/{key}/assign", json={"opd": "dishub"}, headers=desk)
        assert (again.status_code, again.json()["code"]) == (422, "reason_needed")
        moved = await http.post(f"/v1/cases/{key}/assign", json={"opd": "dishub", "reason": "Angkutan."}, headers=desk)
        assert (moved.status_code, moved.json()["opd"]) == (200, "dishub")
        for until_ in ("2020-01-01", "2036-01-01", "0001-01-01", "9999-12-31"):
            refused = await http.post(
                f"/v1/cases/{key}/put-off", json={"until": until_, "reason": "Nanti."}, headers=officer
            )
            # Years outside the bounds of any date are refused before the rule sees them.
            code = "put_off_date" if "2000" < until_ < "2200" else "invalid"
            assert (refused.status_code, refused.json()["code"]) == (422, code), until_
        assert (await http.post(f"/v1/cases/{key}/take-back", json={"reason": "x"}, headers=officer)).status_code == 403
        back = await http.post(f"/v1/cases/{key}/take-back", json={"reason": "Belum jelas."}, headers=desk)
        assert (back.status_code, back.json()["state"], back.json()["opd"]) == (200, "verification", None)
