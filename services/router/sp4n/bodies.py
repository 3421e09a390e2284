"""The fields of SP4N's calls: pure functions from a case to what we say there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from services.router.rules.sp4n_words import content_of, outgoing, title_of
from services.router.settings import RouterSettings
from services.router.sp4n.table import Table
from services.router.state import Case
from services.router.state_parts import TextToCopy
from shared.clock import WIB
from shared.sp4n import mark_of

_TAG: Final = "tanggap"


def complaint_body(
    case: Case, entry: TextToCopy, files: Sequence[int], table: Table, settings: RouterSettings
) -> dict[str, Any]:
    """Return the fields of a new complaint. The reporter stays unknown there: our own account files it.

    Raise NotThere if the table has no number for the OPD or the class.
    """
    disposed = entry.to is not None
    body: dict[str, Any] = {
        "title": title_of(case),
        "content": content_of(case, mark_of(case.ticket, settings.secret_bytes)),
        "channel": settings.sp4n_channel,
        "is_new_user_slider": 0,
        "user_id": settings.sp4n_user_id,
        "is_inbox": 0,
        "is_disposisi_slider": int(disposed),
        "classification_id": table.class_number(case.class_),
        "category_id": table.categories.get(case.topic or "", table.category),
        "tags_raw": f"{_TAG},{case.ticket}",
        "is_approval": 0,
        "is_anonymous": int(case.anonim),
        "is_secret": int(case.rahasia),
        "is_priority": int(case.priority == "urgent"),
        # A text that holds a list: so the interface wants it.
        "attachments": f"[{','.join(str(number) for number in files)}]",
    }
    if entry.to is not None:
        body["disposition_id"] = table.institution(entry.to)
    if case.filed_at is not None:
        body["date_of_incident"] = case.filed_at.astimezone(WIB).strftime("%Y-%m-%d")
    return body


def follow_up_form(
    case: Case, entry: TextToCopy, table: Table, settings: RouterSettings, number: str
) -> dict[str, str]:
    """Return the fields of a follow-up. Raise NotThere if the table has no number for its OPD."""
    form = {
        "complaint_id": number,
        "user_id": str(settings.sp4n_user_id),
        "content": follow_up_text(case, entry, settings.secret_bytes),
        "is_secret": str(int(case.rahasia)),
    }
    if template := table.templates.get(entry.what):
        form["template_code"] = template
    if case.opd is not None:
        form["institution_from_id"] = str(table.institution(case.opd))
    if entry.what == "moved" and entry.to is not None:
        form["institution_to_id"] = str(table.institution(entry.to))
    return form


def follow_up_text(case: Case, entry: TextToCopy, secret: bytes) -> str:
    """Return the text of an entry with our mark, by which we recognise it there."""
    return f"{outgoing(entry.text, case.reporter_name)}\n\n{mark_of(case.ticket, secret, entry.number)}"
