"""The meaning of an answer for one message: a closed set of verdicts, whatever channel gave it."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum


class Verdict(StrEnum):
    """One value for each way in which a message may go on."""

    ACCEPTED = "accepted"
    AGAIN = "again"  # transient on their side
    UNSURE = "unsure"  # no answer after the message was handed over: it may have arrived
    UNHEARD = "unheard"  # it was looked for long enough, and nothing was heard of it
    USE_TEMPLATE = "use_template"  # 131047: the window is closed
    OTHER_CHANNEL = "other_channel"  # this person cannot be reached here
    IN_A_DAY = "in_a_day"  # 131049: too many messages to this person
    OPTED_OUT = "opted_out"  # 131050
    BROKEN = "broken"  # this message can never be sent like this: a person looks
    REFUSED = "refused"  # the address refuses us for a cause that a person there may mend: 401, 404, a redirect
    STOP_ADDRESS = "stop_address"  # 410: this address has gone until somebody names it again
    STOP_TEMPLATE = "stop_template"  # this approved template cannot be sent by anyone until a person has acted
    PAUSE_CHANNEL = "pause_channel"  # the whole number is slowed down: the channel rests, then goes on by itself
    STOP_CHANNEL = "stop_channel"  # account, payment, token: nothing goes out this way until a person has acted


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of one try. ``code`` is the channel's own (WhatsApp, HTTP, SMTP); ``reason`` never holds a text or an address.

    ``retry_after`` is what the other side asked for. ``silent``: the other side gave no answer at all.
    """

    verdict: Verdict
    code: int | None = None
    reason: str = ""
    provider_id: str | None = None
    retry_after: timedelta | None = None
    silent: bool = False


def http_verdict(status: int) -> Verdict:
    """2xx accepted, 408/425/429/5xx again, the rest (redirects too) never."""
    if 200 <= status < 300:
        return Verdict.ACCEPTED
    return Verdict.AGAIN if status in (408, 425, 429) or status >= 500 else Verdict.BROKEN


def webhook_verdict(status: int) -> Verdict:
    """As HTTP says, but a refusal of the address is told from a refusal of this one message.

    401, 403, 404, 405 and redirects may be a mistake in the receiver's deployment: repeated within the limits, then the
    address is stopped. 410 says that the address has gone: it is stopped at once.
    """
    if status == 410:
        return Verdict.STOP_ADDRESS
    if 300 <= status < 400 or status in (401, 403, 404, 405):
        return Verdict.REFUSED
    return http_verdict(status)


def smtp_verdict(code: int) -> Verdict:
    """RFC 5321: 4xx is transient, 5xx final; 550–554 say that this recipient cannot be reached here."""
    if 200 <= code < 400:
        return Verdict.ACCEPTED
    if code in (530, 534, 535, 538):
        return Verdict.STOP_CHANNEL
    if 400 <= code < 500:
        return Verdict.AGAIN
    return Verdict.OTHER_CHANNEL if 550 <= code <= 554 else Verdict.BROKEN
