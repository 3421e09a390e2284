"""The bounds of one complaint: how much its reporter may add, and how much of that its state row keeps."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from services.intake.errors import TooManyActs
from services.intake.state import Complaint, TimelineEntry
from shared.shortening import shortened
from shared.tally import Allowance, Tally, seconds_left, size_of

ALLOWANCE: Final = Allowance(acts_a_day=40, bytes_a_day=150_000, acts=400, bytes=600_000)
# A factor on the allowance. A reporter who has written too much must still be able to answer a question,
# to confirm, or to withdraw.
ENDING_ROOM: Final = 2
# In these states a silence clock runs that ends the case.
WAITING: Final = frozenset({"awaiting_citizen", "resolved"})
ENTRIES: Final = 400
QUOTE_BYTES: Final = 600_000
CUT_QUOTE: Final = 400


def count_act(
    complaint: Complaint, at: datetime, allowance: Allowance, *words: str | None, ends: bool = False
) -> Tally:
    """Return the complaint's tally with an act of these words. Raise TooManyActs when it passes the allowance.

    An act that ``ends`` the complaint, and any act while a silence clock runs, has twice the room.
    """
    tally = (complaint.said or Tally()).with_act(at, size_of(*words))
    bound = allowance.passed(tally, ENDING_ROOM if ends or complaint.state in WAITING else 1)
    if bound is not None:
        raise TooManyActs(bound, seconds_left(at))
    return tally


def lengthen(timeline: tuple[TimelineEntry, ...], entry: TimelineEntry) -> tuple[TimelineEntry, ...]:
    """Return the timeline with one more entry, within its bounds.

    Beyond 400 entries the first and the last ones stay, and one entry counts those that were dropped.
    When all quotes together may exceed 600,000 bytes, quotes over 400 bytes are cut, the oldest first.
    """
    grown = (*timeline, entry)
    if len(grown) > ENTRIES:
        gone = int(grown[1].params.get("count", "0")) if grown[1].what == "earlier" else 0
        first = 2 if grown[1].what == "earlier" else 1
        out = len(grown) - (ENTRIES - 2)
        grown = (
            grown[0],
            TimelineEntry(at=grown[out].at, what="earlier", params={"count": str(gone + out - first + 1)}),
            *grown[out + 1 :],
        )
    over = sum(len(one.quote) for one in grown if one.quote) * 4 > QUOTE_BYTES
    return _cut(grown) if over else grown


def _cut(timeline: tuple[TimelineEntry, ...]) -> tuple[TimelineEntry, ...]:
    """Shorten long quotes from the oldest entry on, until all quotes together are within their bound."""
    left = sum(size_of(one.quote) for one in timeline) - QUOTE_BYTES
    entries = list(timeline)
    for place, one in enumerate(entries):
        if left <= 0:
            break
        if one.quote and size_of(one.quote) > CUT_QUOTE:
            short = shortened(one.quote, CUT_QUOTE)
            left -= size_of(one.quote) - size_of(short)
            entries[place] = one.with_(quote=short)
    return tuple(entries)
