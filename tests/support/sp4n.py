"""The stub of SP4N-LAPOR! on a port of its own, as tests of the connector use it."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route

from deploy.local.demo.stubs.sp4n.server import Sp4n

TOKEN, GUID = "kunci-uji", "{00000000-0000-0000-0000-00000000000A}"
BASE = "/sp4n/lapor/3.0.0"


@dataclass
class Served:
    """A stub that listens."""

    url: str
    sp4n: Sp4n


@contextlib.asynccontextmanager
async def served(journal: Path | None = None, port: int = 0, more: Sequence[Route] = ()) -> AsyncIterator[Served]:
    """Serve the stub until the block ends. ``more``: routes of another server that the test needs."""
    sp4n = Sp4n(TOKEN, GUID, journal)
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind(("127.0.0.1", port))
    config = uvicorn.Config(
        Starlette(routes=[*sp4n.routes(), *more]),
        log_level="critical",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    task = asyncio.create_task(server._serve([listening]))
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield Served(f"http://127.0.0.1:{listening.getsockname()[1]}", sp4n)
    finally:
        server.should_exit = server.force_exit = True
        await task
