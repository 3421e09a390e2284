"""The rules for complaints of another system: imported once, then compared column by column at each later import."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import Final
from uuid import UUID

from services.intake.rules.commands import SyncExternal
from services.intake.rules.context import Context, StateChange
from services.intake.rules.location import located
from services.intake.state import Complaint, Contact, TimelineEntry
from shared.events.cases_elsewhere import SourceAmended
from shared.events.catalogue import SUBMISSIONS
from shared.events.submissions import (
    ComplaintContent,
    External,
    ExternalStatusChanged,
    SourceChanged,
    Submitted,
    content_of,
)
from shared.pipeline import Change, Out

# The columns of the content whose names differ from those of its fields.
_COLUMN_OF: Final = {"class_hint": "class", "reporter_name": "reporter"}
# Topic and code of the place are derived from other columns. An export has neither applications nor positions.
_NOT_COMPARED: Final = frozenset({"topic", "place_code", "application", "position"})
# The columns that a re-import compares, by the names and in the order that its report shows. A later field of the
# content is compared as well, after these.
_ORDER: Final = (
    "text",
    "title",
    "place",
    "class",
    "category",
    "reporter",
    "anonim",
    "rahasia",
    "filed_at",
    "source",
    "opd",
    "reason",
    "rating",
    "disposed_at",
    "followed_up_at",
)
COMPARED: Final = tuple(
    dict.fromkeys(
        (*_ORDER, *(_COLUMN_OF.get(name, name) for name in ComplaintContent.model_fields if name not in _NOT_COMPARED))
    )
)
# A change in one of these columns alone adds no line to the citizen's timeline.
_FOR_OFFICERS: Final = frozenset({"reporter", "source", "opd", "reason", "rating", "disposed_at", "followed_up_at"})


def digests(content: ComplaintContent, filed_at: datetime, external: External) -> dict[str, str]:
    """Return a short digest of each compared column. Digests show a change without a second copy of the text."""
    values = {_COLUMN_OF.get(name, name): value for name, value in content if name not in _NOT_COMPARED}
    values |= {
        "category": external.category,
        "reporter": None if content.anonim else content.reporter_name,
        "filed_at": filed_at.timestamp(),
        "opd": external.opd,
        "reason": external.reason,
        "rating": external.rating,
        "disposed_at": external.disposed_at and external.disposed_at.timestamp(),
        "followed_up_at": external.followed_up_at and external.followed_up_at.timestamp(),
    }
    return {name: hashlib.sha256(repr(values[name]).encode()).hexdigest()[:16] for name in COMPARED}


def digests_of(submitted: Submitted) -> dict[str, str]:
    """Return the digests of a complaint from its submission in the log, or none if it came from no other system.

    A complaint that was imported before state rows kept digests needs this.
    """
    if submitted.external is None:
        return {}
    return digests(content_of(submitted), submitted.filed_at, submitted.external)


def sync_external(context: Context, command: SyncExternal) -> StateChange:
    """Write the columns and the status that changed in the other system since the last import.

    A sync may add anonymity and confidentiality but never removes them.
    A reporter who asked for them, here or there, keeps them.
    """
    item, complaint = context.item, context.states[context.item.key]
    if not isinstance(complaint, Complaint) or complaint.erased:
        return Change(answer={"changed": []})
    external, filed_at = command.external, command.filed_at
    if command.ours:
        return _sync_own(context, complaint, command)
    content = located(_protect(command.content, complaint))
    now = digests(content, filed_at, external)
    before = complaint.source_digests or command.before
    changed = tuple(name for name in COMPARED if name in before and before[name] != now[name])
    events = []
    if changed:
        fact = SourceChanged(**dict(content), changed=changed, filed_at=filed_at, external=external)
        events.append(Out(SUBMISSIONS, item.key, fact))
    if complaint.external_status != external.status_text:
        changed = (*changed, "status")
        events.append(Out(SUBMISSIONS, item.key, ExternalStatusChanged(external=external)))
    after = protected(complaint, anonim=content.anonim, rahasia=content.rahasia).with_(
        source_digests=now, external_status=external.status_text, filed_at=filed_at, source=content.source
    )
    if set(changed) - _FOR_OFFICERS - {"status"}:
        entry = TimelineEntry(at=item.at, what="source_changed", params={"system": external.system})
        after = after.with_(timeline=(*complaint.timeline, entry))
    states: dict[UUID, Complaint | Contact] = {item.key: after} if after != complaint else {}
    return Change(states=states, events=tuple(events), answer={"changed": list(changed)})


def _sync_own(context: Context, complaint: Complaint, command: SyncExternal) -> StateChange:
    """Take over the status that the other system shows of a complaint of ours, and its protection. Our content stands."""
    key, content = context.item.key, command.content
    after = protected(complaint, anonim=content.anonim, rahasia=content.rahasia)
    after = after.with_(external_status=command.external.status_text)
    changed = [name for name in ("anonim", "rahasia") if getattr(after, name) != getattr(complaint, name)]
    if complaint.external_status != after.external_status:
        changed.append("status")
    if not changed:
        return Change(answer={"changed": []})
    fact = ExternalStatusChanged(external=command.external, anonim=content.anonim, rahasia=content.rahasia)
    return Change(states={key: after}, events=(Out(SUBMISSIONS, key, fact),), answer={"changed": changed})


def take_protection(context: Context, fact: SourceAmended) -> StateChange:
    """Protect a complaint as the other system does by now. The router has read it there."""
    return context.changed_to(protected(context.complaint, anonim=fact.anonim, rahasia=fact.rahasia))


def protected(complaint: Complaint, *, anonim: bool, rahasia: bool) -> Complaint:
    """Return the complaint with this protection added. No photo stays public; the router takes them back too."""
    after = complaint.with_(anonim=complaint.anonim or anonim, rahasia=complaint.rahasia or rahasia)
    return after.with_(public_files=()) if after != complaint else complaint


def _protect(content: ComplaintContent, complaint: Complaint) -> ComplaintContent:
    """Return the content with the protection that the complaint has here or there. Anonymity takes the name away."""
    anonim, rahasia = content.anonim or complaint.anonim, content.rahasia or complaint.rahasia
    name = None if anonim else content.reporter_name
    return content.model_copy(update={"anonim": anonim, "rahasia": rahasia, "reporter_name": name})
