"""A complaint as it is shown: to whoever has the ticket its state and dates, to its reporter all of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.intake.rules.citizen import may
from services.intake.state import Complaint
from services.intake.words import STATES, due, put_off_until, sentence, standing
from shared.masking import masked

# Only the reporter reads these: what was done about the text would tell of it where nothing may be public.
_OWN = frozenset({"rated"})


def public(complaint: Complaint) -> dict[str, Any]:
    """State and dates alone; of a confidential complaint neither agency nor steps."""
    return _shown(complaint, own=False)


def full(complaint: Complaint, submitted: Mapping[str, Any] | None, now: datetime) -> dict[str, Any]:
    """What the reporter may see: text, quotes and what can be done now. Numbers in texts are masked."""
    shown = _shown(complaint, own=True)
    told = submitted or {}
    for field in ("title", "text", "place"):
        value = told.get(field)
        shown[field] = masked(value) if isinstance(value, str) else None
    shown["stars"] = complaint.stars
    shown["allowed"] = sorted(may(complaint, now))
    return shown


def _shown(complaint: Complaint, *, own: bool) -> dict[str, Any]:
    hidden = complaint.rahasia and not own
    waits, until = due(complaint), put_off_until(complaint)
    entries = [entry for entry in complaint.timeline if own or (not hidden and entry.what not in _OWN)]
    return {
        "ticket": complaint.ticket,
        "state": complaint.state,
        "state_text": STATES[complaint.state],
        "standing": standing(complaint) if not hidden else STATES[complaint.state] + ".",
        "channel": complaint.channel,
        "filed_at": complaint.filed_at.isoformat() if complaint.filed_at else None,
        "due": {"clock": waits[0], "at": waits[1].isoformat()} if waits else None,
        "put_off_until": until.isoformat() if until else None,
        "opd": None if hidden else complaint.opd,
        "anonim": complaint.anonim,
        "rahasia": complaint.rahasia,
        "erased": complaint.erased,
        "timeline": [
            {"at": entry.at.isoformat(), "what": entry.what, "text": sentence(entry)}
            | ({"quote": masked(entry.quote)} if own and entry.quote else {})
            for entry in sorted(entries, key=lambda entry: entry.at)
        ],
    }
