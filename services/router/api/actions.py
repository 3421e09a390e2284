"""`POST /v1/cases/{case}/…`: the actions of OPDs and desks. ``case`` is the complaint id or the ticket."""

import hashlib
from typing import Annotated, Any, Final
from uuid import UUID

from fastapi import Depends, FastAPI, Header
from starlette.requests import Request

from services.router import store
from services.router.api import models as m
from services.router.errors import NoSuchCase
from services.router.rules import commands as c
from shared.canonical import digest_of_command
from shared.pipeline import Claim
from shared.runtime.running import Running
from shared.web.keys import Key, needs

OFFICER: Final = ("officer",)
DESK: Final = ("koordinator", "arbiter")
Idempotency = Annotated[str | None, Header(alias="Idempotency-Key", max_length=200)]


class Actions:
    """Carries out commands on cases. A repeat by the same caller and Idempotency-Key gets the first answer."""

    def __init__(self, running: Running[Any]) -> None:
        self._running = running

    async def carry_out(
        self, case: str, command: c.CaseCommand, key: Key, token: str | None = None, also: str | None = None
    ) -> m.Moved:
        """Carry out a command on a case, and return what the case is now.

        ``token``: the Idempotency-Key, if the caller gave one.
        ``also``: the case to which this one was joined, for a command that separates the two.
        Raise NoSuchCase, or what the rules refuse the command with.
        """
        first = await store.key_of(self._running.pool, case)
        if first is None:
            raise NoSuchCase
        keys: tuple[UUID, ...] = (first,)
        if isinstance(command, c.Merge):
            keys = (first, command.into) if command.into != first else keys
        elif also is not None:
            other = await store.key_of(self._running.pool, also)
            keys = (first, other) if other is not None and other != first else keys
        claim = None
        if token:
            # Earlier releases stored this digest of the command's text. We still accept it for a repeat.
            before = hashlib.sha256(f"{first}:{command!r}".encode()).hexdigest()
            claim = Claim(f"act:{key.id}", token, digest_of_command(command, str(first)), {"ticket": case}, (before,))
        done = await self._running.do(command, keys=keys, actor=key.actor, claim=claim)
        told: dict[str, Any] = {"ticket": case, **(done.answer or {})}
        return m.Moved(id=first, status="repeated" if done.repeat else "done", **told)


def install(app: FastAPI, running: Running[Any]) -> None:
    """Add the routes of the actions."""
    actions = Actions(running)
    need = needs(running)
    _install_office(app, actions, need)
    _install_desk(app, running, actions, need)


def _install_office(app: FastAPI, actions: Actions, need: Any) -> None:
    officer = Annotated[Key, Depends(need(*OFFICER))]

    @app.post("/v1/cases/{case}/accept")
    async def accept(case: str, body: m.AcceptIn, key: officer, token: Idempotency = None) -> m.Moved:
        """Accept the assignment."""
        return await actions.carry_out(case, c.Accept(opd=key.opd or "", **body.model_dump()), key, token)

    @app.post("/v1/cases/{case}/decline")
    async def decline(case: str, body: m.DeclineIn, key: officer, token: Idempotency = None) -> m.Moved:
        """Return the case to a desk, with the reason and, if known, the OPD that should have it."""
        return await actions.carry_out(case, c.Decline(opd=key.opd or "", **body.model_dump()), key, token)

    @app.post("/v1/cases/{case}/progress")
    async def progress(case: str, body: m.ProgressIn, key: officer, token: Idempotency = None) -> m.Moved:
        """Report progress. The citizen sees a public text."""
        return await actions.carry_out(case, c.Progress(opd=key.opd or "", **body.model_dump()), key, token)

    @app.post("/v1/cases/{case}/put-off")
    async def put_off(case: str, body: m.PutOffIn, key: officer, token: Idempotency = None) -> m.Moved:
        """Put the case off until a date, with a reason that the citizen sees."""
        return await actions.carry_out(case, c.PutItOff(opd=key.opd or "", **body.model_dump()), key, token)

    @app.post("/v1/cases/{case}/resolve")
    async def resolve(case: str, body: m.ResolveIn, key: officer, token: Idempotency = None) -> m.Moved:
        """Resolve the case with an answer. An assignment need not be accepted first."""
        return await actions.carry_out(case, c.Resolve(opd=key.opd or "", **dict(body)), key, token)

    @app.post("/v1/cases/{case}/request-info")
    async def request_info(
        case: str, body: m.AskIn, key: Annotated[Key, Depends(need(*OFFICER, *DESK))], token: Idempotency = None
    ) -> m.Moved:
        """Ask the citizen for information, as the OPD that has the case or as a desk."""
        if key.role in DESK:
            return await actions.carry_out(
                case, c.AskFromDesk(question=body.question, revision=body.revision), key, token
            )
        return await actions.carry_out(case, c.Ask(opd=key.opd or "", **body.model_dump()), key, token)


def _install_desk(app: FastAPI, running: Running[Any], actions: Actions, need: Any) -> None:
    desk = Annotated[Key, Depends(need(*DESK))]
    koordinator = Annotated[Key, Depends(need("koordinator"))]

    @app.post("/v1/cases/{case}/assign")
    async def assign(case: str, body: m.AssignIn, key: desk, token: Idempotency = None) -> m.Moved:
        """Assign the case to an OPD.

        A case that another OPD has, or that was referred, needs a reason. An assignment binds if the arbiter makes it
        and the case stands at the arbiter's desk or was transferred three times.
        """
        return await actions.carry_out(case, c.Assign(arbiter=key.role == "arbiter", **body.model_dump()), key, token)

    @app.post("/v1/cases/{case}/take-back")
    async def take_back(case: str, body: m.TakeBackIn, key: desk, token: Idempotency = None) -> m.Moved:
        """Take the case back to the desk from a wrong assignment or referral. Its OPD no longer has it."""
        return await actions.carry_out(case, c.TakeBack(arbiter=key.role == "arbiter", **body.model_dump()), key, token)

    @app.post("/v1/cases/{case}/refer")
    async def refer(case: str, body: m.ReferIn, key: desk, token: Idempotency = None) -> m.Moved:
        """Refer the case to another authority, with the reason and the next step for the citizen."""
        return await actions.carry_out(case, c.Refer(arbiter=key.role == "arbiter", **body.model_dump()), key, token)

    @app.post("/v1/cases/{case}/archive")
    async def archive(case: str, body: m.ArchiveIn, key: koordinator, token: Idempotency = None) -> m.Moved:
        """End the case without an answer, for one of the listed reasons."""
        return await actions.carry_out(case, c.Archive(**body.model_dump()), key, token)

    @app.post("/v1/cases/{case}/close")
    async def close(case: str, body: m.CloseIn, key: koordinator, token: Idempotency = None) -> m.Moved:
        """Close an answered case."""
        return await actions.carry_out(case, c.Close(**body.model_dump()), key, token)

    @app.post("/v1/cases/{case}/handle-reply")
    async def handle_reply(case: str, body: m.HandleReplyIn, key: desk, token: Idempotency = None) -> m.Moved:
        """Deal with unread replies on an answered or ended case: ask the citizen again, reopen it, or take note."""
        return await actions.carry_out(case, c.HandleReply(**body.model_dump()), key, token)

    @app.post("/v1/cases/{case}/reclassify")
    async def reclassify(case: str, body: m.ReclassifyIn, key: koordinator, token: Idempotency = None) -> m.Moved:
        """Set class, priority, topic or place, with the reason."""
        return await actions.carry_out(case, c.Reclassify(**body.model_dump()), key, token)

    @app.post("/v1/cases/{case}/sp4n")
    async def sp4n(case: str, body: m.NewsIn, key: koordinator, token: Idempotency = None) -> m.Moved:
        """Decide about a piece of news from SP4N: follow SP4N, or leave the case as it is."""
        return await actions.carry_out(case, c.DecideNews(**body.model_dump()), key, token)

    @app.post("/v1/cases/{case}/merge")
    async def merge(case: str, body: m.MergeIn, key: koordinator, token: Idempotency = None) -> m.Moved:
        """Join the case to another open case. Its reporter then follows that case."""
        into = await store.key_of(running.pool, body.into)
        if into is None:
            raise NoSuchCase
        return await actions.carry_out(case, c.Merge(into=into, revision=body.revision), key, token)

    @app.post("/v1/cases/{case}/unmerge")
    async def unmerge(
        case: str, body: m.Body, key: koordinator, request: Request, token: Idempotency = None
    ) -> m.Moved:
        """Separate a case from the case that it was joined to."""
        del request
        found = await store.find(running.pool, case)
        also = str(found.case.merged_into) if found is not None and found.case.merged_into else None
        return await actions.carry_out(case, c.Unmerge(revision=body.revision), key, token, also)
