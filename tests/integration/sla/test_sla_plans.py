"""Hot queries use their indexes at 100,000 rows."""

import json
from uuid import UUID

import asyncpg
import pytest

from services.sla.store import Q
from shared.pipeline.tables import Q as PIPELINE
from tests.support.sla_story import Story, assigned, opened
from tests.support.sla_world import SlaWorld

SEED = """
INSERT INTO state (key, version, read, written, waiting, due_at, data)
SELECT gen_random_uuid(), 1, '{}', '{}', false, timestamptz '2026-04-10 08:00+00' + n * interval '1 minute',
    $1::jsonb || jsonb_build_object('ticket', 'KT-' || n, 'owner', (ARRAY['dishub', 'dlh', 'triage', 'dinkes'])[1 + n % 4],
        'next_deadline', 1775808000000000 + n::bigint * 60000000)
FROM generate_series(1, 100000) AS n
"""


def indexes(plan: str) -> set[str]:
    found: set[str] = set()

    def walk(node: dict[str, object]) -> None:
        assert node["Node Type"] != "Seq Scan", plan
        if "Index Name" in node:
            found.add(str(node["Index Name"]))
        for child in node.get("Plans", []):  # type: ignore[attr-defined]
            walk(child)

    walk(json.loads(plan)[0]["Plan"])
    return found


@pytest.mark.slow
async def test_lists_look_ups_and_timers_use_their_indexes(world: SlaWorld) -> None:
    story = Story().tell("2026-04-06T09:00", opened()).tell("2026-04-06T10:00", assigned())
    owner = await asyncpg.connect(world.world.database.dsn("sla_owner"))
    try:
        await owner.execute("SET statement_timeout = 0")
        await owner.execute(SEED, story.case.model_dump_json())
        await owner.execute("ANALYZE state")

        async def plan(sql: str, *values: object) -> set[str]:
            return indexes(await owner.fetchval(f"EXPLAIN (FORMAT json) {sql}", *values))

        cursor = 1775808000000000
        assert await plan(Q["deadlines_of"], "dishub", cursor, UUID(int=0), cursor + 10**12, 50) == {"state_deadline"}
        assert await plan(Q["case_by_ticket"], "KT-77") == {"state_ticket"}
        assert await plan(Q["case_by_key"], UUID(int=1)) == {"state_pkey"}
        assert await plan(PIPELINE["due"], story.case.runs[1].due_at, 500) == {"state_due"}
        owners = ["dishub", "dlh", "triage"]
        assert await plan(Q["deadline_counts"], owners, cursor, cursor + 10**9, cursor + 10**10) == {"state_deadline"}
        assert await plan(Q["every_case"], UUID(int=0), 500) == {"state_pkey"}
    finally:
        await owner.close()
