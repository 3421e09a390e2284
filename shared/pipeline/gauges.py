"""Gauges that need a look into the database: depth and age of the outbox, and the number of parked records."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from shared.observability.metrics import REASONS, TOPICS, one_of
from shared.pipeline.rows import Q
from shared.postgres.errors import TRANSIENT

if TYPE_CHECKING:
    from shared.service import Running

EVERY_S = 5.0


async def watch(running: Running[Any]) -> None:
    """Refresh the gauges every few seconds until cancelled. This also reports whether Postgres answers."""
    meters = running.meters
    while True:
        try:
            outbox = await running.pool.fetchrow(Q["outbox_depth"])
            parked = await running.pool.fetch(Q["parked_count"])
        except TRANSIENT:
            running.pulse.trouble("postgres")
        else:
            running.pulse.well("postgres")
            if outbox is not None:
                meters.outbox.set(outbox["waiting"])
                meters.stuck.set(outbox["stuck"])
                meters.outbox_age.set(outbox["age"])
            meters.parked.clear()
            for row in parked:
                meters.parked.labels(one_of(row["topic"], TOPICS), one_of(row["reason"], REASONS)).inc(row["rows"])
        running.pulse.beat("gauges")
        await asyncio.sleep(EVERY_S)
