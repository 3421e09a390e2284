"""`GET /v1/cases…` and `GET /v1/sp4n`: lists and single cases, for OPDs and desks. Every reading is recorded."""

import re
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, FastAPI, Query

from services.router import store
from services.router.api.models import CaseOut, CasePage, EventOut, NewsOut, NewsPage
from services.router.api.views import as_news
from services.router.errors import NoSuchCase, NotYours
from services.router.state import Case
from services.router.store import FIRST, Found, Happened
from shared.errors import Invalid
from shared.events.fact import State
from shared.masking import masked
from shared.observability.logs import get_logger
from shared.runtime.running import Running
from shared.web.keys import Key, needs
from shared.web.reads import note_read

READERS = ("officer", "koordinator", "arbiter")
log = get_logger()


def shown(found: Found, *, to_officer: bool, history: list[Happened] | None = None) -> CaseOut:
    """Return the case as this reader may see it: masked and without a name for everybody but the officer of its OPD."""
    case = found.case
    hide = (lambda text: text) if to_officer else masked
    events = [
        EventOut(type=one.type, at=one.at, actor=one.actor, data=_hidden(one.data, hide)) for one in history or ()
    ]
    return CaseOut(
        id=found.key,
        text=hide(case.whole_text),
        replies=tuple(hide(reply) for reply in case.replies),
        reporter_name=case.reporter_name if to_officer and not case.anonim else None,
        history=events if history is not None else None,
        unread=case.unread or 0,
        **_plain(case),
    )


_MACHINE = re.compile(
    r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\d{4}-\d\d-\d\d(?:T\d\d:\d\d[\d:.]*(?:Z|[+-]\d\d:\d\d))?"
)
_PLAIN = (
    "ticket",
    "state",
    "revision",
    "class_",
    "priority",
    "topic",
    "place",
    "anonim",
    "rahasia",
    "filed_at",
    "desk",
    "reasons",
    "candidates",
    "opd",
    "assignment_id",
    "transfers",
    "round",
    "due_decide",
    "due_respond",
    "due_resolve",
    "answer",
    "unread_since",
    "merged_into",
)


def _plain(case: Case) -> dict[str, Any]:
    return {name: getattr(case, name) for name in _PLAIN}


def _hidden(data: dict[str, Any], hide: Any) -> dict[str, Any]:
    """Return the data of an event with its texts masked. An id or a time holds no number of a person and stays whole."""
    return {
        name: hide(value) if isinstance(value, str) and not _MACHINE.fullmatch(value) else value
        for name, value in data.items()
    }


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
            Literal["triage", "arbiter", "replies"],
            Query(description="without opd: the desk whose cases are listed; `replies`: cases with unread replies"),
        ] = "triage",
        after: Annotated[str | None, Query(description="the cursor that the page before gave as `next`")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> CasePage:
        """List the cases of a desk, with unread replies, or of an OPD in one state.

        Cases of a desk: urgent ones first, then the oldest. Cases of an OPD: the oldest first.
        Cases with unread replies: the longest waiting reply first.
        """
        code = key.opd if key.role == "officer" else opd
        if key.role == "officer" and opd not in (None, key.opd):
            raise NotYours
        if code is not None:
            found = await store.of_opd(running.pool, code, state, _key(after), limit)
        elif desk == "replies":
            found = await store.with_replies(running.pool, _replies_cursor(after), limit)
        else:
            found = await store.at_desk(running.pool, desk, _desk_cursor(after), limit)
        log.info("cases.read", actor=key.actor, number=len(found))
        last = found[-1] if len(found) == limit else None
        cursor = _cursor(last, desk if code is None else None) if last else None
        return CasePage(items=[shown(one, to_officer=key.role == "officer") for one in found], next=cursor)

    @app.get("/v1/sp4n")
    async def sp4n(
        key: Annotated[Key, Depends(needs(running)("koordinator", "arbiter"))],
        after: Annotated[str | None, Query(description="the cursor that the page before gave as `next`")] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> NewsPage:
        """List the news from SP4N that a person must decide about or see, the oldest case first."""
        found = await store.with_news(running.pool, _key(after), limit)
        log.info("news.read", actor=key.actor, number=len(found))
        items = [NewsOut.model_validate(entry) for entry in as_news(found)]
        return NewsPage(items=items, next=str(found[-1].key) if len(found) == limit else None)

    @app.get("/v1/cases/{case}")
    async def case(case: str, key: reader) -> CaseOut:
        """Return one case with its history, by complaint id or ticket."""
        found = await store.find(running.pool, case)
        if found is None:
            raise NoSuchCase
        if key.role == "officer" and found.case.opd != key.opd:
            raise NotYours
        await note_read(running.pool, key.actor, found.key, "handles the case")
        return shown(found, to_officer=key.role == "officer", history=await store.history(running.pool, found.key))


def _cursor(last: Found, desk: str | None) -> str:
    """Return the cursor after this case, in the list of a desk or (None) of an OPD."""
    if desk is None:
        return str(last.key)
    return store.after_reply(last) if desk == "replies" else f"{last.case.priority}~{last.key}"


def _replies_cursor(after: str | None) -> tuple[str, UUID]:
    """Split a cursor of the list of unread replies. Raise Invalid if it is wrong."""
    since, _, key = (after or "").partition("~")
    return since, _key(key)


def _key(after: str | None) -> UUID:
    """Return the key of a cursor, or the first key without one. Raise Invalid if it is no cursor."""
    try:
        return UUID(after) if after else FIRST
    except ValueError:
        raise Invalid("is no cursor of this list", field="after") from None


def _desk_cursor(after: str | None) -> tuple[str, UUID]:
    """Split a cursor of a desk. Without one, start at "~", which sorts after every priority. Raise Invalid if wrong."""
    if not after:
        return "~", FIRST
    priority, _, key = after.partition("~")
    return priority, _key(key)
