"""The rules for a new status in SP4N: what follows here without a person, and what a person must see or decide."""

from __future__ import annotations

from services.router.rules.context import Context
from services.router.rules.draft import Draft
from services.router.rules.sp4n_changes import protect
from services.router.rules.sp4n_following import ANSWERED_THERE, end_as_in_sp4n, reopen_as_in_sp4n
from services.router.rules.sp4n_news import add_news
from services.router.rules.sp4n_takeover import stop_waiting, wait_in_sp4n
from services.router.settings import Closing
from services.router.state import OPEN, Case
from shared.events.cases_elsewhere import ExternalStatusSeen
from shared.events.submissions import External, ExternalStatusChanged
from shared.pipeline import Change
from shared.sp4n import SP4N


def take_status(context: Context, fact: ExternalStatusChanged) -> Change[Case]:
    """Take over the new status of the other system, and do what follows from it.

    A status in a system other than SP4N is only recorded. An export tells late what the live connection has told.
    """
    draft, external = context.draft(), fact.external
    case = draft.case
    if external.system != SP4N:
        draft.set(external=external)
        if external.status is not None and external.status != case.state and external.status_text:
            draft.emit(
                ExternalStatusSeen(system=external.system, status_text=external.status_text, status=external.status)
            )
        return draft.change()
    if case.in_sp4n is None:
        # The export shows the complaint, whether an officer or the connector brought it there: it need not go again.
        draft.set(copies=tuple(copy for copy in case.copies if copy.what != "complaint"))
    protect(draft, anonim=fact.anonim, rahasia=fact.rahasia)
    if case.sp4n_polled is None or case.sp4n_polled != external.status_text:
        follow_status(draft, external, context.closing)
    return draft.change()


def follow_status(draft: Draft, external: External, closing: Closing) -> None:
    """Take over a status of SP4N, from an export or from the live connection.

    If the rules end or reopen the case for that reason, the list of news says so, and a person sees it.
    """
    draft.case = draft.case.with_sp4n(external)
    case = draft.case
    if external.status is None or external.status == case.state or not external.status_text:
        return
    draft.emit(ExternalStatusSeen(system=external.system, status_text=external.status_text, status=external.status))
    if external.status in ("closed", "archived"):
        if case.state in OPEN:
            _take_end(draft, external, closing)
    elif case.state in OPEN:
        _take_progress(draft, external)
    elif external.status == "in_progress" and case.state in ("closed", "archived"):
        reopen_as_in_sp4n(draft, external)
    else:
        add_news(draft, "reopened_there", external)


def _take_end(draft: Draft, external: External, closing: Closing) -> None:
    """End the case as SP4N did, or put the decision before a person.

    The case ends if its reporter ended the complaint there and nobody follows it. In other cases the setting
    ``closing`` decides.
    """
    by_reporter = external.by == "reporter" and not draft.case.followers
    # If replies of the reporter are unread here, or the answer promises a day, a person decides.
    follows = (
        not draft.case.unread
        and draft.case.promised_until is None
        and {"answered": draft.case.state == "resolved", "always": True, "never": False}[closing]
    )
    if by_reporter or follows:
        end_as_in_sp4n(draft, external)
        add_news(draft, "closed_too", external)
    else:
        add_news(draft, "closed_there", external)


def _take_progress(draft: Draft, external: External) -> None:
    """Follow a status of SP4N that is no end, for a case that is open here."""
    case = draft.case
    spoke = external.status == "in_progress"
    if (
        case.state == "awaiting_citizen"
        and external.status != "awaiting_citizen"
        and (spoke or case.asked_in is not None)
    ):
        stop_waiting(draft, ANSWERED_THERE if spoke else "SP4N-LAPOR! tidak lagi menunggu pelapor.", answered=spoke)
    elif case.state == "resolved" and spoke:
        reopen_as_in_sp4n(draft, external)
    elif case.state in ("verification", "assigned", "in_progress") and external.status == "awaiting_citizen":
        wait_in_sp4n(draft, external)
    elif spoke:
        add_news(draft, "came_back", external)
