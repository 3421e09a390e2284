"""`GET /v1/referrals`, and the acts of the desk on a referral after it was made."""

from typing import Annotated, Any, Literal

from fastapi import Depends, FastAPI, Query

from services.router.actions.case_commands import DESK_ROLES, carry_out
from services.router.actions.referral_lists import ReferralFilter, load_referrals
from services.router.api.callers import Idempotency
from services.router.api.models import CasePage, Moved
from services.router.api.models_base import Body, Said
from services.router.api.views import as_case, as_moved
from services.router.rules.commands import CaseCommand
from services.router.rules.commands_referral import ConfirmReferral, NoteLetter, RecordAnswer
from shared.observability.logs import get_logger
from shared.runtime.running import Running
from shared.web.inputs import Day
from shared.web.keys import Key, needs

log = get_logger()
_STAGES = {"fresh": "baru", "to_write": "surat", "told": "diberitahu", "answered": "dijawab"}


class AuthorityAnswerIn(Body):
    """The answer of the authority. ``on``: the day on which it was given. The citizen reads both."""

    text: Said
    on: Day


def install(app: FastAPI, running: Running[Any]) -> None:
    """Add the routes."""
    desk = Annotated[Key, Depends(needs(running)(*DESK_ROLES))]

    @app.get("/v1/referrals")
    async def referrals(
        key: desk,
        stage: Annotated[
            Literal["fresh", "to_write", "told", "answered"],
            Query(description="`fresh`: proposed by the rules, no person has looked; `to_write`: to be told on paper"),
        ] = "fresh",
        order: Annotated[
            Literal["oldest", "least_certain"], Query(description="`least_certain` holds for fresh ones alone")
        ] = "oldest",
        authority: Annotated[str, Query(max_length=40, description="such as `regency_or_city`")] = "",
        topic: Annotated[str, Query(max_length=40)] = "",
        region: Annotated[str, Query(max_length=5, description="the code of a regency, such as `64.72`")] = "",
        channel: Annotated[str, Query(max_length=40)] = "",
        office: Annotated[str, Query(max_length=200, description="a part of the name of the authority")] = "",
        after: Annotated[str, Query(max_length=200, description="the cursor that the page before gave as `next`")] = "",
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> CasePage:
        """List the referred cases at one stage. A wrong cursor begins at the top."""
        wanted = ReferralFilter.of(
            {
                "keadaan": _STAGES[stage],
                "urut": "ragu" if order == "least_certain" else "terlama",
                "kewenangan": authority,
                "pokok": topic,
                "wilayah": region,
                "kanal": channel,
                "instansi": office,
            }
        )
        page = await load_referrals(running, wanted, after, limit)
        log.info("cases.read", actor=key.actor, number=len(page.cases))
        return CasePage(items=[as_case(one, officer_of=None) for one in page.cases], next=page.next)

    async def act(case: str, command: CaseCommand, key: Key, token: str | None) -> Moved:
        return as_moved(await carry_out(running, case, command, key, token))

    @app.post("/v1/cases/{case}/confirm-referral")
    async def confirm_referral(case: str, body: Body, key: desk, token: Idempotency = None) -> Moved:
        """Agree with a referral that the rules proposed. Its authority is told by mail, if its address is known.

        To correct it, refer the case to another authority. To undo it, take the case back.
        """
        return await act(case, ConfirmReferral(revision=body.revision), key, token)

    @app.post("/v1/cases/{case}/authority-letter")
    async def authority_letter(case: str, body: Body, key: desk, token: Idempotency = None) -> Moved:
        """Note that a letter on paper went to the authority."""
        return await act(case, NoteLetter(revision=body.revision), key, token)

    @app.post("/v1/cases/{case}/authority-answer")
    async def authority_answer(case: str, body: AuthorityAnswerIn, key: desk, token: Idempotency = None) -> Moved:
        """Record the answer of the authority. The citizen reads it."""
        return await act(case, RecordAnswer(text=body.text, on=body.on, revision=body.revision), key, token)
