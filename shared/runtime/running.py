"""A running service: its parts, wired together. Pages, loops and commands work with it."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Sequence
from typing import Any, Generic, TypeVar
from uuid import UUID

from shared.clock import Clock, make_clock
from shared.errors import Refused
from shared.faults import from_environment
from shared.inputs.catch_up import CatchUp
from shared.inputs.commands import Commands
from shared.inputs.consumer import Consumer
from shared.inputs.timers import Timers
from shared.observability.health import Health
from shared.observability.metrics import Meters
from shared.outbox.relay import Relay
from shared.outbox.republish import Republisher
from shared.pipeline.items import Attempt, Claim, Command
from shared.pipeline.service import Service
from shared.pipeline.step import Step
from shared.pipeline.tables import Q
from shared.postgres.pool import Pool, open_pool
from shared.runtime.registry import RegistryCopy
from shared.web.attempts import Attempts

S = TypeVar("S")
STOP_LIMIT_S = 20.0


class Running(Generic[S]):
    """The parts of one service in one process. ``tasks`` are the loops that run: commands and relay."""

    def __init__(self, service: Service[S], pool: Pool, clock: Clock) -> None:
        settings = service.settings
        self.service = service
        self.settings = settings
        self.pool = pool
        self.clock = clock
        self.meters = Meters()
        self.health = Health()
        self.attempts = Attempts()
        self.fault = from_environment()
        self.relay = Relay(settings, self.health, self.meters, self.fault)
        self.republisher = Republisher(pool, service.name, self.relay.wake)
        self.registry = RegistryCopy(pool, clock)
        self.step: Step[S] = Step(service, pool, clock, self.fault)
        self.tasks: list[asyncio.Task[None]] = []
        self.commands = Commands(self.step, clock, self.health, self.meters, settings.batch_size, self.relay.wake)

    def leading(self) -> bool:
        """Return whether this replica holds the relay's lock."""
        return self.relay.leading()

    async def do(
        self,
        command: Any,
        *,
        keys: tuple[UUID, ...],
        actor: str,
        claim: Claim | None = None,
        traceparent: str | None = None,
        again: UUID | None = None,
    ) -> Attempt:
        """Commit one command and return its attempt, with the answer.

        Raises Refused with the reason, or Unavailable when nothing can be stored now.
        """
        return await self.commands.do(Command(command, keys, actor, claim, traceparent, again))

    async def do_many(self, commands: Sequence[Command]) -> list[Attempt | Refused]:
        """Commit many commands, and return the attempt or the refusal of each."""
        return await self.commands.do_many(commands)

    async def release_stuck(self) -> int:
        """Let the relay send the stuck events again, and return how many they were.

        An event that is refused again is stuck again.
        """
        released = await self.pool.fetch(Q["stuck_release"])
        self.relay.wake()
        return len(released)

    def consumer(self) -> Consumer:
        """Return the input of Kafka."""
        own = self.catch_up("consumer.loop")
        return Consumer(self.service, self.step, self.health, self.meters, self.relay.wake, own)

    def catch_up(self, loop: str) -> CatchUp:
        """Return a view of the internal streams that tells when all they held has been handled.

        It waits for internal streams only: no partition that others write may hold the timers back. ``loop`` names the
        loop that waits.
        """
        own = tuple(stream.topic for stream in self.service.streams)
        return CatchUp(self.settings, own, self.pool, self.health, self.leading, loop)

    def timers(self) -> Timers:
        """Return the input of the clock."""
        return Timers(
            self.step,
            self.pool,
            self.clock,
            self.health,
            self.meters,
            batch_size=self.settings.batch_size,
            streams=self.catch_up("timers"),
            leading=self.leading,
            committed=self.relay.wake,
        )


@contextlib.asynccontextmanager
async def running(service: Service[S], *, relay: bool = False, name: str = "command") -> AsyncIterator[Running[S]]:
    """Yield a service whose commands work. ``serve``, the commands of the command line and tests use it.

    Events are sent only with ``relay``. ``name`` tells this process's connections apart in Postgres.
    """
    settings = service.settings
    pool = await open_pool(settings.dsn.get_secret_value(), size=settings.pool_size, name=f"{service.name}-{name}")
    live = Running(service, pool, make_clock(settings.clock_file))
    live.tasks.append(asyncio.create_task(live.commands.run(), name="commands"))
    if relay:
        live.tasks.append(asyncio.create_task(live.relay.run(), name="relay"))
    try:
        yield live
    finally:
        for task in live.tasks:
            task.cancel()
        await asyncio.gather(*live.tasks, return_exceptions=True)
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(pool.close(), STOP_LIMIT_S)
