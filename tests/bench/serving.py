"""HTTP for the bare probe: plain routes, and what runs beside them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Route


async def serve_routes(routes: list[Route], port: int, *beside: Coroutine[Any, Any, object]) -> None:
    """Serve until told to end, and run ``beside`` meanwhile. If one of these fails, the serving ends too."""
    config = uvicorn.Config(
        Starlette(routes=routes), host="127.0.0.1", port=port, log_config=None, access_log=False, lifespan="off"
    )
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(what) for what in beside]
        await uvicorn.Server(config).serve()
        for task in tasks:
            task.cancel()
