"""The rules that make a case follow SP4N: it ends, comes back or moves here as it did there."""

from __future__ import annotations

from typing import Final, Literal

from services.router.errors import WrongState
from services.router.routing.agency_names import find_agency
from services.router.rules.draft import Draft
from services.router.rules.endings import archive_case, close_case
from services.router.rules.limits import fields_with_reply
from services.router.rules.placement import assign_to_opd, put_at_desk
from services.router.rules.sp4n_news import add_news
from services.router.rules.sp4n_takeover import ACTOR
from services.router.state import OPEN
from services.router.state_parts import Sp4nNews
from shared.events import cases
from shared.events.submissions import External
from shared.reference import opds

_BY: Final[dict[str, Literal["citizen", "silence", "admin"]]] = {
    "reporter": "citizen",
    "system": "silence",
    "admin": "admin",
}
# The text of the citizen's reply in SP4N, which only SP4N shows.
ANSWERED_THERE: Final = "Pelapor menanggapi di SP4N-LAPOR!; tanggapannya dapat dibaca di sana."


def end_as_in_sp4n(draft: Draft, external: External) -> None:
    """End the case as it ended in SP4N.

    An answered case closes. An unanswered one is archived, or closed if SP4N closed it and its reporter did not.
    The event says by whom or for what reason the case ended.
    """
    case = draft.case
    why = f"{external.status_text} di SP4N-LAPOR!" + (f": {external.reason}" if external.reason else ".")
    if case.state == "resolved":
        by = _BY.get(external.by or "", "admin")
        # No silence closes a case whose answer promises a day. Only a person lets it end with SP4N.
        close_case(draft, "admin" if by == "silence" and case.promised_until is not None else by, why)
    elif external.by == "reporter":
        archive_case(draft, "withdrawn", why)
    elif external.status == "closed":
        draft.set(desk=None, asked_in=None)
        close_case(draft, "admin", why)
    elif (external.status_text or "").casefold() == "konten terblokir":
        archive_case(draft, "blocked", why)
    else:
        archive_case(draft, "expired" if "kadaluarsa" in (external.reason or "").casefold() else "other", why)


def reopen_as_in_sp4n(draft: Draft, external: External, *, listed: bool = True) -> None:
    """Reopen the case, because the citizen spoke in SP4N after our answer or after the end.

    The OPD that had the case gets it again, otherwise the OPD that SP4N names. If there is neither, triage gets it.
    ``listed``: also put the return on the list of news.
    """
    case = draft.case
    code = case.opd or find_agency(external.opd)
    if listed:
        add_news(draft, "came_back", external)
    if code is None:
        _back_to_desk(draft, external)
        return
    assignment_id = case.assignment_id if case.opd == code and case.assignment_id is not None else draft.item_id
    case = draft.set(
        state="in_progress",
        opd=code,
        assignment_id=assignment_id,
        round=case.round + 1,
        desk=None,
        since=draft.at,
        **fields_with_reply(case, ANSWERED_THERE),
        left=case.left_without(code),
        unread=0,
        unread_since=None,
        ended_by=None,
        before=None,
        question=None,
        promised_until=None,
        call_since=None,
    )
    draft.emit(
        cases.Reopened(
            opd=code,
            assignment_id=assignment_id,
            round=case.round,
            class_=case.class_,
            priority=case.priority,
            topic=case.topic,
        ),
        ACTOR,
    )
    draft.send_snapshot()


def _back_to_desk(draft: Draft, external: External) -> None:
    """Start the next round at the triage desk, because no OPD had the case."""
    reason = f"Pelapor menanggapi di SP4N-LAPOR! setelah aduan berakhir (status “{external.status_text}”)."
    draft.set(round=draft.case.round + 1, since=draft.at, promised_until=None, call_since=None)
    put_at_desk(draft, "triage", (reason,), draft.case.candidates, actor=ACTOR, reopened=True)


def follow_news(draft: Draft, news: Sp4nNews) -> None:
    """Do here what was done in SP4N, as a person decided. Raise WrongState if the case has moved on meanwhile."""
    case, external = draft.case, draft.case.in_sp4n
    if external is None or news.kind in ("closed_too", "came_back"):
        return
    if news.kind == "closed_there":
        if case.state not in OPEN:
            raise WrongState(case.state)
        end_as_in_sp4n(draft, external)
    elif news.kind == "reopened_there":
        if case.state not in ("closed", "archived"):
            raise WrongState(case.state)
        reopen_as_in_sp4n(draft, external, listed=False)
    elif news.opd is not None:
        if case.state not in ("verification", "assigned", "in_progress"):
            raise WrongState(case.state)
        draft.withdraw()
        draft.set(transfers=case.transfers + (case.opd is not None))
        assign_to_opd(draft, news.opd, (f"SP4N-LAPOR! memindahkannya ke {opds()[news.opd].name}.",))
