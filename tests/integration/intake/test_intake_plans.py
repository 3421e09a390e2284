"""Intake's hot queries use their indexes at 100,000 complaints; the statements of a step do not grow with its batch."""

import json
import time
from typing import Any
from uuid import uuid4

import asyncpg
import pytest

from services.intake.store import Q
from shared.ids import first_id
from tests.support.intake import Intake, message

SEED = """
WITH filed AS (
    INSERT INTO state (key, version, read, written, waiting, data)
    SELECT gen_random_uuid(), 1, '{}', '{}', false,
        jsonb_build_object('kind', 'complaint', 'ticket', 'KT-' || n, 'state', 'resolved')
    FROM generate_series(1, 100000) AS n RETURNING key
), said AS (
    INSERT INTO events (id, topic, key, sequence, type, occurred_at, actor, data)
    SELECT gen_random_uuid(), 'complaint.submissions.v1', key, 1, 'submission.submitted', now(), 'citizen', '{}' FROM filed
), met AS (
    INSERT INTO state (key, version, read, written, waiting, data)
    SELECT gen_random_uuid(), 1, '{}', '{}', false,
        jsonb_build_object('kind', 'contact', 'erased', false, 'complaints', jsonb_build_array(key::text)) FROM filed
), own AS (
    INSERT INTO own_messages (message, complaint) SELECT gen_random_uuid(), key FROM filed
)
INSERT INTO provider_messages (provider_hash, complaint) SELECT md5(key::text), key FROM filed
"""


def nodes(plan: str) -> list[dict[str, Any]]:
    """Every node of a plan."""
    found: list[dict[str, Any]] = []

    def walk(node: dict[str, Any]) -> None:
        found.append(node)
        for child in node.get("Plans", []):
            walk(child)

    walk(json.loads(plan)[0]["Plan"])
    return found


@pytest.mark.slow
async def test_look_ups_use_their_indexes(intake: Intake) -> None:
    admin = await asyncpg.connect(intake.database.admin_dsn, server_settings={"search_path": "intake"})
    try:
        await admin.execute(SEED)
        await admin.execute("ANALYZE")
        contact = await admin.fetchval("SELECT key FROM state WHERE data->>'kind' = 'contact' LIMIT 1")
        hashed = await admin.fetchval("SELECT provider_hash FROM provider_messages LIMIT 1")

        async def plan(name: str, *values: object) -> tuple[set[str], bool]:
            told = nodes(await admin.fetchval(f"EXPLAIN (FORMAT json) {Q[name]}", *values))
            return {node["Index Name"] for node in told if "Index Name" in node}, any(
                node["Node Type"] == "Seq Scan" for node in told
            )

        found, scans = await plan("by_ticket", "KT-77")
        assert ("state_ticket" in found, scans) == (True, False)
        # No id of this sample is of this hour, nor is that of a contact, so that the range is read and nothing else.
        hour = first_id(time.time() - 3600), first_id(time.time())
        assert await plan("accepted_between", *hour) == ({"state_pkey"}, False)
        assert await plan("versions", [contact]) == ({"state_pkey"}, False)
        found, scans = await plan("contact_cases", [contact])
        assert ("state_pkey" in found, any(name.startswith("events_") for name in found), scans) == (True, True, False)
        assert await plan("quoted_complaints", [hashed]) == (
            {"provider_messages_pkey", "own_messages_pkey", "state_pkey"},
            False,
        )
        assert "provider_messages_complaint" in (await plan("forget_messages", [uuid4()]))[0]
    finally:
        await admin.close()


async def statements(intake: Intake, count: int) -> int:
    """Count the statements that store ``count`` messages of as many people in one webhook."""
    asked = 0

    def count_one(_query: object) -> None:
        nonlocal asked
        asked += 1

    connections = [await intake.live.pool.acquire() for _ in range(intake.live.pool.get_size())]
    for connection in connections:
        connection.add_query_logger(count_one)
        await intake.live.pool.release(connection)
    await intake.whatsapp(
        *(message(uuid4().hex, f"Lampu padam {n}", sender=f"6280000{count:03}{n:03}") for n in range(count))
    )
    for connection in [await intake.live.pool.acquire() for _ in range(intake.live.pool.get_size())]:
        connection.remove_query_logger(count_one)
        await intake.live.pool.release(connection)
    return asked


async def test_a_webhook_of_400_messages_takes_as_many_statements_as_one_of_4(intake: Intake) -> None:
    await statements(intake, 4)
    assert await statements(intake, 4) == await statements(intake, 400)
