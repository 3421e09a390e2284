"""The demo's HTTP client: a connection that was closed while it was idle is no failure, for everything sent bears a repeat."""

import httpx

KEEP_IDLE_S = 2.0
"""Below the five seconds after which the services' server closes an idle connection."""
AGAIN = 2


class _Again(httpx.AsyncHTTPTransport):
    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Sends once more what met a closed connection: keys, message ids and tickets make a repeat harmless."""
        for _ in range(AGAIN):
            try:
                return await super().handle_async_request(request)
            except (httpx.ReadError, httpx.WriteError, httpx.RemoteProtocolError):
                continue
        return await super().handle_async_request(request)


def client(base_url: str = "", seconds: float = 30) -> httpx.AsyncClient:
    """For one service; no proxy of the environment is asked."""
    limits = httpx.Limits(max_connections=32, keepalive_expiry=KEEP_IDLE_S)
    return httpx.AsyncClient(base_url=base_url, timeout=seconds, transport=_Again(limits=limits, trust_env=False))
