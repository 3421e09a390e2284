"""The decision on a message after a try. Retries, leases and rates run on wall time.

Every verdict passes `decide_next_step`, whether its source is the channel's answer, a later status, silence or a lost
replica. A message is tried at most `MOST_TRIES` times, and no try begins after the time limit. Then the message is
given up.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from services.notifier.codes import Channel, Verdict
from services.notifier.rules.verdicts import Outcome

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=1)
MOST_TRIES = 12
LONGEST_TRYING = timedelta(hours=24)
# The time limit for a person to whom the platform delivers one message a day.
LONGEST_TRYING_DAILY = timedelta(days=3)
# The pause after our number has sent too much. No channel pauses longer, because a pause holds everybody's messages.
CHANNEL_PAUSE = timedelta(hours=1)

# The channels that never report what became of a message that got no answer.
NEVER_REPORTED = (Channel.EMAIL, Channel.INSTAGRAM, Channel.SMS)


@dataclass(frozen=True, slots=True)
class TriesSoFar:
    """One message's tries so far. ``template`` is the approved template of the last try, None for free text.

    ``tries`` and ``first_try`` start anew when a person asks for another round.
    """

    channel: Channel
    tries: int
    first_try: datetime
    template: str | None = None


@dataclass(frozen=True, slots=True)
class Finished:
    """The channel accepted the message."""

    provider_id: str | None


@dataclass(frozen=True, slots=True)
class Retry:
    """Try again at ``at``, with an approved template (``as_template``) when free text is no longer allowed."""

    at: datetime
    as_template: bool = False


@dataclass(frozen=True, slots=True)
class LookFirst:
    """Wait until ``until`` for a status with our id: the message may have arrived.

    Only without such a status may the message be sent again.
    """

    until: datetime


@dataclass(frozen=True, slots=True)
class OtherChannel:
    """Give up on this channel and tell the same people on another one, if there is one."""

    reason: str


@dataclass(frozen=True, slots=True)
class GiveUp:
    """Give up: the message is listed for a person and counted for an alert."""

    reason: str


@dataclass(frozen=True, slots=True)
class Suppress:
    """Do not send the message at all."""

    reason: str


@dataclass(frozen=True, slots=True)
class Stop:
    """Stop the channel, the template or the address until ``until`` (None: until somebody acts).

    The message itself goes on as ``then`` says. A retry waits until the stop has ended.
    """

    scope: Literal["channel", "template", "address"]
    reason: str
    until: datetime | None
    then: Retry | GiveUp | OtherChannel


NextStep = Finished | Retry | LookFirst | OtherChannel | GiveUp | Suppress | Stop


def decide_next_step(
    outcome: Outcome, tried: TriesSoFar, *, now: datetime, jitter: float, look_for: timedelta
) -> NextStep:
    """Return what to do after a try with this ``outcome``. ``jitter`` is a random number in [0, 1).

    An unanswered e-mail, SMS or message on Instagram is given up for a person to see, because nobody reports its arrival
    later. A webhook may be sent again, because its receiver recognises a repeat by the id.
    """
    reason = outcome.reason or outcome.verdict.value
    match outcome.verdict:
        case Verdict.ACCEPTED:
            return Finished(outcome.provider_id)
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
        case Verdict.UNSURE | Verdict.UNHEARD if tried.channel in NEVER_REPORTED:
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


def _stopping(
    outcome: Outcome, tried: TriesSoFar, then: Retry | GiveUp, reason: str, *, at: datetime, rest: datetime
) -> NextStep:
    """Return ``then``, wrapped in a stop if the outcome asks for one.

    A pause of an address ends at ``at``, a pause of a channel at ``rest``. An address that refused the last try is
    stopped until an import names it, and the people are told on another channel.
    """
    match outcome.verdict:
        case Verdict.STOP_CHANNEL:
            return Stop("channel", reason, None, then)
        # With free text this verdict says nothing about a template and is an ordinary failure.
        case Verdict.STOP_TEMPLATE if tried.template:
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
    """Return the wait after ``tries`` tries: 10 s, 30 s, 90 s … at most an hour, plus up to a fifth of jitter."""
    wait = min(FIRST_WAIT * int(3 ** min(tries - 1, 10)), LONGEST_WAIT)
    longer: timedelta = wait * (1 + 0.2 * jitter)
    return longer
