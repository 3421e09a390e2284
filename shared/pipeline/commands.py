"""The HTTP door. The commands that arrive while one step commits form the next batch."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import Any

from shared.clock import Clock
from shared.errors import Refused, Transient, Unavailable, Unsure
from shared.ids import new_id
from shared.observability.health import Pulse
from shared.observability.metrics import Meters
from shared.pipeline.change import Command, Done, Item
from shared.pipeline.patience import pause
from shared.pipeline.step import Ended, Step
from shared.pipeline.work import Work
from shared.postgres.errors import TRANSIENT

PATIENCE_S = 8.0
IDLE_BEAT_S = 5.0
Waiting = tuple[Work, "asyncio.Future[Done]", float]


class Commands:
    """A queue of commands. It folds them in batches and answers each caller after the commit."""

    def __init__(self, step: Step[Any], clock: Clock, pulse: Pulse, meters: Meters, batch_size: int) -> None:
        self._step = step
        self._clock = clock
        self._pulse = pulse
        self._meters = meters
        self._batch_size = batch_size
        self._queue: deque[Waiting] = deque()
        self._wake = asyncio.Event()
        self.committed: Callable[[Ended], None] = lambda _ended: None

    async def do(self, command: Command) -> Done:
        """Commit one command and return its answer.

        Raises Refused with the reason, or Unavailable when nothing can be stored.
        """
        return await self._add(command)

    async def do_many(self, commands: Sequence[Command]) -> list[Done | Refused]:
        """Commit many commands. Return the answer or the refusal of each, in order."""
        results = await asyncio.gather(*(self._add(command) for command in commands), return_exceptions=True)
        answers: list[Done | Refused] = []
        for result in results:
            if isinstance(result, Done | Refused):
                answers.append(result)
            elif isinstance(result, BaseException):
                raise result
        return answers

    def _add(self, command: Command) -> asyncio.Future[Done]:
        now = self._clock.now()
        item = Item(
            key=command.keys[0],
            data=command.data,
            actor=command.actor,
            at=now,
            id=command.again or new_id(),
            keys=command.keys,
            traceparent=command.traceparent,
        )
        future: asyncio.Future[Done] = asyncio.get_running_loop().create_future()
        self._queue.append(
            (Work(item, claim=command.claim, unsure=command.again is not None), future, time.monotonic())
        )
        self._wake.set()
        return future

    async def run(self) -> None:
        """Fold the waiting commands until cancelled."""
        while True:
            self._pulse.beat("commands")
            if not self._queue:
                self._wake.clear()
                with contextlib.suppress(TimeoutError):
                    async with asyncio.timeout(IDLE_BEAT_S):  # not wait_for: in 3.11 it can lose a cancellation
                        await self._wake.wait()
                continue
            batch = [self._queue.popleft() for _ in range(min(len(self._queue), self._batch_size))]
            live = [entry for entry in batch if not entry[1].done()]
            if live:
                await self._fold(live)

    async def drain(self) -> None:
        """Wait until the queue is empty, for a graceful stop."""
        while self._queue:  # noqa: ASYNC110  (once in a process's life; an event would cost every command)
            await asyncio.sleep(0.01)

    async def _fold(self, batch: list[Waiting]) -> None:
        began, tries = time.perf_counter(), 0
        works = [work for work, _, _ in batch]
        while True:
            try:
                ended = await self._step.run(works)
                break
            except (Transient, *TRANSIENT):
                self._pulse.trouble("postgres")
                if time.monotonic() - min(since for _, _, since in batch) > PATIENCE_S:
                    self._give_up(batch)
                    return
                await asyncio.sleep(pause(tries, 0))
                tries += 1
            except Exception:
                self._give_up(batch)
                raise
        self._pulse.well("postgres")
        self._meters.stepped("commands", works, time.perf_counter() - began)
        self.committed(ended)
        self._answer(batch)

    def _give_up(self, batch: list[Waiting]) -> None:
        """Answer the callers when nothing can be stored now.

        A committed command gets its answer; one that may be committed gets Unsure.
        """
        for work, _, _ in batch:
            if not work.committed:
                work.refusal = Unsure(work.item.id) if work.unsure and work.item else Unavailable()
        self._answer(batch)

    @staticmethod
    def _answer(batch: list[Waiting]) -> None:
        for work, future, _ in batch:
            if future.done():
                continue
            if work.refusal:
                future.set_exception(work.refusal)
            else:
                future.set_result(Done(work.answer, repeat=work.outcome == "repeat"))
