"""The plans of the queries that run often for the connection to SP4N, at 200,000 complaints: each by its index."""

from datetime import timedelta
from typing import Any

import asyncpg
import pytest

from services.router.store import Q
from tests.support.router_world import RouterWorld

SEED = """
INSERT INTO sp4n_mirror (complaint, tracking_id, head, open, state, reason, since, poll_at)
SELECT gen_random_uuid(), CASE WHEN n % 300 <> 0 THEN n::text END, CASE WHEN n % 300 = 0 THEN 1 END, n % 20 = 0,
    CASE WHEN n % 600 = 0 THEN 'person' WHEN n % 300 = 0 THEN 'due' ELSE 'settled' END,
    CASE WHEN n % 600 = 0 THEN 'unmapped_opd' END, CASE WHEN n % 300 = 0 THEN now() - interval '1 minute' END,
    now() + n * interval '1 second' - interval '10 seconds'
FROM generate_series(1, 200000) AS n
"""


@pytest.mark.parametrize(
    ("index", "name", "values"),
    [
        ("sp4n_mirror_waiting", "count_mirror", ()),
        ("sp4n_mirror_poll", "longest_unread", ()),
        ("sp4n_mirror_due", "lease_mirror", (1, timedelta(minutes=5))),
        ("sp4n_mirror_poll", "lease_polls", (20, timedelta(minutes=5))),
    ],
)
async def test_what_runs_often_reads_few_rows(
    router_world: RouterWorld, index: str, name: str, values: tuple[Any, ...]
) -> None:
    admin = await asyncpg.connect(router_world.world.database.admin_dsn, server_settings={"search_path": "router"})
    try:
        await admin.execute(SEED)
        await admin.execute("VACUUM ANALYZE sp4n_mirror")
        statement = await admin.prepare(f"EXPLAIN (ANALYZE, BUFFERS) {Q[name]}")
        plan = "\n".join(row[0] for row in await statement.fetch(*values))
        print(plan)
    finally:
        await admin.close()
    assert index in plan, plan
    assert "Seq Scan" not in plan, plan
