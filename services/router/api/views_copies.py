"""The values that the list of what must reach SP4N shows."""

from __future__ import annotations

from typing import Any

from services.router.actions.mirror_list import MirrorPage, Waits
from services.router.labels import COPY_LABELS
from services.router.rules.sp4n_words import content_of, title_of
from services.router.sp4n.bodies import follow_up_text
from services.router.sp4n.reasons import REASON_LABELS
from services.router.state import Case
from services.router.state_parts import TextToCopy
from services.router.store import StoredCase
from shared.reference import opds
from shared.sp4n import mark_of
from shared.words import instant_words


def as_copy_rows(page: MirrorPage, jenis: str, secret: bytes) -> list[dict[str, Any]]:
    """Return the entries of the list. ``jenis``: only those of this kind; empty: all."""
    return [
        _row(one, copy, page.waits.get(one.key), secret)
        for one in page.cases
        for copy in one.case.copies
        if jenis in ("", copy.what)
    ]


def as_erased_rows(page: MirrorPage) -> list[dict[str, Any]]:
    """Return the complaints that the admin of SP4N is to be asked to erase."""
    return [
        {"complaint": str(complaint), "tracking": tracking, "since": instant_words(since)}
        for complaint, tracking, since in page.erased
    ]


def _row(one: StoredCase, copy: TextToCopy, waits: Waits | None, secret: bytes) -> dict[str, Any]:
    case = one.case
    there = case.in_sp4n
    first = copy.number == case.copies[0].number
    reason = waits.reason if waits is not None and first else ""
    return {
        "ticket": case.ticket,
        "tracking": there.id if there is not None else None,
        "number": copy.number,
        "what": COPY_LABELS[copy.what],
        "new": copy.what == "complaint",
        "title": title_of(case) if copy.what == "complaint" else None,
        "text": _text(case, copy, secret),
        "flags": [word for word, on in (("anonim", case.anonim), ("rahasia", case.rahasia)) if on],
        "opd": opds()[case.opd].name if case.opd in opds() else None,
        "to": opds()[copy.to].name if copy.to in opds() else copy.to,
        "at": instant_words(copy.at),
        "reason": REASON_LABELS.get(reason),
        "person": waits is not None and waits.person and first,
    }


def _text(case: Case, copy: TextToCopy, secret: bytes) -> str:
    """Return the text to copy, without what must not stand in SP4N."""
    if copy.what == "complaint":
        return content_of(case, mark_of(case.ticket, secret))
    return follow_up_text(case, copy, secret)
