"""Values of a notice, turned from codes and times into the words that the texts need."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from services.notifier.codes import Audience, NoticeKind
from services.notifier.labels import ARCHIVED_LABELS, CLOCK_PHRASES, FOLLOWED_NEWS, HELP_PHRASES
from services.notifier.state import CaseState, ContactState
from services.notifier.texts import Notice
from shared.events.fact import Clock
from shared.labels import ROLES
from shared.policy import OMBUDSMAN
from shared.reference import topic_words
from shared.words import day_words, instant_words

# For each kind, the clock whose due time says when something happens next.
NEXT_STEP_CLOCK: dict[NoticeKind, Clock] = {
    NoticeKind.ACKNOWLEDGED: "verify",
    NoticeKind.ASSIGNED: "respond",
    NoticeKind.TAKEN_BACK: "redispatch",
    NoticeKind.REOPENED: "respond",
    NoticeKind.PROGRESSED: "resolve",
    NoticeKind.INFO_REQUESTED: "silence",
    NoticeKind.RESOLVED: "silence",
    NoticeKind.REPLY_HANDLED: "silence",
    NoticeKind.APPEALED: "appeal",
}


def notice_of(
    kind: NoticeKind,
    occurred_at: datetime,
    values: Mapping[str, Any],
    *,
    case: CaseState,
    link: str,
    opd_names: Mapping[str, str],
) -> Notice:
    """Return the notice in words. ``values`` come from the fact and hold codes and ISO times."""
    words: dict[str, Any] = {**values, "urgent": case.urgent, "topic": topic_words(case.topic), "place": case.place}
    code = values.get("opd") or case.opd
    words["ombudsman"] = OMBUDSMAN
    words["opd"] = opd_names.get(code, code) if code else ROLES["triage"]
    if kind in NEXT_STEP_CLOCK and (due := _due(case, NEXT_STEP_CLOCK[kind], occurred_at)):
        words["due"] = instant_words(due)
    if "clock" in values:
        words["clock"] = (HELP_PHRASES if values.get("helps") else CLOCK_PHRASES)[values["clock"]]
    if "lead" in values:
        words["lead"] = opd_names.get(values["lead"], values["lead"])
    if kind is NoticeKind.HELP_ASKED and values.get("opd") in case.help_due:
        words["due"] = instant_words(case.help_due[values["opd"]])
    if "was_due" in values:
        words["was_due"] = instant_words(datetime.fromisoformat(values["was_due"]))
    if "until" in values:
        words["until"] = day_words(date.fromisoformat(values["until"]))
    if "news" in values:
        words["news"] = FOLLOWED_NEWS[values["news"]].format_map(words)
    if "archived" in values:
        words["reason"] = values.get("note") or ARCHIVED_LABELS[values["archived"]]
    return Notice(kind, case.ticket or "", link, words)


def desk_of(audience: Audience, kind: str, values: Mapping[str, Any]) -> str:
    """Return the desk in the console that a notice to staff leads to. Supervisors decide on appeals at a desk of their own."""
    if audience.of_an_opd:
        return "opd"
    appeal = kind in (NoticeKind.APPEALED, NoticeKind.APPEAL_DECIDED) or values.get("clock") == "appeal"
    return "keberatan" if appeal else "triase"


def link_of(
    audience: Audience,
    case: CaseState,
    contact: ContactState | None,
    complaint: Any,
    desk: str,
    *,
    public: str,
    console: str,
) -> str:
    """Return the link of a notice.

    Staff get the page of the case at their ``desk``. A citizen gets the contact's own secret page if it has one, else the
    page that shows only state and dates.
    """
    if audience is Audience.AUTHORITY:
        # The page that shows state and dates alone.
        return f"{public}/aduan/{case.ticket}"
    if audience is not Audience.CITIZEN:
        return f"{console}/{desk}/{case.ticket}" if case.ticket else console
    own = contact.links.get(complaint) if contact else None
    if own and own.link:
        return public + own.link
    return f"{public}/aduan/{case.ticket}" if case.ticket else f"{public}/aduan"


def _due(case: CaseState, clock: Clock, occurred_at: datetime) -> datetime | None:
    """Return the clock's due time, or None when the clock is paused or its run began before the fact being told."""
    running = case.clocks.get(clock)
    if running is None or running.paused:
        return None
    # A clock of an imported case began in the other system, before the import, so we count it from the import.
    began = max(running.started_at, case.imported_at) if case.imported_at else running.started_at
    if clock != "resolve" and began < occurred_at:
        return None
    return running.due_at
