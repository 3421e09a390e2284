"""The clocks of a case that its OPD puts off to a date."""

from __future__ import annotations

from datetime import datetime, timedelta

from services.sla.rules.context import Context
from services.sla.rules.halts import halt, release
from services.sla.state import CaseClocks
from shared.events import cases
from shared.pipeline import Change

# The longest time for which a case can be put off. A longer one ends after a year, so that no case is put off for ever.
PUT_OFF_AT_MOST = timedelta(days=366)


def put_off(context: Context, fact: cases.PutOff) -> Change[CaseClocks]:
    """Halt the clocks until the beginning of a date. A date that has already begun ends the halt."""
    draft, at = context.draft(), context.item.at
    midnight = datetime(fact.until.year, fact.until.month, fact.until.day, tzinfo=context.due_dates.table.zone)
    until = min(midnight, at + PUT_OFF_AT_MOST)
    if until > at:
        halt(draft, "put_off", until)
    else:
        release(draft, "put_off")
    return draft.change()
