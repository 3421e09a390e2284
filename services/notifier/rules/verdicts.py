"""Verdicts on the answers of HTTP and SMTP, and the outcome of one try. All channels share one set of verdicts."""

from dataclasses import dataclass
from datetime import timedelta

from services.notifier.codes import Verdict


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one try.

    ``code`` is the channel's own code (WhatsApp, HTTP, SMTP). ``reason`` never holds a text or an address.
    ``retry_after`` is the wait that the other side asked for. ``silent`` says that the other side gave no answer.
    """

    verdict: Verdict
    code: int | None = None
    reason: str = ""
    provider_id: str | None = None
    retry_after: timedelta | None = None
    silent: bool = False


def http_verdict(status: int) -> Verdict:
    """Return the verdict on an HTTP status: 2xx accepted, 408/425/429/5xx again, the rest (also redirects) broken."""
    if 200 <= status < 300:
        return Verdict.ACCEPTED
    return Verdict.AGAIN if status in (408, 425, 429) or status >= 500 else Verdict.BROKEN


def account_http_verdict(status: int) -> Verdict:
    """Return the verdict on an answer of a platform or gateway without a code of its own.

    401 and 403 refuse our token, the rest follows `http_verdict`.
    """
    return Verdict.STOP_CHANNEL if status in (401, 403) else http_verdict(status)


def webhook_verdict(status: int) -> Verdict:
    """Return the verdict on a webhook's HTTP status. A refusal of the address differs from a refusal of this message.

    401, 403, 404, 405 and redirects may be a mistake in the receiver's deployment. The message is tried again within
    the limits, and then the address is stopped. 410 says that the address has gone and stops it at once.
    """
    if status == 410:
        return Verdict.STOP_ADDRESS
    if 300 <= status < 400 or status in (401, 403, 404, 405):
        return Verdict.REFUSED
    return http_verdict(status)


def smtp_verdict(code: int) -> Verdict:
    """Return the verdict on an SMTP reply code (RFC 5321): 4xx is transient, 5xx is final.

    550–554 say that the recipient cannot be reached here. 530, 534, 535 and 538 refuse our login and stop the channel.
    """
    if 200 <= code < 400:
        return Verdict.ACCEPTED
    if code in (530, 534, 535, 538):
        return Verdict.STOP_CHANNEL
    if 400 <= code < 500:
        return Verdict.AGAIN
    return Verdict.OTHER_CHANNEL if 550 <= code <= 554 else Verdict.BROKEN
