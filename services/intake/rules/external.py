"""The rules for complaints of another system: imported once, then compared column by column at each later import."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from services.intake.rules.commands import SourceRow, SyncExternal
from services.intake.state import Complaint, Contact, TimelineEntry
from shared.events.catalogue import SUBMISSIONS
from shared.events.submissions import External, ExternalStatusChanged, SourceChanged, Submitted
from shared.pipeline import Change, Item, Out

# The columns that a re-import compares, by the names that its report shows.
COMPARED: Final = (
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
# A change in one of these columns alone adds no line to the citizen's timeline.
_FOR_OFFICERS: Final = frozenset({"reporter", "source", "opd", "reason", "rating", "disposed_at", "followed_up_at"})


def digests(row: SourceRow, external: External) -> dict[str, str]:
    """Return a short digest of each compared column. Digests show a change without a second copy of the text."""
    values: dict[str, Any] = {
        "text": row.text,
        "title": row.title,
        "place": row.place,
        "class": row.class_hint,
        "category": external.category,
        "reporter": None if row.anonim else row.reporter_name,
        "anonim": row.anonim,
        "rahasia": row.rahasia,
        "filed_at": row.filed_at.timestamp(),
        "source": row.source,
        "opd": external.opd,
        "reason": external.reason,
        "rating": external.rating,
        "disposed_at": external.disposed_at and external.disposed_at.timestamp(),
        "followed_up_at": external.followed_up_at and external.followed_up_at.timestamp(),
    }
    return {name: hashlib.sha256(repr(value).encode()).hexdigest()[:16] for name, value in values.items()}


def digests_of(submitted: Submitted) -> dict[str, str]:
    """Return the digests of a complaint from its submission in the log, or none if it came from no other system.

    A complaint that was imported before state rows kept digests needs this.
    """
    if submitted.external is None:
        return {}
    return digests(
        SourceRow(
            text=submitted.text,
            title=submitted.title,
            place=submitted.place,
            topic=submitted.topic,
            class_hint=submitted.class_hint,
            reporter_name=submitted.reporter_name,
            anonim=submitted.anonim,
            rahasia=submitted.rahasia,
            filed_at=submitted.filed_at,
            source=submitted.source,
        ),
        submitted.external,
    )


def sync_external(
    states: Mapping[UUID, Complaint | Contact | None], item: Item, command: SyncExternal
) -> Change[Complaint | Contact]:
    """Write the columns and the status that changed in the other system since the last import.

    A sync may add anonymity and confidentiality but never removes them.
    A reporter who asked for them, here or there, keeps them.
    """
    complaint = states[item.key]
    if not isinstance(complaint, Complaint) or complaint.erased:
        return Change(answer={"changed": []})
    row = _protected(command.row, complaint)
    external = command.external
    now = digests(row, external)
    before = complaint.source_digests or command.before
    changed = tuple(name for name in COMPARED if name in before and before[name] != now[name])
    events = []
    if changed:
        events.append(Out(SUBMISSIONS, item.key, _source_changed(row, external, changed)))
    if complaint.external_status != external.status_text:
        changed = (*changed, "status")
        events.append(Out(SUBMISSIONS, item.key, ExternalStatusChanged(external=external)))
    after = complaint.with_(
        source_digests=now,
        external_status=external.status_text,
        anonim=row.anonim,
        rahasia=row.rahasia,
        filed_at=row.filed_at,
        source=row.source,
    )
    if set(changed) - _FOR_OFFICERS - {"status"}:
        told = {"system": external.system}
        after = after.with_(
            timeline=(*complaint.timeline, TimelineEntry(at=item.at, what="source_changed", params=told))
        )
    states_after: dict[UUID, Complaint | Contact] = {item.key: after} if after != complaint else {}
    return Change(states=states_after, events=tuple(events), answer={"changed": list(changed)})


def _protected(row: SourceRow, complaint: Complaint) -> SourceRow:
    anonim = row.anonim or complaint.anonim
    return row.with_flags(anonim=anonim, rahasia=row.rahasia or complaint.rahasia)


def _source_changed(row: SourceRow, external: External, changed: tuple[str, ...]) -> SourceChanged:
    return SourceChanged(
        changed=changed,
        source=row.source,
        text=row.text,
        title=row.title,
        place=row.place,
        topic=row.topic,
        class_hint=row.class_hint,
        reporter_name=None if row.anonim else row.reporter_name,
        anonim=row.anonim,
        rahasia=row.rahasia,
        filed_at=row.filed_at,
        external=external,
    )
