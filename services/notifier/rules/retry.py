"""The one place that decides how a message goes on after a try: a value. Retries, leases and rates run on wall time.

Every verdict passes `follow`, whether it came as the answer, as a later status, as silence or from a lost replica. Whatever it
is, a message is tried at most `MOST_TRIES` times, and no try begins after the limit on time: then it is given up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.notifier.kinds import Channel
from services.notifier.rules.verdicts import Outcome, Verdict

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
MOST_TRIES = 12
LONGEST_TRYING = timedelta(hours=24)
LONGEST_TRYING_DAILY = timedelta(days=3)
"""For a person who may have one message a day."""
CHANNEL_PAUSE = timedelta(hours=1)
"""The rest of a number that has sent too much, and the longest one of any channel: it holds everybody's messages."""


@dataclass(frozen=True, slots=True)
class Tried:
    """One message's tries so far. ``template``: the approved template with which the last one went, None for free text.

    ``tries`` and ``first_try`` count from the last time that a person asked for another round.
    """

    channel: Channel
    tries: int
    first_try: datetime
    template: str | None = None


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
    """Not here: the same people are told another way where there is one."""

    reason: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Listed for a person, counted by an alarm."""

    reason: str


@dataclass(frozen=True, slots=True)
class Suppress:
    """Not to be sent at all."""

    reason: str


@dataclass(frozen=True, slots=True)
class Stop:
    """A channel, the template or the address stands still until ``until`` (None: until somebody acts).

    The message itself goes on as ``then`` says; a retry among these waits for what stands still.
    """

    scope: Literal["channel", "template", "address"]
    reason: str
    until: datetime | None
    then: Retry | GiveUp | OtherChannel


Next = Done | Retry | LookFirst | OtherChannel | GiveUp | Suppress | Stop


def follow(outcome: Outcome, tried: Tried, *, now: datetime, jitter: float, look_for: timedelta) -> Next:
    """Return what to do after a try that brought ``outcome``. ``jitter`` is a random number in [0, 1).

    An unanswered e-mail is left to a person: no mail server says later whether it came. A webhook may be sent again,
    for its receiver knows it by its id.
    """
    reason = outcome.reason or outcome.verdict.value
    match outcome.verdict:
        case Verdict.ACCEPTED:
            return Done(outcome.provider_id)
        case Verdict.OPTED_OUT:
            return Suppress(reason)
        case Verdict.OTHER_CHANNEL:
            return OtherChannel(reason)
        case Verdict.BROKEN:
            return GiveUp(reason)
        case Verdict.STOP_ADDRESS:
            return Stop("address", reason, None, OtherChannel(reason))
        case Verdict.UNSURE if tried.channel is Channel.WHATSAPP:
            return LookFirst(now + look_for)
        case Verdict.UNSURE | Verdict.UNHEARD if tried.channel is Channel.EMAIL:
            return GiveUp("unsure")
    free_text = tried.channel is Channel.WHATSAPP and tried.template is None
    switched = outcome.verdict is Verdict.USE_TEMPLATE and free_text
    at = now + (timedelta() if switched else _wait(outcome, tried.tries, jitter))
    limit = LONGEST_TRYING_DAILY if outcome.verdict is Verdict.IN_A_DAY else LONGEST_TRYING
    ended = tried.tries >= MOST_TRIES or at - tried.first_try > limit
    then = GiveUp(reason) if ended else Retry(at, as_template=switched)
    return _stopping(outcome, tried, then, reason, at=at, rest=min(at, now + CHANNEL_PAUSE))


def _wait(outcome: Outcome, tries: int, jitter: float) -> timedelta:
    wait = backoff(tries, jitter)
    if outcome.verdict is Verdict.IN_A_DAY:
        wait = timedelta(hours=24) * (1 + 0.1 * jitter)
    if outcome.verdict is Verdict.PAUSE_CHANNEL:
        wait = max(wait, CHANNEL_PAUSE)
    return max(wait, outcome.retry_after or timedelta())


def _stopping(outcome: Outcome, tried: Tried, then: Retry | GiveUp, reason: str, *, at: datetime, rest: datetime) -> Next:
    """Return ``then`` together with what stands still beside the message: an address until ``at``, a channel until ``rest``."""
    match outcome.verdict:
        case Verdict.STOP_CHANNEL:
            return Stop("channel", reason, None, then)
        case Verdict.STOP_TEMPLATE if tried.template:  # free text cannot meet it: there it is an ordinary failure
            return Stop("template", reason, None, then)
        case Verdict.REFUSED:
            return (
                Stop("address", reason, at, then)
                if isinstance(then, Retry)
                else Stop("address", reason, None, OtherChannel(reason))
            )
        case Verdict.PAUSE_CHANNEL:
            return Stop("channel", reason, rest, then)
    if outcome.retry_after and tried.channel is Channel.WEBHOOK:
        return Stop("address", reason, at, then)
    if outcome.retry_after:
        return Stop("channel", reason, rest, then)
    return then


def backoff(tries: int, jitter: float) -> timedelta:
    """10 s, 30 s, 90 s … at most an hour, each up to a fifth longer by chance."""
    wait = min(FIRST_WAIT * int(3 ** min(tries - 1, 10)), LONGEST_WAIT)
    longer: timedelta = wait * (1 + 0.2 * jitter)
    return longer
