"""HTTP client of the demo. Like any good caller it repeats failed requests; every request of the demo is repeatable."""

import asyncio
import time

import httpx

# Shorter than the five seconds after which the services' server closes an idle connection.
KEEP_IDLE_S = 2.0
PATIENCE_S = 30.0
PAUSE_S = 0.2


class _Again(httpx.AsyncHTTPTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, again after a closed connection or a 503, for up to 30 s.

        A repeat is harmless because of idempotency keys, message ids and tickets.
        """
        until = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = await super().handle_async_request(request)
            except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
                if time.monotonic() > until:
                    raise
            else:
                if answer.status_code != httpx.codes.SERVICE_UNAVAILABLE or time.monotonic() > until:
                    return answer
                await answer.aclose()
            await asyncio.sleep(PAUSE_S)


def client(base_url: str = "", seconds: float = 30) -> httpx.AsyncClient:
    """Return a client for one service. Proxies of the environment are ignored."""
    limits = httpx.Limits(max_connections=32, keepalive_expiry=KEEP_IDLE_S)
    return httpx.AsyncClient(base_url=base_url, timeout=seconds, transport=_Again(limits=limits, trust_env=False))
