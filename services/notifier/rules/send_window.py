"""Send windows (`docs/architecture/messages.md`): citizens by day, officers in office hours, some messages at once."""

from datetime import datetime, time, timedelta
from typing import Protocol

from services.notifier.codes import Audience
from shared.clock import WITA

# The citizens' night in WITA. The documents state these hours once, in `docs/architecture/messages.md`.
QUIET_FROM = time(21)
QUIET_UNTIL = time(7)
# Notices to one person within this domain time become one message.
MERGE_WITHIN = timedelta(minutes=1)


class OfficeHours(Protocol):
    """The office's calendar."""

    def next_open(self, at: datetime) -> datetime:
        """Return the earliest instant at or after ``at`` within office hours."""


def earliest_sending(audience: Audience, at: datetime, hours: OfficeHours, *, at_once: bool) -> datetime:
    """Return the first instant at or after ``at`` (domain time, with offset) at which this message may be sent.

    ``at_once`` marks the answer to a citizen's own act, and anything urgent. All other notices wait a minute, so that
    further notices of that minute join the same message.
    """
    if at_once:
        return at
    ready = at + MERGE_WITHIN
    return after_the_night(ready) if audience is Audience.CITIZEN else hours.next_open(ready)


def after_the_night(at: datetime) -> datetime:
    """Return ``at`` itself, or the next end of the citizens' night (WITA) when ``at`` falls into the night."""
    local = at.astimezone(WITA)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return at
    morning = local.replace(hour=QUIET_UNTIL.hour, minute=QUIET_UNTIL.minute, second=0, microsecond=0)
    return (morning if local.time() < QUIET_UNTIL else morning + timedelta(days=1)).astimezone(at.tzinfo)
