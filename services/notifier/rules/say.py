"""From what is remembered to what is said: the values of a notice, in words."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from services.notifier.kinds import Audience, Kind
from services.notifier.state import CaseState, ContactState
from services.notifier.wording import Notice
from shared.events.fact import Clock
from shared.reference import topic_words
from shared.words import day_words, instant_words

NEXT: dict[Kind, Clock] = {
    Kind.ACKNOWLEDGED: "verify",
    Kind.ASSIGNED: "respond",
    Kind.TAKEN_BACK: "redispatch",
    Kind.REOPENED: "respond",
    Kind.PROGRESSED: "resolve",
    Kind.INFO_REQUESTED: "silence",
    Kind.RESOLVED: "silence",
    Kind.REPLY_HANDLED: "silence",
}
"""Which clock says by when something happens next."""

STILL_TO_DO: dict[Clock, str] = {
    "verify": "diteruskan ke instansi",
    "redispatch": "diteruskan ke instansi lain",
    "respond": "ditanggapi",
    "resolve": "diselesaikan",
    "silence": "dijawab pelapor",
}
ARCHIVED = {
    "spam": "isinya bukan aduan.",
    "abuse": "isinya tidak pantas.",
    "no_evidence": "keterangan yang kami minta tidak kami terima.",
    "withdrawn": "Anda menarik aduan ini.",
    "expired": "batas waktu untuk melengkapi keterangan sudah lewat.",
    "blocked": "isinya diblokir oleh sistem asal.",
    "other": "lihat halaman aduan.",
}


def notice_of(
    kind: Kind,
    occurred_at: datetime,
    values: Mapping[str, Any],
    *,
    case: CaseState,
    link: str,
    opd_names: Mapping[str, str],
) -> Notice:
    """``values`` are those of the fact, codes and ISO times in them; what comes out are words."""
    said: dict[str, Any] = {**values, "urgent": case.urgent, "topic": topic_words(case.topic), "place": case.place}
    code = values.get("opd") or case.opd
    said["opd"] = opd_names.get(code, code) if code else "admin koordinator"
    if kind in NEXT and (due := _due(case, NEXT[kind], occurred_at)):
        said["due"] = instant_words(due)
    if "clock" in values:
        said["clock"] = STILL_TO_DO[values["clock"]]
    if "was_due" in values:
        said["was_due"] = instant_words(datetime.fromisoformat(values["was_due"]))
    if "until" in values:
        said["until"] = day_words(date.fromisoformat(values["until"]))
    if "archived" in values:
        said["reason"] = values.get("note") or ARCHIVED[values["archived"]]
    return Notice(kind, case.ticket or "", link, said)


def link_of(
    audience: Audience, case: CaseState, contact: ContactState | None, complaint: Any, *, public: str, console: str
) -> str:
    """The reporter's own secret page where it has one, else the page that shows state and dates; the case for staff."""
    if audience is not Audience.CITIZEN:
        return f"{console}/triase/{case.ticket}" if case.ticket else console
    own = contact.links.get(complaint) if contact else None
    if own and own.link:
        return public + own.link
    return f"{public}/aduan/{case.ticket}" if case.ticket else f"{public}/aduan"


def _due(case: CaseState, clock: Clock, occurred_at: datetime) -> datetime | None:
    """The clock's due time, unless it is paused or of a run before what is being told."""
    running = case.clocks.get(clock)
    if running is None or running.paused:
        return None
    # A clock of an imported case began in the other system, before the import that is being told of.
    began = max(running.started_at, case.imported_at) if case.imported_at else running.started_at
    if clock != "resolve" and began < occurred_at:
        return None
    return running.due_at
