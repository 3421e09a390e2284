"""One process of one service: HTTP, consumer, timers and relay in one event loop. More replicas give more capacity."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar
from uuid import UUID

from shared.clock import Clock, make_clock
from shared.errors import Refused
from shared.events.catalogue import Stream
from shared.events.fact import Fact
from shared.observability.health import Pulse
from shared.observability.logs import get_logger, setup_logs
from shared.observability.metrics import Meters
from shared.pipeline.change import Claim, Command, Done, Fold, KeysOf
from shared.pipeline.commands import Commands
from shared.pipeline.consumer import Consumer
from shared.pipeline.faults import from_environment
from shared.pipeline.gauges import watch
from shared.pipeline.held import take_up_again
from shared.pipeline.newer import retry_newer
from shared.pipeline.receipts import forget
from shared.pipeline.relay import Relay
from shared.pipeline.rows import Q
from shared.pipeline.step import Ended, Step
from shared.pipeline.timers import Timers
from shared.postgres.pool import Connection, Pool, open_pool
from shared.settings import Settings
from shared.web.attempts import Attempts

if TYPE_CHECKING:
    from starlette.types import ASGIApp

log = get_logger()
S = TypeVar("S")
STOP_LIMIT_S = 20.0
# A batch makes thousands of objects that reference counting frees by itself. A more frequent search for cycles only
# costs time.
COLLECT_EVERY = 20_000


def own_key(key: UUID, _fact: Fact) -> tuple[UUID, ...]:
    """Return the record's own key alone, for a service whose records concern no other key."""
    return (key,)


@dataclass(frozen=True, slots=True)
class Service(Generic[S]):
    """The parts that make a service of the pipeline: its state, its fold, its streams and its pages.

    ``state`` is any type that a pydantic TypeAdapter takes. ``save_rows`` writes the extra rows of folds in one
    statement. ``web`` makes the HTTP application. ``loops`` run beside the doors until cancelled. ``before`` is awaited
    first in every transaction of the step. There a service loads values on which its folds depend, so that they are the
    same in every replica.
    """

    name: str
    settings: Settings
    state: Any
    fold: Fold[S]
    streams: tuple[Stream, ...]
    migrations: Path
    web: Callable[[Running[S]], ASGIApp] | None = None
    external: tuple[Stream, ...] = ()
    keys_of: KeysOf = own_key
    save_rows: Callable[[Connection, Sequence[Any]], Awaitable[None]] | None = None
    loops: tuple[Callable[[Running[S]], Awaitable[None]], ...] = field(default=())
    before: Callable[[Connection], Awaitable[None]] | None = None


class Running(Generic[S]):
    """A service with its connections. Doors, pages and loops work with it."""

    def __init__(self, service: Service[S], pool: Pool, clock: Clock) -> None:
        settings = service.settings
        self.service = service
        self.settings = settings
        self.pool = pool
        self.clock = clock
        self.meters = Meters()
        self.pulse = Pulse()
        self.attempts = Attempts()
        self.step: Step[S] = Step(service, pool, clock, settings.secret_bytes)
        self.step.fault = from_environment()
        self.commands = Commands(self.step, clock, self.pulse, self.meters, settings.batch_size)
        self.relay = Relay(settings, self.pulse, self.meters, self.step.fault)
        self.commands.committed = self._committed

    def _committed(self, ended: Ended) -> None:
        if ended.events:
            self.relay.wake()

    def leading(self) -> bool:
        """Return whether this replica holds the relay's lock."""
        return self.relay.leading

    async def do(
        self,
        command: Any,
        *,
        keys: tuple[UUID, ...],
        actor: str,
        claim: Claim | None = None,
        traceparent: str | None = None,
        again: UUID | None = None,
    ) -> Done:
        """Commit one command and return its answer.

        Raises Refused with the reason, or Unavailable when nothing can be stored now.
        """
        return await self.commands.do(Command(command, keys, actor, claim, traceparent, again))

    async def do_many(self, commands: Sequence[Command]) -> list[Done | Refused]:
        """Commit many commands, and return the answer or the refusal of each."""
        return await self.commands.do_many(commands)

    async def release_stuck(self) -> int:
        """Let the relay send the stuck events again, and return how many they were.

        An event that is refused again is stuck again.
        """
        released = await self.pool.fetch(Q["stuck_release"])
        self.relay.wake()
        return len(released)

    def consumer(self) -> Consumer:
        """Return the Kafka door."""
        consumer = Consumer(self.service, self.step, self.pulse, self.meters)
        consumer.committed = self._committed
        return consumer

    def timers(self) -> Timers:
        """Return the clock door.

        It waits for internal streams only: no partition that others write may hold the timers back.
        """
        own = tuple(stream.topic for stream in self.service.streams)
        timers = Timers(self.settings, own, self.step, self.pool, self.clock, self.pulse, self.meters)
        timers.leading = self.leading
        timers.committed = self._committed
        return timers


@contextlib.asynccontextmanager
async def running(service: Service[S], *, relay: bool = False) -> Any:
    """Yield a service without its Kafka and HTTP doors, for command-line tools and tests.

    Commands work. Events are sent only with ``relay``.
    """
    pool = await open_pool(
        service.settings.dsn.get_secret_value(), size=service.settings.pool_size, name=f"{service.name}-command"
    )
    live = Running(service, pool, make_clock(service.settings.clock_file))
    tasks = [asyncio.create_task(live.commands.run())]
    if relay:
        tasks.append(asyncio.create_task(live.relay.run()))
    try:
        yield live
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await pool.close()


async def serve(service: Service[S]) -> None:
    """Run until SIGTERM or SIGINT. When a loop fails for an unforeseen reason, stop and raise its error."""
    from shared.web.ops import ops_app
    from shared.web.server import WebServer, web_server

    settings = service.settings
    setup_logs(service.name, settings.replica, settings.log_level)
    pool = await open_pool(
        settings.dsn.get_secret_value(), size=settings.pool_size, name=f"{service.name}-{settings.replica}"
    )
    live = Running(service, pool, make_clock(settings.clock_file))
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stopping.set)
    consumer = live.consumer()
    servers = [WebServer(ops_app(live, consumer), settings.host, settings.ops_port)] if settings.ops_port else []
    if service.web is not None:
        servers.append(web_server(service.web(live), settings))
    doors = [asyncio.create_task(server.run(), name="http") for server in servers]
    doors.append(asyncio.create_task(consumer.run(), name="consumer"))
    doors.append(asyncio.create_task(live.timers().run(), name="timers"))
    doors += [asyncio.create_task(extra(live), name=getattr(extra, "__name__", "loop")) for extra in service.loops]  # type: ignore[arg-type]
    doors.append(asyncio.create_task(watch(live), name="gauges"))
    doors.append(asyncio.create_task(forget(pool), name="receipts"))
    doors.append(asyncio.create_task(retry_newer(live), name="newer"))
    doors.append(asyncio.create_task(take_up_again(live), name="held"))
    inner = [
        asyncio.create_task(live.commands.run(), name="commands"),
        asyncio.create_task(live.relay.run(), name="relay"),
    ]
    gc.freeze()
    gc.set_threshold(COLLECT_EVERY)
    log.info("service.started", port=settings.port)
    waiting = asyncio.create_task(stopping.wait())
    failed: BaseException | None = None
    watched: set[asyncio.Task[Any]] = {*doors, *inner}
    while not stopping.is_set() and failed is None:
        done, _ = await asyncio.wait({waiting, *watched}, return_when=asyncio.FIRST_COMPLETED)
        for task in done & watched:
            watched.discard(task)
            failed = failed or task.exception()
            if task.exception():
                log.critical("loop.failed", loop=task.get_name(), error=type(task.exception()).__name__)
    await _stop(live, servers, consumer, doors, inner, pool)
    log.info("service.stopped")
    if failed is not None:
        raise failed


async def _stop(
    live: Running[Any], servers: list[Any], consumer: Consumer, doors: list[Any], inner: list[Any], pool: Pool
) -> None:
    """Stop in order: take nothing new, commit what is in hand, send what is committed, then close the pool."""
    for server in servers:
        server.stop()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(consumer.stop(), STOP_LIMIT_S)
    for task in doors:
        if task.get_name() != "http":
            task.cancel()
    await asyncio.wait(doors, timeout=STOP_LIMIT_S)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(live.commands.drain(), STOP_LIMIT_S)
    await asyncio.sleep(0.05)
    for task in inner:
        task.cancel()
    await asyncio.gather(*doors, *inner, return_exceptions=True)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(pool.close(), STOP_LIMIT_S)
