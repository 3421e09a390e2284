"""The notifier's loops pause for two seconds at most, however long Postgres was away: a lease lasts but a minute."""

import asyncio
import contextlib
from collections.abc import Callable, Coroutine
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from services.notifier.loops.follow_up import FollowUp
from services.notifier.loops.send import SendingLoop
from services.notifier.rules.commands import Settle
from services.notifier.sending.reporter import Reporter
from services.notifier.sending.wakeup import Wakeup
from shared.backoff import retry
from shared.errors import Unavailable
from shared.ids import new_id
from shared.observability.health import Health

FAILURES = 12


class Away:
    """A service whose Postgres fails so many times, and then finds nothing."""

    def __init__(self) -> None:
        self.failures = 0
        self.health = Health()
        self.well = asyncio.Event()

    def leading(self) -> bool:
        return True

    async def once(self) -> bool:
        self.fail(ConnectionError())
        return False

    async def do(self, *_arguments: object, **_more: object) -> None:
        self.fail(Unavailable())

    def fail(self, error: Exception) -> None:
        if self.failures < FAILURES:
            self.failures += 1
            raise error
        self.well.set()


def reporting(away: Any) -> Coroutine[Any, Any, None]:
    return Reporter(away, timedelta())._settle(new_id(), Settle(()), None)


def following_up(away: Any) -> Coroutine[Any, Any, None]:
    nothing: Any = None
    loop = FollowUp(
        away,
        nothing,
        nothing,
        settle_s=0.0,
        look_for=timedelta(),
        channels=(),
        off_for=timedelta(),
        wakeup=Wakeup(1.0),
        caught_up=nothing,
    )
    return loop._repeat(away.once, beat=True)


def sending(away: Any) -> Coroutine[Any, Any, None]:
    delivery: Any = None
    loop = SendingLoop(away, delivery, lanes={}, host_slots=1, wakeup=Wakeup(1.0))
    object.__setattr__(loop, "_round", away.once)
    return loop.run()


@pytest.mark.parametrize(
    ("work", "module"),
    [(reporting, "sending.reporter"), (following_up, "loops.follow_up"), (sending, "loops.send")],
    ids=["report", "follow up", "send"],
)
async def test_a_pause_stays_short_however_long_postgres_was_away(
    monkeypatch: pytest.MonkeyPatch, work: Callable[[Any], Coroutine[Any, Any, None]], module: str
) -> None:
    away, pauses = Away(), list[float]()

    async def noted(seconds: float) -> None:
        pauses.append(seconds)

    monkeypatch.setattr("shared.backoff.FIRST_MINUTE_S", -1.0)
    monkeypatch.setattr(f"services.notifier.{module}.retry", partial(retry, wait=noted))
    task = asyncio.ensure_future(work(away))
    async with asyncio.timeout(5):
        await away.well.wait()
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await task
    assert len(pauses) == FAILURES
    assert max(pauses) <= 2.0
