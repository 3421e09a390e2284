"""Instagram Direct by the Send API of the Messenger Platform: free text inside the 24-hour window, nothing outside it.

The tag for human agents is for people who answer by hand, so a message of ours never bears it.
"""

from datetime import timedelta
from typing import Any, Final

import httpx

from services.notifier.channels.fitting import cut_to_fit
from services.notifier.channels.outgoing import Outgoing
from services.notifier.channels.posting import open_client, post
from services.notifier.codes import Verdict
from services.notifier.rules.instagram_codes import instagram_verdict
from services.notifier.rules.verdicts import Outcome, account_http_verdict

# The platform's limits: bytes of a text, quick replies below it, and characters of a quick reply.
MOST_BYTES: Final = 1000
MAX_REPLIES, MAX_REPLY_TITLE = 13, 20


class InstagramSender:
    """The sender of one account. Requests go to ``{base}/{version}/{account}/messages``."""

    def __init__(self, *, base: str, version: str, account: str, token: str, timeout: float = 15.0) -> None:
        self._path = f"{base.rstrip('/')}/{version}/{account}/messages"
        self._client = open_client(token, timeout)

    async def send(self, outgoing: Outgoing) -> Outcome:
        """Send one message. A time-out or broken connection after the request may have been read is `UNSURE`."""
        if not outgoing.free_text:
            return Outcome(Verdict.OTHER_CHANNEL, reason="window closed")
        answer = await post(self._client, self._path, json=body(outgoing))
        if isinstance(answer, Outcome):
            return answer
        return read_answer(answer.status, answer.content, answer.asked)

    async def aclose(self) -> None:
        """Close all connections."""
        await self._client.aclose()


def body(outgoing: Outgoing) -> dict[str, Any]:
    """Return the body of the request. A pressed quick reply brings its id back, as a typed answer brings its title."""
    message: dict[str, Any] = {"text": cut_to_fit(outgoing.content.text, _fits)}
    if outgoing.content.buttons:
        message["quick_replies"] = [
            {"content_type": "text", "title": title[:MAX_REPLY_TITLE], "payload": choice}
            for choice, title in outgoing.content.buttons[:MAX_REPLIES]
        ]
    return {"recipient": {"id": outgoing.address}, "messaging_type": "RESPONSE", "message": message}


def read_answer(status: int, content: bytes, asked: timedelta | None = None) -> Outcome:
    """Return the outcome of an answer, decided by the error's code and subcode. ``asked`` is the `Retry-After`.

    A 200 without a message id is as ambiguous as no answer.
    """
    try:
        document = httpx.Response(status, content=content).json()
    except ValueError:
        document = None
    if not isinstance(document, dict):
        document = {}
    error = document.get("error")
    if isinstance(error, dict) and isinstance(error.get("code"), int):
        code, subcode = int(error["code"]), error.get("error_subcode")
        verdict = instagram_verdict(code, subcode if isinstance(subcode, int) else None, status)
        return Outcome(verdict, code=code, reason=f"instagram {code}", retry_after=asked)
    verdict = account_http_verdict(status)
    if verdict is not Verdict.ACCEPTED:
        return Outcome(verdict, code=status, reason=f"http {status}", retry_after=asked)
    match document.get("message_id"):
        case str(provider_id) if provider_id:
            return Outcome(Verdict.ACCEPTED, code=status, provider_id=provider_id)
        case _:
            return Outcome(Verdict.UNSURE, code=status, reason="no message id in the answer")


def _fits(text: str) -> bool:
    return len(text.encode()) <= MOST_BYTES
