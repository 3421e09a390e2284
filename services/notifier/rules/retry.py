"""What follows a try: a value. Retries, leases and rates run on wall time."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.notifier.kinds import Channel

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
MOST_TRIES = 12
LONGEST_TRYING = timedelta(hours=24)


class Verdict(StrEnum):
    """What the other side's answer means for this message."""

    ACCEPTED = "accepted"
    AGAIN = "again"  # transient on their side
    UNSURE = "unsure"  # no answer after the message was handed over: it may have arrived
    USE_TEMPLATE = "use_template"  # 131047: the window is closed
    OTHER_CHANNEL = "other_channel"  # 131026: cannot be delivered here
    IN_A_DAY = "in_a_day"  # 131049: too many messages to this person
    OPTED_OUT = "opted_out"  # 131050
    BROKEN = "broken"  # this message can never be sent like this: a person looks
    STOP_CHANNEL = "stop_channel"  # account, payment, token: nothing goes out this way until a person has acted


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one try brought. ``code`` is the channel's own (WhatsApp, HTTP, SMTP); ``reason`` never holds a text or an address."""

    verdict: Verdict
    code: int | None = None
    reason: str = ""
    provider_id: str | None = None


@dataclass(frozen=True, slots=True)
class Done:
    """Handed over."""

    provider_id: str | None


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again at ``at``; ``as_template`` when free text is no longer allowed."""

    at: datetime
    as_template: bool = False


@dataclass(frozen=True, slots=True)
class LookFirst:
    """It may have arrived: look for a status with our id until ``until``; only without one may it be sent again."""

    until: datetime


@dataclass(frozen=True, slots=True)
class OtherChannel:
    reason: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Listed for a person; ``alarm`` when the cause lies with us."""

    reason: str
    alarm: bool = False


@dataclass(frozen=True, slots=True)
class Suppress:
    """Not to be sent at all."""

    reason: str


@dataclass(frozen=True, slots=True)
class StopChannel:
    """The message waits, and so does every other one of this channel, until a person resumes it."""

    reason: str


Next = Done | Retry | LookFirst | OtherChannel | GiveUp | Suppress | StopChannel


def whatsapp_verdict(code: int, http_status: int) -> Verdict:
    """By the code alone, never by its title; the HTTP status decides only where the code says nothing."""
    if code in _WHATSAPP:
        return _WHATSAPP[code]
    if 132000 <= code <= 132016:
        return Verdict.BROKEN
    if 200 <= code <= 299:
        return Verdict.STOP_CHANNEL
    return http_verdict(http_status)


def http_verdict(status: int) -> Verdict:
    """2xx accepted, 408/425/429/5xx again, the rest (redirects too) never."""
    if 200 <= status < 300:
        return Verdict.ACCEPTED
    return Verdict.AGAIN if status in (408, 425, 429) or status >= 500 else Verdict.BROKEN


def smtp_verdict(code: int) -> Verdict:
    """RFC 5321: 4xx is transient, 5xx final; 550–554 say that this recipient cannot be reached here."""
    if 200 <= code < 400:
        return Verdict.ACCEPTED
    if code in (530, 534, 535, 538):
        return Verdict.STOP_CHANNEL
    if 400 <= code < 500:
        return Verdict.AGAIN
    return Verdict.OTHER_CHANNEL if 550 <= code <= 554 else Verdict.BROKEN


_WHATSAPP: dict[int, Verdict] = {
    **dict.fromkeys((4, 80007, 130429, 131056, 131000, 131016, 131057, 133016), Verdict.AGAIN),
    131047: Verdict.USE_TEMPLATE,
    131026: Verdict.OTHER_CHANNEL,
    131049: Verdict.IN_A_DAY,
    131050: Verdict.OPTED_OUT,
    131051: Verdict.BROKEN,
    **dict.fromkeys((0, 3, 10, 190, 368, 130497, 131031, 131042), Verdict.STOP_CHANNEL),
}


def follow(
    outcome: Outcome, *, channel: Channel, tries: int, first_try: datetime, now: datetime, jitter: float, look_for: timedelta
) -> Next:
    """What to do after the ``tries``-th try, which brought ``outcome``. ``jitter`` is a random number in [0, 1).

    An unanswered e-mail is left to a person: no mail server says later whether it came. A webhook may be sent again
    at once, for its receiver knows it by its id.
    """
    reason = outcome.reason or outcome.verdict.value
    wait = backoff(tries, jitter)
    match outcome.verdict:
        case Verdict.ACCEPTED:
            return Done(outcome.provider_id)
        case Verdict.USE_TEMPLATE:
            return Retry(now, as_template=True)
        case Verdict.OTHER_CHANNEL:
            return OtherChannel(reason)
        case Verdict.OPTED_OUT:
            return Suppress(reason)
        case Verdict.BROKEN:
            return GiveUp(reason, alarm=True)
        case Verdict.STOP_CHANNEL:
            return StopChannel(reason)
        case Verdict.UNSURE if channel is Channel.WHATSAPP:
            return LookFirst(now + look_for)
        case Verdict.UNSURE if channel is Channel.EMAIL:
            return GiveUp("unsure")
        case Verdict.IN_A_DAY:
            wait = timedelta(hours=24) * (1 + 0.1 * jitter)
            limit = timedelta(days=3)
        case _:
            limit = LONGEST_TRYING
    if tries >= MOST_TRIES or now + wait - first_try > limit:
        return GiveUp(reason)
    return Retry(now + wait)


def backoff(tries: int, jitter: float) -> timedelta:
    """10 s, 30 s, 90 s … at most an hour, each up to a fifth longer by chance."""
    wait = min(FIRST_WAIT * int(3 ** min(tries - 1, 10)), LONGEST_WAIT)
    longer: timedelta = wait * (1 + 0.2 * jitter)
    return longer
