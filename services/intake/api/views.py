"""The views of a complaint: state and dates for anyone with the ticket, everything for the reporter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from services.intake.api.answers import AwaitedDeadlineOut, ComplaintOut, ContentOut, SimilarOut, TimelineLineOut
from services.intake.api.sentences import sentence, standing
from services.intake.labels import OWN_LINES
from services.intake.rules.citizen import allowed_acts
from services.intake.rules.deadlines import awaited_deadline, put_off_until
from services.intake.state import Complaint, TimelineEntry
from services.intake.store import SimilarComplaint
from shared.canonical import digest_of
from shared.clock import WITA
from shared.events.submissions import ComplaintContent
from shared.labels import STATES, heading
from shared.masking import masked
from shared.reference import topic_words
from shared.reference.places import place_words


def public_view(complaint: Complaint) -> dict[str, Any]:
    """Return the state and dates of a complaint, for anyone with its ticket. A confidential one shows its state alone."""
    return _answer(complaint, own=False)


def own_view(complaint: Complaint, content: ComplaintContent | None, now: datetime) -> dict[str, Any]:
    """Return the reporter's view: also text, quotes and the allowed acts. Numbers in texts are masked."""
    words = {name: _mask(getattr(content, name, None)) for name in ContentOut.model_fields}
    known = place_words(content.place_code) if content else None
    area = {"area": known} if known else {}
    return _answer(
        complaint,
        own=True,
        **words,
        **area,
        stars=complaint.stars,
        scale=complaint.scale,
        allowed=sorted(allowed_acts(complaint, now)),
    )


def mark_of(view: dict[str, Any]) -> str:
    """Return a short mark of a view. Another mark means that a page which shows the view has changed."""
    return digest_of(view)[:16]


def _answer(complaint: Complaint, *, own: bool, **more: Any) -> dict[str, Any]:
    hidden = complaint.rahasia and not own
    filed = None if hidden else complaint.filed_at
    awaited, until = (None, None) if hidden else (awaited_deadline(complaint), put_off_until(complaint))
    entries = [entry for entry in complaint.timeline if own or (not hidden and entry.what not in OWN_LINES)]
    state_text = heading(STATES[complaint.state])
    if complaint.public_files and not complaint.rahasia:
        more["public_files"] = [str(one) for one in complaint.public_files]
    shown = ComplaintOut(
        ticket=complaint.ticket,
        state=complaint.state,
        state_text=state_text,
        standing=f"{state_text}." if hidden else standing(complaint, own=own),
        channel="" if hidden else complaint.channel,
        filed_at=filed.isoformat() if filed else None,
        due=AwaitedDeadlineOut(clock=awaited[0], at=awaited[1].isoformat()) if awaited else None,
        put_off_until=until.isoformat() if until else None,
        opd=None if hidden else complaint.opd,
        anonim=complaint.anonim,
        rahasia=complaint.rahasia,
        erased=complaint.erased,
        followers=0 if hidden else len(complaint.followers),
        timeline=[_line(entry, own=own) for entry in sorted(entries, key=lambda entry: entry.at)],
        **more,
    )
    return shown.model_dump(exclude_unset=True)


def _line(entry: TimelineEntry, *, own: bool) -> TimelineLineOut:
    quote = {"quote": masked(entry.quote)} if own and entry.quote else {}
    return TimelineLineOut(at=entry.at.isoformat(), what=entry.what, text=sentence(entry, own=own), **quote)


def _mask(text: str | None) -> str | None:
    return None if text is None else masked(text)


def similar_rows(found: Sequence[SimilarComplaint], now: datetime) -> list[SimilarOut]:
    """Return similar complaints as the page and the route show them."""
    return [
        SimilarOut(
            ticket=one.ticket,
            state=one.state,
            state_text=heading(STATES[one.state]),
            filed_at=one.filed_at.isoformat(),
            age=age_words(one.filed_at, now),
            topic=one.topic,
            topic_text=heading(topic_words(one.topic) or "pokok belum ditetapkan"),
        )
        for one in found
    ]


def age_words(filed_at: datetime, now: datetime) -> str:
    """Return how long ago a day was: "hari ini", "kemarin", "12 hari lalu". Days begin at midnight in WITA."""
    days = (now.astimezone(WITA).date() - filed_at.astimezone(WITA).date()).days
    if days <= 0:
        return "hari ini"
    return "kemarin" if days == 1 else f"{days} hari lalu"
