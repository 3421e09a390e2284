"""The views of a complaint: state and dates for anyone with the ticket, everything for the reporter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from services.intake.labels import STATES, due, put_off_until, sentence, standing
from services.intake.rules.citizen import may
from services.intake.state import Complaint
from shared.masking import masked

# Only the reporter reads these entries: each says something about a text that may not be public.
_OWN = frozenset({"rated"})


def public(complaint: Complaint) -> dict[str, Any]:
    """Return the state and dates of a complaint. A confidential one shows neither OPD nor timeline."""
    return _shown(complaint, own=False)


def full(complaint: Complaint, submitted: Mapping[str, Any] | None, now: datetime) -> dict[str, Any]:
    """Return the reporter's view: also text, quotes and the allowed acts. Numbers in texts are masked."""
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
