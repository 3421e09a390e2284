"""uvicorn inside the service's own process and event loop."""

from __future__ import annotations

import asyncio
import contextlib
import resource
from collections.abc import Generator, Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import uvicorn

from shared.web.address import Network, networks
from shared.web.connections import Bounded, Gate, Limits

if TYPE_CHECKING:
    from starlette.types import ASGIApp

    from shared.settings import Settings

# Open files that the process needs besides its HTTP connections: Postgres, Kafka, logs, the other port.
_OTHER_FILES = 200
KEEP_ALIVE_S = 5


class _Quiet(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Generator[None, None, None]:
        """Leave signals to the service."""
        yield


def web_server(app: ASGIApp, settings: Settings) -> WebServer:
    """Return the server of a service's HTTP port, with the limits and the trusted proxies of its settings."""
    limits = Limits(connections=settings.connections, per_address=settings.connections_per_address)
    return WebServer(app, settings.host, settings.port, limits=limits, trusted=networks(settings.proxies))


class WebServer:
    """One listening port. ``trusted`` are the proxies in front, whose connections each carry many people."""

    def __init__(
        self, app: ASGIApp, host: str, port: int, *, limits: Limits | None = None, trusted: Sequence[Network] = ()
    ) -> None:
        self.gate = Gate(_affordable(limits or Limits()), trusted)
        protocol: Any = partial(Bounded, gate=self.gate)
        config = uvicorn.Config(
            app,
            host=host,
            port=port,
            http=protocol,
            ws="none",
            log_config=None,
            access_log=False,
            lifespan="off",
            server_header=False,
            date_header=False,
            timeout_graceful_shutdown=10,
            timeout_keep_alive=KEEP_ALIVE_S,
            backlog=2_048,
            h11_max_incomplete_event_size=65_536,
            proxy_headers=False,
        )
        self._server = _Quiet(config)

    async def run(self) -> None:
        """Serve until stopped. Raises OSError with the port's number when the port is taken."""
        watching = asyncio.create_task(self.gate.watch(), name="connections")
        try:
            await self._server.serve()
        except SystemExit:
            raise OSError(f"port {self._server.config.port} cannot be opened") from None
        finally:
            watching.cancel()
            await asyncio.gather(watching, return_exceptions=True)

    def stop(self) -> None:
        """Accept no new connection, and finish the open ones."""
        self._server.should_exit = True


def _affordable(limits: Limits) -> Limits:
    """Return limits that fit the process's limit of open files.

    Without a free file no connection could be accepted at all.
    """
    soft, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY:
        return limits
    return replace(limits, connections=min(limits.connections, max(soft - _OTHER_FILES, soft // 2)))
