"""One process of one service: HTTP, consumer, timers and relay in one event loop. More replicas give more capacity."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
from collections.abc import Coroutine, Sequence
from typing import Any

from shared.inputs.consumer import Consumer
from shared.observability.logs import get_logger, setup_logs
from shared.postgres.errors import TRANSIENT
from shared.runtime.app import App
from shared.runtime.jobs import jobs_of
from shared.runtime.running import STOP_LIMIT_S, Running, running
from shared.web.ops import ops_app
from shared.web.server import WebServer, web_server

log = get_logger()
# A batch makes thousands of objects that reference counting frees by itself. A more frequent search for cycles only
# costs time.
COLLECT_EVERY = 20_000


async def serve(app: App[Any]) -> None:
    """Run until SIGTERM or SIGINT. When a loop fails for an unforeseen reason, stop and raise its error."""
    settings = app.settings
    setup_logs(app.name, settings.replica, settings.log_level)
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    async with running(app, relay=True, name=settings.replica) as live:
        # The first fold already names agencies as they are now. If Postgres is away, the job below takes it up.
        with contextlib.suppress(*TRANSIENT):
            await live.registry.refresh()
        consumer = live.consumer()
        servers = [WebServer(ops_app(live, consumer), settings.host, settings.ops_port)] if settings.ops_port else []
        if app.web is not None:
            servers.append(web_server(app.web(live), settings))
        http = [_task(server.run(), "http") for server in servers]
        loops = [_task(consumer.run(), "consumer"), _task(live.timers().run(), "timers")]
        loops += [_task(loop(live), getattr(loop, "__name__", "loop")) for loop in app.loops]
        loops += [_task(job, name) for name, job in jobs_of(live).items()]
        gc.freeze()
        gc.set_threshold(COLLECT_EVERY)
        log.info("service.started", port=settings.port)
        failed = await _watch(stopping, [*http, *loops, *live.tasks])
        await _stop(live, servers, consumer, http, loops)
    log.info("service.stopped")
    if failed is not None:
        raise failed


def _task(work: Coroutine[Any, Any, None], name: str) -> asyncio.Task[None]:
    return asyncio.create_task(work, name=name)


async def _watch(stopping: asyncio.Event, tasks: Sequence[asyncio.Task[None]]) -> BaseException | None:
    """Wait for the signal to stop, or for the first task that fails. Return the error of that task."""
    waiting = asyncio.create_task(stopping.wait())
    watched: set[asyncio.Task[Any]] = set(tasks)
    failed: BaseException | None = None
    while not stopping.is_set() and failed is None:
        done, _ = await asyncio.wait({waiting, *watched}, return_when=asyncio.FIRST_COMPLETED)
        for task in done & watched:
            watched.discard(task)
            failed = failed or task.exception()
            if task.exception():
                log.critical("loop.failed", loop=task.get_name(), error=type(task.exception()).__name__)
    waiting.cancel()
    return failed


async def _stop(
    live: Running[Any],
    servers: Sequence[WebServer],
    consumer: Consumer,
    http: Sequence[asyncio.Task[None]],
    loops: Sequence[asyncio.Task[None]],
) -> None:
    """Stop in order: take nothing new, commit what is in hand, and give the relay a moment to send it."""
    for server in servers:
        server.stop()
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(consumer.stop(), STOP_LIMIT_S)
    for task in loops:
        task.cancel()
    await asyncio.wait([*http, *loops], timeout=STOP_LIMIT_S)
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(live.commands.drain(), STOP_LIMIT_S)
    await asyncio.sleep(0.05)
    await asyncio.gather(*(task for task in (*http, *loops) if task.done()), return_exceptions=True)
