"""Webhooks after the Standard Webhooks specification: signed by the receiver's secrets, to public addresses only.

Redirects are not followed.
"""

import json
import time
from datetime import UTC, datetime

import httpx

from services.notifier.channels.outgoing import LIMITS, Outgoing
from services.notifier.channels.webhook_addresses import Target, UnresolvedError, UnsafeAddressError, check
from services.notifier.codes import Verdict
from services.notifier.rules.retry_after import retry_after
from services.notifier.rules.verdicts import Outcome, webhook_verdict
from shared.trace import id_of
from shared.web.signatures import sign_webhook


class WebhookSender:
    """The sender of webhooks. ``allow_loopback`` is for development only."""

    def __init__(self, *, allow_loopback: bool = False, timeout: float = 15.0) -> None:
        self._allow_loopback = allow_loopback
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout, connect=5.0), limits=LIMITS, follow_redirects=False, trust_env=False
        )

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Send one webhook.

        A failed delivery is simply tried again: every try carries the same ``webhook-id``, by which the receiver
        recognises a repeat. Nothing is sent without a secret of the receiver's own, because then the receiver could not
        tell us from anybody who pretends to be us.
        """
        if not outgoing.secrets:
            return Outcome(Verdict.OTHER_CHANNEL, reason="no secret")
        try:
            target = await check(outgoing.address, allow_loopback=self._allow_loopback)
        except UnsafeAddressError:
            return Outcome(Verdict.BROKEN, reason="unsafe address")
        except UnresolvedError:
            return Outcome(Verdict.AGAIN, reason="unresolved", silent=True)
        content = payload(outgoing)
        try:
            answer = await self._client.send(self._request(target, outgoing, content), stream=True)
            await answer.aclose()
        except httpx.HTTPError as problem:
            return Outcome(Verdict.AGAIN, reason=type(problem).__name__, silent=True)
        verdict = webhook_verdict(answer.status_code)
        accepted = verdict is Verdict.ACCEPTED
        return Outcome(
            verdict,
            code=answer.status_code,
            reason="" if accepted else f"http {answer.status_code}",
            provider_id=str(outgoing.id) if accepted else None,
            retry_after=None if accepted else retry_after(answer.headers.get("retry-after"), datetime.now(UTC)),
        )

    def _request(self, target: Target, outgoing: Outgoing, content: bytes) -> httpx.Request:
        now = int(time.time())
        host = target.host if target.url.port is None else f"{target.host}:{target.port}"
        ip = f"[{target.ip}]" if ":" in target.ip else target.ip
        signatures = " ".join(sign_webhook(secret, str(outgoing.id), now, content) for secret in outgoing.secrets)
        url = target.url._replace(netloc=f"{ip}:{target.port}", fragment="").geturl()
        trace = {}
        # A malformed trace might be more than one header.
        if outgoing.traceparent and id_of(outgoing.traceparent):
            trace["traceparent"] = outgoing.traceparent
        return self._client.build_request(
            "POST",
            url,
            content=content,
            headers={
                "Host": host,
                "Content-Type": "application/json",
                "User-Agent": "Tanggap",
                "webhook-id": str(outgoing.id),
                "webhook-timestamp": str(now),
                "webhook-signature": signatures,
                **trace,
            },
            extensions={"sni_hostname": target.host},
        )

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()


def payload(outgoing: Outgoing) -> bytes:
    """Return the body ``{"type", "timestamp", "data"}`` of the specification. ``data.text`` is for a person to read."""
    data = dict(outgoing.data)
    kind = data.pop("type")
    document = {
        "type": kind,
        "timestamp": outgoing.occurred_at.isoformat(),
        "data": {**data, "subject": outgoing.content.subject, "text": outgoing.content.text},
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
