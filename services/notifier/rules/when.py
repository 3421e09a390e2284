"""When a message may go out (`docs/architecture/time.md`): citizens by day, officers in office hours, some at once."""

from datetime import datetime, time, timedelta
from typing import Protocol

from services.notifier.kinds import Audience
from shared.clock import WITA

QUIET_FROM = time(21)
QUIET_UNTIL = time(7)
MERGE_WITHIN = timedelta(minutes=1)
"""Messages to one person within this much domain time become one."""


class OfficeHours(Protocol):
    """The office's calendar."""

    def next_open(self, at: datetime) -> datetime:
        """The earliest instant at or after ``at`` within office hours."""


def may_go_out(audience: Audience, at: datetime, hours: OfficeHours, *, at_once: bool) -> datetime:
    """The first instant at or after ``at`` (domain time, with offset) when this message may be sent.

    ``at_once``: the answer to a citizen's own act, or anything urgent. Everything else waits a minute, so that
    what else happens in it joins the same message.
    """
    if at_once:
        return at
    ready = at + MERGE_WITHIN
    return waking(ready) if audience is Audience.CITIZEN else hours.next_open(ready)


def waking(at: datetime) -> datetime:
    """``at`` itself, or 07:00 WITA when it falls into the citizens' night."""
    local = at.astimezone(WITA)
    if QUIET_UNTIL <= local.time() < QUIET_FROM:
        return at
    morning = local.replace(hour=QUIET_UNTIL.hour, minute=0, second=0, microsecond=0)
    return (morning if local.time() < QUIET_UNTIL else morning + timedelta(days=1)).astimezone(at.tzinfo)
