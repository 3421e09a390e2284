"""Webhooks by the Standard Webhooks specification: signed, without redirects, to public addresses only."""

import json
import time

import httpx

from services.notifier.channels.addresses import Target, UnresolvedError, UnsafeAddressError, check
from services.notifier.channels.outgoing import LIMITS, Outgoing
from services.notifier.rules.retry import Outcome, Verdict, http_verdict
from shared.web.signatures import sign_webhook


class Webhook:
    """``allow_loopback`` is for development alone."""

    def __init__(self, *, secret: str, allow_loopback: bool = False, timeout: float = 15.0) -> None:
        self._secret, self._allow_loopback = secret, allow_loopback
        self._client = httpx.AsyncClient(
            timeout=httpx.Timeout(timeout, connect=5.0), limits=LIMITS, follow_redirects=False, trust_env=False
        )

    async def send(self, outgoing: Outgoing) -> Outcome:
        """A second delivery carries the same ``webhook-id``, by which its receiver knows it: so it may simply be repeated."""
        try:
            target = await check(outgoing.address, allow_loopback=self._allow_loopback)
        except UnsafeAddressError:
            return Outcome(Verdict.BROKEN, reason="unsafe address")
        except UnresolvedError:
            return Outcome(Verdict.AGAIN, reason="unresolved")
        content = payload(outgoing)
        try:
            answer = await self._client.send(self._request(target, outgoing, content), stream=True)
            await answer.aclose()
        except httpx.HTTPError as problem:
            return Outcome(Verdict.AGAIN, reason=type(problem).__name__)
        verdict = http_verdict(answer.status_code)
        gone = answer.status_code == httpx.codes.GONE
        return Outcome(
            Verdict.OPTED_OUT if gone else verdict,
            code=answer.status_code,
            reason="" if verdict is Verdict.ACCEPTED else f"http {answer.status_code}",
            provider_id=str(outgoing.id) if verdict is Verdict.ACCEPTED else None,
        )

    def _request(self, target: Target, outgoing: Outgoing, content: bytes) -> httpx.Request:
        now = int(time.time())
        host = target.host if target.url.port is None else f"{target.host}:{target.port}"
        ip = f"[{target.ip}]" if ":" in target.ip else target.ip
        url = target.url._replace(netloc=f"{ip}:{target.port}", fragment="").geturl()
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
                "webhook-signature": sign_webhook(outgoing.secret or self._secret, str(outgoing.id), now, content),
            },
            extensions={"sni_hostname": target.host},
        )

    async def aclose(self) -> None:
        await self._client.aclose()


def payload(outgoing: Outgoing) -> bytes:
    """``{"type", "timestamp", "data"}``, as the specification has it; the words a person would read are in ``data.text``."""
    data = dict(outgoing.data)
    kind = data.pop("type")
    document = {
        "type": kind,
        "timestamp": outgoing.occurred_at.isoformat(),
        "data": {**data, "subject": outgoing.content.subject, "text": outgoing.content.text},
    }
    return json.dumps(document, ensure_ascii=False, separators=(",", ":")).encode()
