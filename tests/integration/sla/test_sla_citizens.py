"""The words of citizens after an answer, counted on the real Postgres; and the extension, computed again from the log."""

from collections import Counter
from typing import Any

import httpx

from services.sla.actions.replay import find_replay_differences
from services.sla.app import build_with_versions
from shared.events import cases
from shared.events.cases_answer import Extended, Rated
from shared.web.keys import Keys
from tests.support.sla_story import assigned, at, opened, resolved
from tests.support.sla_world import SlaWorld
from tests.support.toys import fresh_key

PERIOD = "from=2026-04-01&to=2026-05-31"


async def login(http: httpx.AsyncClient, pool: Any, role: str) -> None:
    http.headers["Authorization"] = f"Bearer {await Keys(pool).create(owner='Ibu Uji', role=role, opd=None)}"


def line(month: str | None, opd: str | None, channel: str | None, *counts: int, rating: float | None) -> dict[str, Any]:
    names = ("asked", "answered", "confirmed", "rated", "satisfied")
    return {"month": month, "opd": opd, "channel": channel, **dict(zip(names, counts, strict=True)), "rating": rating}


async def test_the_words_of_citizens_are_counted_per_month_opd_and_channel(world: SlaWorld) -> None:
    async with world.router() as router, world.sla() as live, world.http(live) as http:
        told: list[tuple[str, str, str, list[Any]]] = [
            (
                "2026-04-06",
                "web",
                "KT-2222-3333-X",
                [cases.Confirmed(), cases.Closed(by="citizen"), Rated(stars=4, scale=4)],
            ),
            ("2026-04-07", "web", "KT-4444-5555-X", [cases.Closed(by="silence"), Rated(stars=2, scale=4)]),
            ("2026-04-08", "whatsapp", "KT-6666-7777-X", [cases.Closed(by="silence"), Rated(stars=5, scale=5)]),
            ("2026-05-06", "kios_desa", "KT-8888-9999-X", [cases.Closed(by="silence")]),
        ]
        for day, channel, ticket, words in told:
            key = fresh_key()
            await router.say(key, at(f"{day}T09:00"), opened(ticket=ticket, channel=channel), assigned(), resolved())
            await router.say(key, at(f"{day}T15:00"), *words)
        # A case that another system closed without an answer of an OPD is asked about too.
        await router.say(fresh_key(), at("2026-05-07T09:00"), opened(ticket="KT-AAAA-BBBB-X"), cases.Closed(by="admin"))
        await world.caught_up(5)
        await login(http, live.pool, "reader")
        found = (await http.get(f"/v1/numbers/citizens?{PERIOD}")).json()
        assert found == [
            line(None, None, None, 5, 3, 1, 3, 2, rating=3.33),
            line("2026-05", "dishub", "other", 1, 0, 0, 0, 0, rating=None),
            line("2026-05", "triage", "web", 1, 0, 0, 0, 0, rating=None),
            line("2026-04", "dishub", "web", 2, 2, 1, 2, 1, rating=3.0),
            line("2026-04", "dishub", "whatsapp", 1, 1, 0, 1, 1, rating=4.0),
        ]
        csv = (await http.get(f"/v1/numbers/citizens.csv?{PERIOD}")).text.splitlines()
        assert csv[0].endswith("bulan,opd,kanal,ditanya,menjawab,membenarkan,menilai,puas,nilai_rata_rata_1_sampai_4")
        assert "2026-04,dishub,web,2,2,1,2,1,3.00" in csv
        per_opd = (await http.get(f"/v1/numbers?{PERIOD}")).json()
        of_opd = next(one for one in per_opd if one["opd"] == "dishub")
        assert (of_opd["rated"], of_opd["satisfied"], of_opd["rating"]) == (3, 2, 3.33)


async def test_a_row_of_an_older_release_counts_without_a_channel(world: SlaWorld) -> None:
    async with world.sla() as live, world.http(live) as http:
        await world.world.rows(
            "sla",
            "INSERT INTO measures (key, what, run, opd, topic, ended_at, outcome, late, worked, paused, pauses) VALUES "
            "($1, 'question', 1, 'dishub', 'none', '2026-04-06T02:00:00Z', 'answered', false, 0, 0, 0) RETURNING 1",
            fresh_key(),
        )
        await login(http, live.pool, "reader")
        found = (await http.get(f"/v1/numbers/citizens?{PERIOD}")).json()
        assert found[1] == line("2026-04", "dishub", "", 1, 1, 0, 0, 0, rating=None)


async def test_an_extended_request_is_computed_again_from_the_log(world: SlaWorld) -> None:
    async with world.router() as router, world.sla() as live:
        key = fresh_key()
        await router.say(key, at("2026-04-06T09:00"), opened(class_="information"))
        await router.say(key, at("2026-04-09T09:00"), assigned(class_="information"))
        await router.say(key, at("2026-04-10T09:00"), Extended(opd="dishub", reason="Datanya dihimpun."))
        await world.caught_up(1)
        due = {run.clock: run.due_at for run in (await world.cases())[key].runs}
        assert due["resolve"] == at("2026-04-29T16:00")
        _, versions = build_with_versions(world.settings())
        seen: Counter[str] = Counter()
        assert [problem async for problem in find_replay_differences(live, versions, seen)] == []
        assert seen["cases"] == 1
