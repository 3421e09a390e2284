"""Two OPDs on one complaint, on the real Kafka and Postgres: each with its own clocks, one answer to the citizen."""

import contextlib
from pathlib import Path
from typing import Any
from uuid import UUID

import httpx
import pytest
from confluent_kafka.admin import AdminClient

from deploy.local.kafka import LocalKafka
from deploy.secrets import Secrets
from shared.postgres.migrations import migrate
from shared.web.keys import Keys
from tests.integration.notifier.conftest import Stubs
from tests.integration.services.test_services_trace import apps, working
from tests.support.infra import Database
from tests.support.router_world import RouterWorld
from tests.support.toys import World, empty_streams, until
from tests.support.web import web_of

TEXT = "Lampu jalan provinsi di Loa Janan padam sejak Senin malam"
TASK = "Periksa apakah parit di bawah tiang lampu itu perlu dikeruk."
PART = "Parit di bawah tiang sudah kami ukur dan dikeruk minggu depan."
ANSWER = "Lampu jalan sudah diganti, dan parit di bawah tiangnya dikeruk minggu depan."


@pytest.mark.timeout(240)
async def test_a_helper_gives_its_part_on_its_own_topic_and_the_lead_gives_the_one_answer(
    database: Database, cluster_ready: LocalKafka, kafka_admin: AdminClient, secrets: Secrets, tmp_path: Path
) -> None:
    empty_streams(kafka_admin)
    stubs = Stubs()
    made = apps(database, cluster_ready, secrets, stubs, tmp_path)
    stubs.stop()
    world = World(database, cluster_ready, secrets)
    async with contextlib.AsyncExitStack() as stack:
        lives = {}
        for name in ("intake", "router", "sla"):
            await migrate(database.dsn(f"{name}_owner"), name, made[name].migrations)
            lives[name] = await stack.enter_async_context(working(made[name]))
        http = {}
        for name in ("intake", "router", "sla"):
            transport = httpx.ASGITransport(app=web_of(lives[name]))
            client = httpx.AsyncClient(transport=transport, base_url="https://aduan.contoh.id")
            http[name] = await stack.enter_async_context(client)

        async def key_of(service: str, role: str, opd: str | None = None) -> dict[str, str]:
            token = await Keys(lives[service].pool).create(owner="uji", role=role, opd=opd)
            return {"Authorization": f"Bearer {token}"}

        filed = await http["intake"].post(
            "/v1/submissions", json={"text": TEXT}, headers=await key_of("intake", "adapter")
        )
        page = filed.json()["link"].removeprefix("https://aduan.contoh.id")

        async def opened() -> UUID | None:
            found = await world.rows("router", "SELECT key FROM state WHERE data->>'opd' = 'dishub'")
            return found[0]["key"] if found else None

        case: UUID = await until(opened, "the case is assigned")
        lead = await stack.enter_async_context(RouterWorld(world).opd("dishub"))
        helper = await stack.enter_async_context(RouterWorld(world).opd("dinkes"))
        mine = await lead.read(case)
        assert (mine["role"], mine["parts"]) == ("lead", [])

        # The lead asks over its own topic, and the helper gets an assignment of its own.
        asked = {"assignment_id": mine["assignment_id"], "opd": "dinkes", "task": TASK}
        await lead.say(case, "update.help_asked", asked)
        theirs = await helper.read(case)
        assert (theirs["role"], theirs["lead"], theirs["task"]) == ("helper", "dishub", TASK)
        assert theirs["assignment_id"] != mine["assignment_id"]

        async def clocks() -> list[Any] | None:
            answer = await http["sla"].get(f"/v1/cases/{case}/clocks", headers=await key_of("sla", "reader"))
            found = [one for one in answer.json().get("clocks", ()) if one["helper"] == theirs["assignment_id"]]
            return found if len(found) == 2 else None

        started = await until(clocks, "the helper has clocks of its own")
        assert {(one["clock"], one["opd"], one["state"]) for one in started} == {
            ("respond", "dinkes", "running"),
            ("resolve", "dinkes", "running"),
        }
        while theirs["due"]["resolve"] is None:
            theirs = await helper.read(case)
        assert theirs["due"]["resolve"] == next(one["due_at"] for one in started if one["clock"] == "resolve")

        # A question to the citizen is refused on the helper's replies topic; its part is taken.
        own = {"assignment_id": theirs["assignment_id"]}
        await helper.say(case, "update.info_requested", own | {"question": "Di mana?"})
        assert (await helper.read(case, "reply.refused"))["code"] == "helper_only"
        await helper.say(case, "update.contributed", own | {"text": PART, "outcome": "explained"})
        while not any(part["text"] for part in mine["parts"]):
            mine = await lead.read(case)
        assert [(part["opd"], part["text"]) for part in mine["parts"]] == [("dinkes", PART)]
        shown = (await http["intake"].get(page)).text
        assert "ikut membantu menangani" in shown
        assert PART not in shown
        assert TASK not in shown

        # The one answer.
        await lead.say(case, "update.resolved", {"assignment_id": mine["assignment_id"], "answer": ANSWER})

        async def answered() -> bool:
            return ANSWER in (await http["intake"].get(page)).text

        await until(answered, "the citizen reads the answer", 60)

        async def measured() -> dict[str, set[tuple[str, str]]] | None:
            found = await world.rows(
                "sla", "SELECT opd, what, outcome FROM measures WHERE what IN ('respond', 'resolve')"
            )
            by_opd: dict[str, set[tuple[str, str]]] = {}
            for row in found:
                by_opd.setdefault(row["opd"], set()).add((row["what"], row["outcome"]))
            return by_opd if len(found) == 4 else None

        met = {("respond", "met"), ("resolve", "met")}
        assert await until(measured, "both OPDs have their figures") == {"dishub": met, "dinkes": met}
