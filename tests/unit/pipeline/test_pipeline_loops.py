"""The loops beside the consumer, driven without Kafka and Postgres: failures, pauses, and what they leave behind."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from shared.backoff import retry
from shared.clock import RealClock
from shared.errors import VersionConflict
from shared.ids import new_id
from shared.inputs.commands import Commands
from shared.inputs.timers import Timers
from shared.observability.health import Health
from shared.observability.metrics import Meters
from shared.outbox.relay import Relay
from shared.outbox.sender import Unsent
from shared.pipeline import Attempt, Command
from shared.pipeline.held import Held
from shared.pipeline.step import Batch
from shared.pipeline.tables import Q
from shared.runtime.jobs import retry_newer
from tests.support.toys import SECRET, ToySettings


async def quick(loop: Awaitable[None], done: Callable[[], bool]) -> None:
    """Run a loop until the condition holds."""
    task = asyncio.ensure_future(loop)
    try:
        async with asyncio.timeout(5):
            while not done():
                assert not task.done(), task.exception()
                await asyncio.sleep(0.001)
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task


class Away:
    """A pool that fails so many times, and then finds nothing."""

    def __init__(self, failures: int) -> None:
        self.failures, self.calls = failures, 0

    async def fetch(self, *_arguments: object) -> list[Any]:
        self.calls += 1
        if self.calls <= self.failures:
            raise ConnectionError
        return []


async def closed() -> None:
    """Close nothing."""


def timers_of(pool: Away, health: Health, leading: Callable[[], bool]) -> Timers:
    step: Any = SimpleNamespace(held=Held())
    streams: Any = SimpleNamespace(close=closed)
    clock: Any = SimpleNamespace(now=lambda: None)
    return Timers(
        step,
        pool,  # type: ignore[arg-type]
        clock,
        health,
        Meters(),
        batch_size=10,
        streams=streams,
        leading=leading,
        committed=lambda: None,
    )


async def test_a_replica_that_loses_the_lead_with_a_failure_becomes_ready_again() -> None:
    pool, health = Away(1), Health()
    seen: list[list[str]] = []

    def well_after_the_failure() -> bool:
        seen.append(health.troubles())
        return pool.calls == 1 and ["timers"] in seen and health.troubles() == []

    await quick(timers_of(pool, health, lambda: pool.calls == 0).run(), well_after_the_failure)


async def test_timers_look_again_within_two_seconds_however_long_the_failure_has_lasted(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    pool, pauses = Away(12), list[float]()

    async def noted(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr("shared.backoff.FIRST_MINUTE_S", -1.0)
    monkeypatch.setattr("shared.inputs.timers.retry", partial(retry, wait=noted))
    await quick(timers_of(pool, Health(), lambda: True).run(), lambda: pool.calls > 12)
    assert len(pauses) == 12
    assert max(pauses) <= 2.0


async def test_a_race_with_another_replica_does_not_end_the_loop_that_retries_newer_records(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("shared.runtime.jobs.NEWER_S", 0.001)
    tries = 0

    async def fetch(*_arguments: object) -> list[dict[str, int]]:
        return [{"id": 1}]

    async def loses(_row: int) -> bool:
        nonlocal tries
        tries += 1
        raise VersionConflict

    replay = SimpleNamespace(retry=loses)
    live: Any = SimpleNamespace(pool=SimpleNamespace(fetch=fetch), step=SimpleNamespace(replay=replay))
    await quick(retry_newer(live), lambda: tries > 2)


async def test_stuck_events_are_tried_again_while_kafka_takes_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shared.outbox.relay.RETRY_REFUSED_S", 0.0)
    statements: list[str] = []

    class Connection:
        """A connection with one event in the outbox."""

        async def execute(self, statement: str, *_arguments: object) -> str:
            statements.append(statement)
            return ""

        async def fetch(self, statement: str, *_arguments: object) -> list[dict[str, int]]:
            statements.append(statement)
            return [{"position": 1}]

        fetchval = execute

    async def unsent(*_arguments: object) -> None:
        raise Unsent(0, TimeoutError())

    given: Any = {"dsn": "postgresql://nobody@127.0.0.1:1/none", "secret": SECRET}
    relay = Relay(ToySettings(**given), Health(), Meters(), lambda _point: None)
    monkeypatch.setattr(relay._sender, "send", unsent)
    await quick(relay._lead(Connection()), lambda: statements.count(Q["outbox_read"]) > 3)  # type: ignore[arg-type]
    assert statements.count(Q["stuck_retry"]) > 1


async def test_held_keys_are_loaded_again_when_partitions_come_while_they_are_loaded() -> None:
    held, loads = Held(), 0

    async def fetch(*_arguments: object) -> list[Any]:
        nonlocal loads
        loads += 1
        if loads == 1:
            held.expire()
        return []

    pool: Any = SimpleNamespace(fetch=fetch)
    for _ in range(3):
        await held.refresh(pool)
    assert loads == 2


async def test_a_graceful_stop_waits_for_the_batch_in_hand() -> None:
    committed = asyncio.Event()

    class Slow:
        """A step that commits when it is told to."""

        async def run(self, batch: Batch) -> int:
            await committed.wait()
            batch.attempts = [Attempt("folded") for _ in batch.entries]
            return 0

    commands = Commands(Slow(), RealClock(), Health(), Meters(), 10, lambda: None)  # type: ignore[arg-type]
    task = asyncio.create_task(commands.run())
    answer = asyncio.create_task(commands.do(Command("x", (new_id(),), "citizen")))
    await asyncio.sleep(0.02)
    drained = asyncio.create_task(commands.drain())
    await asyncio.sleep(0.05)
    assert not drained.done()
    committed.set()
    await asyncio.wait_for(drained, 1)
    assert (await answer).outcome == "folded"
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
