"""The HTTP request by which a chat platform or gateway gets a message, and the meaning of a request without an answer."""

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

import httpx

from services.notifier.channels.outgoing import LIMITS
from services.notifier.codes import Verdict
from services.notifier.rules.retry_after import retry_after
from services.notifier.rules.verdicts import Outcome


class Answer(NamedTuple):
    """The answer of the other side. ``asked``: how long it wants us to wait."""

    status: int
    content: bytes
    text: str
    asked: timedelta | None


def open_client(token: str | None, timeout: float) -> httpx.AsyncClient:
    """Return a client for one account. ``timeout`` is in seconds, and connecting may take five of them."""
    return httpx.AsyncClient(
        headers={"Authorization": f"Bearer {token}"} if token else {},
        timeout=httpx.Timeout(timeout, connect=5.0),
        limits=LIMITS,
        follow_redirects=False,
        trust_env=False,
    )


async def post(client: httpx.AsyncClient, url: str, **body: Any) -> Answer | Outcome:
    """Send one request. Without an answer return the outcome: `AGAIN` if it was never read, `UNSURE` if it may have been."""
    try:
        answer = await client.post(url, **body)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout):
        return Outcome(Verdict.AGAIN, reason="unreachable", silent=True)
    except httpx.HTTPError as problem:
        return Outcome(Verdict.UNSURE, reason=type(problem).__name__, silent=True)
    asked = retry_after(answer.headers.get("retry-after"), datetime.now(UTC))
    return Answer(answer.status_code, answer.content, answer.text, asked)
