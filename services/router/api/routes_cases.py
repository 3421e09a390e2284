"""The reads: `GET /v1/cases…`, `GET /v1/suspicions` and `GET /v1/sp4n`, for OPDs and desks. Every reading is recorded."""

from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, Query

from services.router.actions import case_lists
from services.router.actions.case_commands import DESK_ROLES
from services.router.actions.case_reads import read_case
from services.router.api.callers import OFFICER, READERS
from services.router.api.models import CaseOut, CasePage, NewsPage
from services.router.api.views import as_case, as_news
from services.router.errors import NotYours
from shared.errors import Forbidden
from shared.events.fact import State
from shared.observability.logs import get_logger
from shared.runtime.running import Running
from shared.web.keys import Key, needs

log = get_logger()


def install(app: FastAPI, running: Running[Any]) -> None:
    """Add the routes that read."""
    reader = Annotated[Key, Depends(needs(running)(*READERS))]

    @app.get("/v1/cases")
    async def cases(
        key: reader,
        opd: Annotated[
            str | None, Query(description="list the cases of this OPD; an officer's own if left out")
        ] = None,
        state: Annotated[State, Query(description="with opd: the state of the cases")] = "assigned",
        desk: Annotated[
            Literal["triage", "arbiter", "replies", "calls"],
            Query(
                description="without opd: the desk whose cases are listed; `replies`: cases with unread replies; "
                "`calls`: cases closed by silence whose citizens are to be called, for a koordinator"
            ),
        ] = "triage",
        application: Annotated[
            str | None,
            Query(description="the number of an application for a permit, in any spelling: list the cases about it"),
        ] = None,
        after: Annotated[str | None, Query(description="the cursor that the page before gave as `next`")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> CasePage:
        """List the cases of a desk, with unread replies, to be called about, or of an OPD in one state.

        Cases about an application: the oldest first, in any state; with an OPD, or for an officer, only that OPD's.
        Cases of a desk: urgent ones first, then the oldest. Cases of an OPD: the oldest first.
        Cases with unread replies: the longest waiting reply first.
        Cases to be called about: a fixed sample of those that silence closed in the last 30 days, the oldest first.
        No number is here. The operator of intake finds it under the same id: its table `state` holds the contacts.
        """
        officer = key.role == OFFICER
        code = key.opd if officer else opd
        if officer and opd not in (None, key.opd):
            raise NotYours
        if application is not None:
            page = await case_lists.load_application(running, application, code, case_lists.parse_key(after), limit)
        elif code is not None:
            page = await case_lists.load_opd(running, code, state, case_lists.parse_key(after), limit)
        elif desk == "replies":
            page = await case_lists.load_replies(running, case_lists.parse_replies_cursor(after), limit)
        elif desk == "calls":
            if key.role != "koordinator":
                raise Forbidden("needs a key with the role koordinator")
            page = await case_lists.load_calls(running, case_lists.parse_replies_cursor(after), limit)
        else:
            page = await case_lists.load_desk(running, desk, case_lists.parse_desk_cursor(after), limit)
        log.info("cases.read", actor=key.actor, number=len(page.cases))
        return CasePage(
            items=[as_case(one, officer_of=key.opd if officer else None) for one in page.cases], next=page.next
        )

    @app.get("/v1/sp4n")
    async def sp4n(
        key: Annotated[Key, Depends(needs(running)(*DESK_ROLES))],
        after: Annotated[str | None, Query(description="the cursor that the page before gave as `next`")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> NewsPage:
        """List the news from SP4N that a person must decide about or see, the oldest case first."""
        page = await case_lists.load_news(running, case_lists.parse_key(after), limit)
        log.info("news.read", actor=key.actor, number=len(page.cases))
        return NewsPage(items=as_news(page.cases), next=page.next)

    @app.get("/v1/suspicions")
    async def suspicions(
        key: Annotated[Key, Depends(needs(running)("koordinator"))],
        after: Annotated[str | None, Query(description="the cursor that the page before gave as `next`")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> CasePage:
        """List the cases that came with signs of misuse and are held, the oldest first.

        A koordinator releases or archives each. One that nobody touches goes on by itself at `held_until`.
        """
        page = await case_lists.load_held(running, case_lists.parse_key(after), limit)
        log.info("cases.read", actor=key.actor, number=len(page.cases))
        return CasePage(items=[as_case(one, officer_of=None) for one in page.cases], next=page.next)

    @app.get("/v1/cases/{case}")
    async def case(case: str, key: reader) -> CaseOut:
        """Return one case with its history, by complaint id or ticket."""
        found = await read_case(running, case, key, "handles the case")
        return as_case(found.stored, officer_of=key.opd if key.role == OFFICER else None, history=found.history)
