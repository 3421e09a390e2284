"""The log of what people decided on cases: a query over the router's own events, with who and why."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import datetime
from typing import Any, Final

from pydantic_core import from_json

from services.router import store
from shared.masking import masked
from shared.postgres.pool import Pool

# Actors of events that no person decided.
MACHINES: Final = frozenset(("rules", "router", "system", "sla", "citizen"))
# The choice of the citizen is a label too, of a kind of its own.
CHOICE: Final = "case.choice_taken"
TYPES: Final = (
    "case.assigned",
    "case.declined",
    "case.taken_back",
    "case.referred",
    "case.referral_confirmed",
    "case.reclassified",
    CHOICE,
)
# Kinds of labels that name the authority which is right.
_REFERRED: Final = frozenset(("referred", "referral_corrected", "referral_confirmed"))
_PAGE: Final = 1_000


async def find_labels(pool: Pool, since: datetime) -> AsyncIterator[dict[str, Any]]:
    """Yield a line for each decision of a person since a time, the oldest first. Erased cases are left out."""
    after = 0
    while page := await store.list_decisions(pool, TYPES, since, after, _PAGE):
        for row in page:
            # The citizen takes a case back only from a referral, and says by it whose work it is.
            objected = row["type"] == "case.taken_back" and row["actor"] == "citizen"
            if row["actor"] not in MACHINES or row["type"] == CHOICE or objected:
                yield as_label(row)
        after = page[-1]["position"]


def as_label(row: Mapping[str, Any]) -> dict[str, Any]:
    """Return one decision as a label.

    ``label`` is the OPD that is right by this decision, or None if the decision only says which one is wrong. ``was`` is
    the OPD or candidate that was wrong or first before. ``to`` is the authority outside the province that is right, and
    ``not_to`` the one to which the case was wrongly referred. Numbers of people are masked.
    """
    data, case = from_json(row["data"]), from_json(row["case"])
    offered = [one["opd"] for one in from_json(row["candidates"] or "[]") if one.get("opd")]
    kind, label, was = _meaning(row["type"], data, offered, row["actor"])
    title = f"{case['title']}\n" if case.get("title") else ""
    why = data.get("sentence") or data.get("reason") or " ".join(data.get("reasons") or ()) or None
    return {
        "complaint_id": str(row["key"]),
        "ticket": case.get("ticket"),
        "at": row["occurred_at"].isoformat(),
        "kind": kind,
        "label": label,
        "was": was,
        "authority": data.get("authority") or ("province" if label else None),
        "to": data.get("to") if kind in _REFERRED else None,
        "not_to": data.get("instead_of") or data.get("referred_to"),
        "topic": data.get("topic") or case.get("topic"),
        "who": row["actor"],
        "why": masked(why) if why else None,
        "text": masked(title + case.get("text", "")),
        "place": masked(case["place"]) if case.get("place") else None,
    }


def _meaning(type_: str, data: Mapping[str, Any], offered: list[str], actor: str) -> tuple[str, str | None, str | None]:
    """Return the kind of a label, the OPD that is right, and the one that was wrong or first before."""
    first = offered[0] if offered else None
    if type_ == "case.assigned":
        return ("chosen" if data["opd"] in offered else "assigned"), data["opd"], first
    if type_ == CHOICE:
        return ("citizen_chose" if data.get("topic") else "citizen_chose_none"), data.get("opd"), first
    if type_ == "case.declined":
        return "declined", data.get("suggestion"), data["opd"]
    if type_ == "case.taken_back":
        if data["state"] == "referred":
            kind = "referral_objected" if actor == "citizen" else "referral_taken_back"
            return kind, data.get("to"), None
        return ("rerouted" if data.get("to") else "taken_back"), data.get("to"), data.get("opd")
    if type_ == "case.referral_confirmed":
        return "referral_confirmed", None, None
    if type_ == "case.referred":
        return ("referral_corrected" if data.get("instead_of") else "referred"), None, first
    return "reclassified", None, first
