"""The demo's HTTP client, patient as a caller should be: everything it sends bears a repeat."""

import asyncio
import time

import httpx

KEEP_IDLE_S = 2.0
"""Below the five seconds after which the services' server closes an idle connection."""
PATIENCE_S = 30.0
PAUSE_S = 0.2


class _Again(httpx.AsyncHTTPTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends again what met a closed connection or "not now" (503): keys, message ids and tickets make a repeat harmless."""
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
    """For one service; no proxy of the environment is asked."""
    limits = httpx.Limits(max_connections=32, keepalive_expiry=KEEP_IDLE_S)
    return httpx.AsyncClient(base_url=base_url, timeout=seconds, transport=_Again(limits=limits, trust_env=False))
