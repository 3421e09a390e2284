"""SP4N shows a complaint again with another status: what follows here by rule, and what a person must see or decide."""

from __future__ import annotations

from typing import Literal, get_args

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

# When a closing in SP4N closes here too: where an OPD of ours has answered; always; or never, so that a person decides each.
Closing = Literal["answered", "always", "never"]
CLOSINGS: tuple[Closing, ...] = get_args(Closing)
_BY: dict[str, Literal["citizen", "silence", "admin"]] = {"reporter": "citizen", "system": "silence", "admin": "admin"}
_ANSWERED_THERE = "Pelapor menanggapi di SP4N-LAPOR!; tanggapannya dapat dibaca di sana."


def status_changed(draft: Draft, external: External, closing: Closing) -> None:
    """Take the other system's new status into account. What follows by itself is listed too, so that a person sees it."""
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
    """The reporter's own word counts like a withdrawal here; anybody else's only by the office's rule."""
    by_reporter = external.by == "reporter" and not draft.case.followers
    # Words of the reporter that nobody has read here come first: a person decides then.
    follows = not draft.case.unread and {"answered": draft.case.state == "resolved", "always": True, "never": False}[closing]
    if by_reporter or follows:
        follow(draft, external)
        tell(draft, "closed_too", external)
    else:
        tell(draft, "closed_there", external)


def follow(draft: Draft, external: External) -> None:
    """End here as it ended there: an answered case closes, an unanswered one is archived or closed, saying by whom."""
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
    case = draft.case
    spoke = external.status == "in_progress"
    if case.state == "awaiting_citizen" and external.status != "awaiting_citizen" and (spoke or case.asked_in is not None):
        go_on(draft, _ANSWERED_THERE if spoke else "SP4N-LAPOR! tidak lagi menunggu pelapor.", answered=spoke)
    elif case.state == "resolved" and spoke:
        come_back(draft, external)
    elif case.state in ("verification", "assigned", "in_progress") and external.status == "awaiting_citizen":
        wait_there(draft, external)
    elif spoke:
        tell(draft, "came_back", external)


def come_back(draft: Draft, external: External, *, listed: bool = True) -> None:
    """The citizen spoke there after the end, or after our answer: the work starts again, with the OPD it had or has there."""
    case = draft.case
    code = case.opd or agency_named(external.opd)
    if listed:
        tell(draft, "came_back", external)
    if code is None:
        _back_to_desk(draft, external)
        return
    assignment_id = case.assignment_id if case.opd == code and case.assignment_id is not None else draft.item_id
    case = draft.set(
        state="in_progress", opd=code, assignment_id=assignment_id, round=case.round + 1, desk=None, since=draft.at,
        **with_reply(case, _ANSWERED_THERE), left=tuple(one for one in case.left if one.opd != code),
        unread=0, unread_since=None, ended_by=None, before=None, question=None,
    )  # fmt: skip
    draft.say(
        cases.Reopened(
            opd=code, assignment_id=assignment_id, round=case.round, class_=case.class_, priority=case.priority, topic=case.topic
        ),
        ACTOR,
    )
    draft.send()


def _back_to_desk(draft: Draft, external: External) -> None:
    """No agency of ours had it: a person looks for one."""
    reason = f"Pelapor menanggapi di SP4N-LAPOR! setelah aduan berakhir (status “{external.status_text}”)."
    candidates: tuple[Candidate, ...] = draft.case.candidates
    draft.set(round=draft.case.round + 1, since=draft.at)
    to_desk(draft, "triage", (reason,), candidates, actor=ACTOR, reopened=True)


def follow_news(draft: Draft, news: News) -> None:
    """A person decided to do here what was done there. Raise WrongState where the case has moved on meanwhile."""
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
    """Put it on the list that a person works through; a newer one of the kind takes the older one's place."""
    case: Case = draft.case
    number = case.news_count + 1
    news = News(number=number, kind=kind, status_text=external.status_text or "", opd=opd, at=draft.at)
    # An ending is over once SP4N goes on, and the other way round.
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
