"""The values of the office's case file: the case, each event with its actor and reason, files and chain. Pure, masked."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.router.actions.case_files import evidence_of
from services.router.api.views_actors import actor_words
from services.router.api.views_pages import as_case_page, timeline_entry
from services.router.state import Case
from services.router.store import CaseEvent, StoredCase
from shared.events.fact import Attachment
from shared.web.case_file import PackedFile, SealedEvent
from shared.words import instant_words


def as_case_file(
    found: StoredCase, history: Sequence[CaseEvent], chain: Sequence[SealedEvent], now: datetime
) -> dict[str, Any]:
    """Return what the page and the copy in the ZIP show."""
    sealed = [one for one in chain if one.number is not None]
    return {
        "it": as_case_page(found, history, now),
        "lines": [timeline_entry(one) | {"actor": actor_words(one.actor)} for one in history],
        "files": [packed for packed, _ in packed_files(found.case, evidence_of(history))],
        "made": instant_words(now),
        "seal": sealed[-1] if sealed else None,
        "sealed": len(sealed),
        "events": len(chain),
    }


def packed_files(case: Case, evidence: Sequence[Attachment]) -> list[tuple[PackedFile, Attachment]]:
    """Return the citizen's files, then the evidence, each with its hash and by its id, and the file that it is."""
    whose = [*(("pelapor", one) for one in case.attachments), *(("instansi", one) for one in evidence)]
    return [
        (PackedFile(f"{folder}/{one.id}.{one.type.rpartition('/')[2]}", one.type, one.size, one.sha256), one)
        for folder, one in whose
    ]
