"""The frame of a process beside the services: a port for health and metrics, and an end by a signal."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Coroutine
from typing import Any

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from shared.observability.watched import exceeded
from shared.web.server import WebServer


def door(registry: CollectorRegistry, live: Callable[[], bool], ready: Callable[[], bool]) -> Starlette:
    """Return the application that serves `/metrics`, `/livez` and `/readyz`."""

    async def livez(_request: Request) -> JSONResponse:
        now = live()
        return JSONResponse({"live": now}, status_code=200 if now else 503)

    async def readyz(_request: Request) -> JSONResponse:
        now = ready()
        return JSONResponse({"ready": now, "warnings": exceeded(registry)}, status_code=200 if now else 503)

    async def metrics(_request: Request) -> Response:
        return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)

    return Starlette(routes=[Route("/livez", livez), Route("/readyz", readyz), Route("/metrics", metrics)])


async def run_until_stopped(work: Coroutine[Any, Any, None], app: Starlette, host: str, port: int) -> None:
    """Run ``work`` beside its door until a signal comes, or until one of the two fails. Port 0: no door.

    A signal cancels what is under way; that must leave nothing half done.
    """
    stopping = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    server = WebServer(app, host, port)
    tasks = {asyncio.create_task(work), asyncio.create_task(stopping.wait())}
    if port:
        tasks.add(asyncio.create_task(server.run()))
    done, rest = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    server.stop()
    for task in rest:
        task.cancel()
    await asyncio.gather(*rest, return_exceptions=True)
    for task in done:
        task.result()
