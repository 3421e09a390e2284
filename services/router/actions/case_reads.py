"""Single cases with their history, for readers whose reading is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from services.router import store
from services.router.errors import NoSuchCase, NotYours
from services.router.store import CaseEvent, StoredCase
from shared.runtime.running import Running
from shared.web.keys import Key
from shared.web.reads import note_read


@dataclass(frozen=True, slots=True)
class CaseWithHistory:
    """A case, and its events from the oldest on."""

    stored: StoredCase
    history: list[CaseEvent]


async def read_case(running: Running[Any], case: str, reader: Key, purpose: str) -> CaseWithHistory:
    """Return the case with this complaint id or ticket, and record who read it and for which purpose.

    Raise NoSuchCase, or NotYours for somebody of an OPD that neither has nor helps it.
    """
    found = await store.find_case(running.pool, case)
    if found is None:
        raise NoSuchCase
    if reader.opd is not None and not found.case.known_to(reader.opd):
        raise NotYours
    await note_read(running.pool, reader.actor, found.key, purpose)
    history = await store.read_history(running.pool, found.key)
    return CaseWithHistory(found, [one for one in history if _may_read(one, reader.opd)])


def _may_read(event: CaseEvent, opd: str | None) -> bool:
    """Return whether people of an OPD may read an event. What an OPD reported for its own office stays there."""
    inside = event.type == "case.progressed" and not event.data.get("public", True)
    return not inside or opd is None or event.data.get("opd") == opd
