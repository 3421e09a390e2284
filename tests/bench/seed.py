"""Seeding by COPY: clones of finished complaints in all four schemas, each with its own key and ticket."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from deploy.local.system import System
from shared.ids import new_id
from tests.bench.stage import console, look

PAGE = 20_000
ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


async def seed(system: System, count: int) -> None:
    """Clone resolved complaints until there are ``count``, then vacuum and analyse the tables.

    A system that grew to this size over a year would be vacuumed and analysed too.
    """
    router = await look(system, "router")
    have = await router.fetchval("SELECT count(*) FROM state WHERE data IS NOT NULL")
    templates = await router.fetch(
        "SELECT key, data->>'ticket' AS ticket FROM state WHERE data->>'state' = 'resolved' LIMIT 200"
    )
    await router.close()
    if count <= have or not templates:
        return
    chooser = random.Random(7)
    clones = [(chooser.choice(templates), new_id(), _ticket(chooser, number)) for number in range(count - have)]
    for service in ("intake", "router", "sla", "notifier"):
        await _fill(system, service, templates, clones)
        console.print(f"[dim]{service} holds {count:,} complaints[/dim]")


def _ticket(chooser: random.Random, number: int) -> str:
    body = "".join(chooser.choice(ALPHABET) for _ in range(3))
    return f"KT-S{body}-{number:07d}-X"


async def _fill(system: System, service: str, templates: list[Any], clones: list[tuple[Any, UUID, str]]) -> None:
    connection = await look(system, service)
    keys = [row["key"] for row in templates]
    states = {row["key"]: row for row in await connection.fetch("SELECT * FROM state WHERE key = ANY($1)", keys)}
    firsts = {
        row["key"]: row
        for row in await connection.fetch(
            "SELECT DISTINCT ON (key) * FROM events WHERE key = ANY($1) ORDER BY key, position", keys
        )
    }
    for start in range(0, len(clones), PAGE):
        page = clones[start : start + PAGE]
        await connection.copy_records_to_table(
            "state",
            records=_states(page, states),
            columns=["key", "version", "read", "written", "waiting", "due_at", "data"],
        )
        columns = ["id", "topic", "key", "sequence", "type", "occurred_at", "actor", "traceparent", "data"]
        await connection.copy_records_to_table("events", records=_events(page, firsts, columns), columns=columns)
    await connection.execute("VACUUM (ANALYZE) state")
    await connection.execute("VACUUM (ANALYZE) events")
    await connection.close()


def _states(page: list[tuple[Any, UUID, str]], states: dict[UUID, Any]) -> Iterator[tuple[Any, ...]]:
    for template, key, ticket in page:
        row = states.get(template["key"])
        if row is not None:
            data = row["data"].replace(template["ticket"], ticket).replace(str(template["key"]), str(key))
            yield (key, row["version"], row["read"], row["written"], False, row["due_at"], data)


def _events(
    page: list[tuple[Any, UUID, str]], firsts: dict[UUID, Any], columns: list[str]
) -> Iterator[tuple[Any, ...]]:
    for template, key, ticket in page:
        row = firsts.get(template["key"])
        if row is not None:
            values = dict(row) | {"id": new_id(), "key": key, "data": row["data"].replace(template["ticket"], ticket)}
            yield tuple(values[name] for name in columns)
