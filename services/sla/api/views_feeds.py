"""The entries of a calendar feed, and the secret in its address that gives access."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from services.sla.api.icalendar import CalendarEntry
from services.sla.labels import CLOCKS
from services.sla.rules.due_dates import DueDates
from services.sla.store import StoredClocks
from shared.ids import keyed_hash
from shared.service import Running


def signed(running: Running[Any], opd: str) -> str:
    """Return the secret part of a feed's address. Calendar programs cannot send a key."""
    return keyed_hash(running.settings.secret_bytes, "feed", opd)[:40]


def entries(found: Iterable[StoredClocks], due_dates: DueDates) -> Iterator[CalendarEntry]:
    """Yield every running deadline of these cases. No entry contains a citizen's words."""
    for one in found:
        for run in one.case.runs:
            if run.live and run.clock != "silence" and not one.case.halted(run.clock):
                summary = f"{one.case.ticket or one.key}: {CLOCKS[run.clock].lower()}"
                yield CalendarEntry(
                    f"{one.key}-{run.clock}-{run.run}@tanggap",
                    run.due_at,
                    summary,
                    due_dates.explanation(one.case, run),
                )
