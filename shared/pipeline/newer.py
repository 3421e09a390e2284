"""Tries records again that were parked because newer code had written their row, until a replica can read the row."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from shared.errors import NotFound
from shared.observability.logs import get_logger
from shared.pipeline.rows import Q
from shared.postgres.errors import TRANSIENT

if TYPE_CHECKING:
    from shared.service import Running

EVERY_S = 20.0
AT_ONCE = 200
log = get_logger()


async def retry_newer(running: Running[Any]) -> None:
    """Retry such records until cancelled. A replica that cannot read the row either leaves the record parked."""
    while True:
        try:
            await retry_once(running)
        except TRANSIENT as error:
            log.warning("newer.retry_failed", error=type(error).__name__)
        await asyncio.sleep(EVERY_S)


async def retry_once(running: Running[Any]) -> None:
    """Retry the waiting records once, the oldest first.

    A record that was folded with an earlier one is gone when its turn comes.
    """
    for row in await running.pool.fetch(Q["parked_newer"], AT_ONCE):
        try:
            await running.step.retry(row["id"])
        except NotFound:
            continue
