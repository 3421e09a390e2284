"""uvicorn inside the service's own process and loop."""

from __future__ import annotations

import contextlib
from collections.abc import Generator
from typing import TYPE_CHECKING

import uvicorn

if TYPE_CHECKING:
    from starlette.types import ASGIApp


class _Quiet(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Signals are the service's business."""
        yield


class WebServer:
    """One listening port."""

    def __init__(self, app: ASGIApp, host: str, port: int) -> None:
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=10,
            limit_concurrency=2_000,
            backlog=2_048,
            h11_max_incomplete_event_size=65_536,
            proxy_headers=False,
        )
        self._server = _Quiet(config)

    async def run(self) -> None:
        """Serve until stopped. A port that is taken ends the process with its number."""
        try:
            await self._server.serve()
        except SystemExit:
            raise OSError(f"port {self._server.config.port} cannot be opened") from None

    def stop(self) -> None:
        """Take no new connection, finish the open ones."""
        self._server.should_exit = True
