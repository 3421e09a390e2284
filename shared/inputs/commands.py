"""The input of callers. The commands that arrive while one step commits form the next batch."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from shared import trace
from shared.backoff import Backoff, retry
from shared.clock import Clock
from shared.errors import Refused, Transient, Unavailable, Unsure
from shared.ids import new_id
from shared.observability.health import Health
from shared.observability.metrics import Meters
from shared.pipeline.items import Attempt, Command, Item
from shared.pipeline.step import Batch, Step
from shared.postgres.errors import TRANSIENT

PATIENCE_S = 8.0
IDLE_BEAT_S = 5.0


@dataclass(frozen=True, slots=True)
class _Waiting:
    """A command in the queue, the future that its caller awaits, and the time at which it came."""

    item: Item
    answer: asyncio.Future[Attempt]
    since: float


class Commands:
    """A queue of commands. It folds them in batches and answers each caller after the commit.

    ``committed`` is called after a commit that has written events.
    """

    def __init__(
        self,
        step: Step[Any],
        clock: Clock,
        health: Health,
        meters: Meters,
        batch_size: int,
        committed: Callable[[], None],
    ) -> None:
        self._step = step
        self._clock = clock
        self._health = health
        self._meters = meters
        self._batch_size = batch_size
        self._committed = committed
        self._queue: deque[_Waiting] = deque()
        self._in_hand = False
        self._wake = asyncio.Event()

    async def do(self, command: Command) -> Attempt:
        """Commit one command and return its attempt, with the answer of the fold or, for a repeat, the first answer.

        Raises Refused with the reason, or Unavailable when nothing can be stored.
        """
        return await self._add(command)

    async def do_many(self, commands: Sequence[Command]) -> list[Attempt | Refused]:
        """Commit many commands. Return the attempt or the refusal of each, in order."""
        results = await asyncio.gather(*(self._add(command) for command in commands), return_exceptions=True)
        answers: list[Attempt | Refused] = []
        for result in results:
            if isinstance(result, Attempt | Refused):
                answers.append(result)
            elif isinstance(result, BaseException):
                raise result
        return answers

    def _add(self, command: Command) -> asyncio.Future[Attempt]:
        item = Item(
            key=command.keys[0],
            data=command.data,
            actor=command.actor,
            at=self._clock.now(),
            id=command.again or new_id(),
            keys=command.keys,
            traceparent=command.traceparent or trace.current(),
            claim=command.claim,
            unsure=command.again is not None,
        )
        future: asyncio.Future[Attempt] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(item, future, time.monotonic()))
        self._wake.set()
        return future

    async def run(self) -> None:
        """Fold the waiting commands until cancelled."""
        while True:
            self._health.beat("commands")
            if not self._queue:
                self._wake.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_BEAT_S):  # not wait_for: in 3.11 it can lose a cancellation
                        await self._wake.wait()
                continue
            taken = [self._queue.popleft() for _ in range(min(len(self._queue), self._batch_size))]
            live = [one for one in taken if not one.answer.done()]
            if live:
                self._in_hand = True
                await self._fold(live)
                self._in_hand = False

    async def drain(self) -> None:
        """Wait until the queue is empty and the batch in hand is committed, for a graceful stop."""
        while self._queue or self._in_hand:  # noqa: ASYNC110  (once in a process's life; an event would cost every command)
            await asyncio.sleep(0.01)

    async def _fold(self, waiting: Sequence[_Waiting]) -> None:
        began = time.perf_counter()
        batch = Batch(one.item for one in waiting)
        oldest = min(one.since for one in waiting)

        async def failed(_error: Exception, _backoff: Backoff) -> None:
            self._health.trouble("postgres")
            if time.monotonic() - oldest > PATIENCE_S:
                raise _GivenUp

        try:
            events = await retry(lambda: self._step.run(batch), (Transient, *TRANSIENT), failed=failed)
        except _GivenUp:
            _answer(waiting, batch)
            return
        except Exception:
            _answer(waiting, batch)
            raise
        self._health.well("postgres")
        self._meters.stepped("commands", [one.outcome for one in batch.committed], time.perf_counter() - began)
        if events:
            self._committed()
        _answer(waiting, batch)


def _answer(waiting: Sequence[_Waiting], batch: Batch) -> None:
    """Answer the callers.

    A committed command gets its answer, one that may be committed Unsure, and any other Unavailable.
    """
    for one, entry, attempt in zip(waiting, batch.entries, batch.attempts, strict=True):
        if one.answer.done():
            continue
        if attempt is None:
            unsure = isinstance(entry, Item) and entry.unsure
            one.answer.set_exception(Unsure(one.item.id) if unsure else Unavailable())
        elif attempt.refusal is not None:
            one.answer.set_exception(attempt.refusal)
        else:
            one.answer.set_result(attempt)


class _GivenUp(Exception):
    """Postgres stays away for longer than a caller waits."""
