"""The rules for a new status in SP4N: what follows here without a person, and what a person must see or decide."""

from __future__ import annotations

from typing import Literal

from services.router.errors import WrongState
from services.router.routing.named import agency_named
from services.router.rules.citizen import archive, close
from services.router.rules.desk_queue import assign, to_desk
from services.router.rules.draft import SP4N, Draft
from services.router.rules.limits import with_reply
from services.router.rules.taking_over import ACTOR, go_on, wait_there
from services.router.state import OPEN, Case, News
from shared.events import cases
from shared.events.cases_elsewhere import ExternalStatusSeen
from shared.events.fact import Candidate
from shared.events.submissions import External
from shared.reference import opds

# When an end in SP4N also ends the case here: if an OPD has answered it; always; or never, so that a person decides.
Closing = Literal["answered", "always", "never"]
_BY: dict[str, Literal["citizen", "silence", "admin"]] = {"reporter": "citizen", "system": "silence", "admin": "admin"}
_ANSWERED_THERE = "Pelapor menanggapi di SP4N-LAPOR!; tanggapannya dapat dibaca di sana."


def status_changed(draft: Draft, external: External, closing: Closing) -> None:
    """Take over the new status of the other system, and do what follows from it.

    If the rules end or reopen the case for that reason, the list of news says so, and a person sees it.
    A status in a system other than SP4N is only recorded.
    """
    case = draft.case
    draft.set(external=external)
    if external.status is None or external.status == case.state or not external.status_text:
        return
    draft.say(ExternalStatusSeen(system=external.system, status_text=external.status_text, status=external.status))
    if external.system != SP4N:
        return
    if external.status in ("closed", "archived"):
        if case.state in OPEN:
            _ended_there(draft, external, closing)
    elif case.state in OPEN:
        _goes_on_there(draft, external)
    elif external.status == "in_progress" and case.state in ("closed", "archived"):
        come_back(draft, external)
    else:
        tell(draft, "reopened_there", external)


def _ended_there(draft: Draft, external: External, closing: Closing) -> None:
    """End the case as SP4N did, or put the decision before a person.

    The case ends if its reporter ended the complaint there and nobody follows it. In other cases the setting
    ``closing`` decides.
    """
    by_reporter = external.by == "reporter" and not draft.case.followers
    # If replies of the reporter are unread here, a person decides.
    follows = (
        not draft.case.unread and {"answered": draft.case.state == "resolved", "always": True, "never": False}[closing]
    )
    if by_reporter or follows:
        follow(draft, external)
        tell(draft, "closed_too", external)
    else:
        tell(draft, "closed_there", external)


def follow(draft: Draft, external: External) -> None:
    """End the case as it ended in SP4N.

    An answered case closes. An unanswered one is archived, or closed if SP4N closed it and its reporter did not.
    The event says by whom or for what reason the case ended.
    """
    case = draft.case
    why = f"{external.status_text} di SP4N-LAPOR!" + (f": {external.reason}" if external.reason else ".")
    if case.state == "resolved":
        close(draft, _BY.get(external.by or "", "admin"), why)
    elif external.by == "reporter":
        archive(draft, "withdrawn", why)
    elif external.status == "closed":
        draft.set(desk=None, asked_in=None)
        close(draft, "admin", why)
    elif (external.status_text or "").casefold() == "konten terblokir":
        archive(draft, "blocked", why)
    else:
        archive(draft, "expired" if "kadaluarsa" in (external.reason or "").casefold() else "other", why)


def _goes_on_there(draft: Draft, external: External) -> None:
    """Follow a status of SP4N that is no end, for a case that is open here."""
    case = draft.case
    spoke = external.status == "in_progress"
    if (
        case.state == "awaiting_citizen"
        and external.status != "awaiting_citizen"
        and (spoke or case.asked_in is not None)
    ):
        go_on(draft, _ANSWERED_THERE if spoke else "SP4N-LAPOR! tidak lagi menunggu pelapor.", answered=spoke)
    elif case.state == "resolved" and spoke:
        come_back(draft, external)
    elif case.state in ("verification", "assigned", "in_progress") and external.status == "awaiting_citizen":
        wait_there(draft, external)
    elif spoke:
        tell(draft, "came_back", external)


def come_back(draft: Draft, external: External, *, listed: bool = True) -> None:
    """Reopen the case, because the citizen spoke in SP4N after our answer or after the end.

    The OPD that had the case gets it again, otherwise the OPD that SP4N names. If there is neither, triage gets it.
    ``listed``: also put the return on the list of news.
    """
    case = draft.case
    code = case.opd or agency_named(external.opd)
    if listed:
        tell(draft, "came_back", external)
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
        **with_reply(case, _ANSWERED_THERE),
        left=tuple(one for one in case.left if one.opd != code),
        unread=0,
        unread_since=None,
        ended_by=None,
        before=None,
        question=None,
    )
    draft.say(
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
    draft.send()


def _back_to_desk(draft: Draft, external: External) -> None:
    """Start the next round at the triage desk, because no OPD had the case."""
    reason = f"Pelapor menanggapi di SP4N-LAPOR! setelah aduan berakhir (status “{external.status_text}”)."
    candidates: tuple[Candidate, ...] = draft.case.candidates
    draft.set(round=draft.case.round + 1, since=draft.at)
    to_desk(draft, "triage", (reason,), candidates, actor=ACTOR, reopened=True)


def follow_news(draft: Draft, news: News) -> None:
    """Do here what was done in SP4N, as a person decided. Raise WrongState if the case has moved on meanwhile."""
    case, external = draft.case, draft.case.external
    if external is None or news.kind in ("closed_too", "came_back"):
        return
    if news.kind == "closed_there":
        if case.state not in OPEN:
            raise WrongState(case.state)
        follow(draft, external)
    elif news.kind == "reopened_there":
        if case.state not in ("closed", "archived"):
            raise WrongState(case.state)
        come_back(draft, external, listed=False)
    elif news.opd is not None:
        if case.state not in ("verification", "assigned", "in_progress"):
            raise WrongState(case.state)
        draft.leave()
        draft.set(transfers=case.transfers + (case.opd is not None))
        assign(draft, news.opd, (f"SP4N-LAPOR! memindahkannya ke {opds()[news.opd].name}.",))


def tell(
    draft: Draft,
    kind: Literal["closed_there", "closed_too", "came_back", "reopened_there", "moved_there"],
    external: External,
    opd: str | None = None,
) -> None:
    """Put an entry on the list of news. The new entry replaces the older ones that it makes outdated."""
    case: Case = draft.case
    number = case.news_count + 1
    news = News(number=number, kind=kind, status_text=external.status_text or "", opd=opd, at=draft.at)
    # A return in SP4N makes an earlier end there outdated, and an end makes an earlier return outdated.
    kept = tuple(one for one in case.news if one.kind not in _REPLACES[kind])
    draft.set(news=(*kept, news), news_count=number)


_ENDINGS = frozenset({"closed_there", "closed_too"})
_RETURNS = frozenset({"came_back", "reopened_there"})
_REPLACES = {
    "closed_there": _ENDINGS | _RETURNS,
    "closed_too": _ENDINGS | _RETURNS,
    "came_back": _ENDINGS | _RETURNS,
    "reopened_there": _ENDINGS | _RETURNS,
    "moved_there": frozenset({"moved_there"}),
}
