"""Commits a batch of records or ticks, however long Postgres is away."""

from __future__ import annotations

import time
from typing import Any

from shared.backoff import Backoff, retry
from shared.errors import BreakerOpen
from shared.observability.health import Health
from shared.observability.logs import get_logger
from shared.pipeline.blame import passes
from shared.pipeline.step import Batch, Step

log = get_logger()
# For this long a transient error only leads to a retry, even though Postgres answers. After that the batch is searched
# for the record that causes it.
DOUBT_S = 10.0


async def commit(step: Step[Any], batch: Batch, health: Health) -> int:
    """Run the step until the whole batch is committed. Return how many events its last run has written.

    Nothing is ever skipped. Only BreakerOpen ends the repetition and is raised.

    An unforeseen error is repeated too: raising it would make the client seek back and return at once, thousands of
    times a second. While Postgres is away no record is suspected. After ``DOUBT_S`` seconds of errors that one record
    may cause, the step searches for that record.
    """
    suspected: float | None = None

    async def attempt() -> int:
        return await step.run(batch, doubt=suspected is not None and time.monotonic() - suspected > DOUBT_S)

    async def failed(error: Exception, backoff: Backoff) -> None:
        nonlocal suspected
        if isinstance(error, BreakerOpen):
            raise error
        health.trouble("postgres")
        if not passes(error):
            log.error("step.unforeseen", error=type(error).__name__, tries=backoff.tries)
        elif backoff.noteworthy:
            log.warning("step.retried", error=type(error).__name__, tries=backoff.tries)
        suspected = (suspected or time.monotonic()) if await step.suspects(error) else None

    events = await retry(attempt, (Exception,), failed=failed)
    health.well("postgres")
    return events
