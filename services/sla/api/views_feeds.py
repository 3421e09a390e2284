"""The calendar feed of an OPD, and the secret in its address that gives access."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from services.sla.api.icalendar import CalendarEntry, render_calendar
from services.sla.labels import owner_name
from services.sla.rules import DueDates
from services.sla.state import UNLISTED
from services.sla.store import StoredClocks
from shared.ids import keyed_hash
from shared.labels import CLOCKS
from shared.runtime.running import Running


def feed_token(running: Running[Any], opd: str) -> str:
    """Return the secret part of a feed's address. Calendar programs cannot send a key."""
    return keyed_hash(running.settings.secret_bytes, "feed", opd)[:40]


def feed_address(running: Running[Any], opd: str) -> str:
    """Return the path of an OPD's feed."""
    return f"/v1/feeds/{opd}/{feed_token(running, opd)}.ics"


def feed_body(opd: str, found: Iterable[StoredClocks], due_dates: DueDates, now: datetime) -> bytes:
    """Return the feed of these cases in UTF-8."""
    return render_calendar(f"Tenggat aduan {owner_name(opd)}", _entries(found, due_dates), now)


def _entries(found: Iterable[StoredClocks], due_dates: DueDates) -> Iterator[CalendarEntry]:
    """Yield every running deadline of these cases. No entry contains a citizen's words."""
    for stored in found:
        case = stored.case
        name = case.ticket or stored.key
        for run in case.runs:
            if run.live and run.clock not in UNLISTED and not case.halted(run.clock):
                yield CalendarEntry(
                    uid=f"{stored.key}-{run.clock}-{run.run}@tanggap",
                    at=run.due_at,
                    summary=f"{name}: {CLOCKS[run.clock]}",
                    description=due_dates.explanation(case, run),
                )
