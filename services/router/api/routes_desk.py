"""`POST /v1/cases/{case}/…`: the actions of the desks. ``case`` is the complaint id or the ticket."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI

from services.router.actions import case_commands
from services.router.actions.case_commands import DESK_ROLES, carry_out, compose_arbitrable
from services.router.api import models as m
from services.router.api.callers import Idempotency
from services.router.api.models_base import Body
from services.router.api.views import as_moved
from services.router.rules import commands as c
from services.router.rules import commands_referral, commands_sp4n
from shared.runtime.running import Running
from shared.web.keys import Key, needs


def install(app: FastAPI, running: Running[Any]) -> None:
    """Add the routes of the desks' actions."""
    need = needs(running)
    _install_assignment(app, running, need)
    _install_decisions(app, running, need)
    _install_merging(app, running, need)


def _install_assignment(app: FastAPI, running: Running[Any], need: Any) -> None:
    desk = Annotated[Key, Depends(need(*DESK_ROLES))]

    async def act(
        case: str,
        kind: type[c.Assign] | type[c.TakeBack] | type[commands_referral.Refer],
        body: Body,
        key: Key,
        token: str | None,
    ) -> m.Moved:
        command = compose_arbitrable(kind, key, dict(body))
        return as_moved(await carry_out(running, case, command, key, token))

    @app.post("/v1/cases/{case}/assign")
    async def assign(case: str, body: m.AssignIn, key: desk, token: Idempotency = None) -> m.Moved:
        """Assign the case to an OPD.

        A case that another OPD has, or that was referred, needs a reason. An assignment binds if the arbiter makes it
        and the case stands at the arbiter's desk or was transferred three times.
        """
        return await act(case, c.Assign, body, key, token)

    @app.post("/v1/cases/{case}/take-back")
    async def take_back(case: str, body: m.TakeBackIn, key: desk, token: Idempotency = None) -> m.Moved:
        """Take the case back to the desk from a wrong assignment or referral. Its OPD no longer has it."""
        return await act(case, c.TakeBack, body, key, token)

    @app.post("/v1/cases/{case}/refer")
    async def refer(case: str, body: m.ReferIn, key: desk, token: Idempotency = None) -> m.Moved:
        """Refer the case to another authority, with the reason and the next step for the citizen."""
        return await act(case, commands_referral.Refer, body, key, token)


def _install_decisions(app: FastAPI, running: Running[Any], need: Any) -> None:
    desk = Annotated[Key, Depends(need(*DESK_ROLES))]
    koordinator = Annotated[Key, Depends(need("koordinator"))]

    async def act(case: str, command: c.CaseCommand, key: Key, token: str | None) -> m.Moved:
        return as_moved(await carry_out(running, case, command, key, token))

    @app.post("/v1/cases/{case}/archive")
    async def archive(case: str, body: m.ArchiveIn, key: koordinator, token: Idempotency = None) -> m.Moved:
        """End the case without an answer, for one of the listed reasons."""
        return await act(case, c.Archive(**dict(body)), key, token)

    @app.post("/v1/cases/{case}/release")
    async def release(case: str, body: Body, key: koordinator, token: Idempotency = None) -> m.Moved:
        """Let a held case go on to its agency. To end it instead, archive it."""
        return await act(case, c.Release(revision=body.revision), key, token)

    @app.post("/v1/cases/{case}/close")
    async def close(case: str, body: m.CloseIn, key: koordinator, token: Idempotency = None) -> m.Moved:
        """Close an answered case."""
        return await act(case, c.Close(**dict(body)), key, token)

    @app.post("/v1/cases/{case}/handle-reply")
    async def handle_reply(case: str, body: m.HandleReplyIn, key: desk, token: Idempotency = None) -> m.Moved:
        """Deal with unread replies on an answered or ended case: ask the citizen again, reopen it, or take note."""
        return await act(case, c.HandleReply(**dict(body)), key, token)

    @app.post("/v1/cases/{case}/called")
    async def called(case: str, body: m.CalledIn, key: koordinator, token: Idempotency = None) -> m.Moved:
        """Take a case off the list to be called, with what the citizen said. `not_solved` reopens the case."""
        return await act(case, c.CallCitizen(**dict(body)), key, token)

    @app.post("/v1/cases/{case}/reclassify")
    async def reclassify(case: str, body: m.ReclassifyIn, key: koordinator, token: Idempotency = None) -> m.Moved:
        """Set class, priority, topic or place, with the reason."""
        return await act(case, c.Reclassify(**dict(body)), key, token)

    @app.post("/v1/cases/{case}/sp4n")
    async def sp4n(case: str, body: m.NewsIn, key: koordinator, token: Idempotency = None) -> m.Moved:
        """Decide about a piece of news from SP4N: follow SP4N, or leave the case as it is."""
        return await act(case, commands_sp4n.DecideNews(**dict(body)), key, token)


def _install_merging(app: FastAPI, running: Running[Any], need: Any) -> None:
    koordinator = Annotated[Key, Depends(need("koordinator"))]

    @app.post("/v1/cases/{case}/merge")
    async def merge(case: str, body: m.MergeIn, key: koordinator, token: Idempotency = None) -> m.Moved:
        """Join the case to another open case. Its reporter then follows that case."""
        return as_moved(await case_commands.merge(running, case, body.into, key, revision=body.revision, token=token))

    @app.post("/v1/cases/{case}/unmerge")
    async def unmerge(case: str, body: Body, key: koordinator, token: Idempotency = None) -> m.Moved:
        """Separate a case from the case that it was joined to."""
        return as_moved(await case_commands.unmerge(running, case, key, revision=body.revision, token=token))
