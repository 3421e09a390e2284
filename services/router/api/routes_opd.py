"""`POST /v1/cases/{case}/…`: the actions of the OPD that has the case. ``case`` is the complaint id or the ticket."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI

from services.router.actions.case_commands import (
    DESK_ROLES,
    KOORDINATOR,
    carry_out,
    compose_call_for_help,
    compose_end_of_help,
    compose_opd_command,
    compose_question,
)
from services.router.api import models as m
from services.router.api.callers import OFFICER, Idempotency
from services.router.api.models_base import OpdBody
from services.router.api.models_helpers import AddHelperIn, ContributeIn, RemoveHelperIn
from services.router.api.views import as_moved
from services.router.rules import commands as c
from services.router.rules import commands_help
from shared.runtime.running import Running
from shared.web.keys import Key, needs


def install(app: FastAPI, running: Running[Any]) -> None:
    """Add the routes of an OPD's actions."""
    need = needs(running)
    _install_help(app, running, need)
    officer = Annotated[Key, Depends(need(OFFICER))]

    async def act(case: str, kind: type[c.OpdCommand], body: OpdBody, key: Key, token: str | None) -> m.Moved:
        command = compose_opd_command(kind, key, dict(body))
        return as_moved(await carry_out(running, case, command, key, token))

    @app.post("/v1/cases/{case}/accept")
    async def accept(case: str, body: m.AcceptIn, key: officer, token: Idempotency = None) -> m.Moved:
        """Accept the assignment."""
        return await act(case, c.Accept, body, key, token)

    @app.post("/v1/cases/{case}/decline")
    async def decline(case: str, body: m.DeclineIn, key: officer, token: Idempotency = None) -> m.Moved:
        """Return the case to a desk, with the reason and, if known, the OPD that should have it."""
        return await act(case, c.Decline, body, key, token)

    @app.post("/v1/cases/{case}/progress")
    async def progress(case: str, body: m.ProgressIn, key: officer, token: Idempotency = None) -> m.Moved:
        """Report progress. The citizen sees a public text."""
        return await act(case, c.Progress, body, key, token)

    @app.post("/v1/cases/{case}/put-off")
    async def put_off(case: str, body: m.PutOffIn, key: officer, token: Idempotency = None) -> m.Moved:
        """Put the case off until a date, with a reason that the citizen sees."""
        return await act(case, c.PutItOff, body, key, token)

    @app.post("/v1/cases/{case}/extend")
    async def extend(case: str, body: m.ExtendIn, key: officer, token: Idempotency = None) -> m.Moved:
        """Take the longer time that the law gives once for an information request, with a reason for the citizen."""
        return await act(case, c.Extend, body, key, token)

    @app.post("/v1/cases/{case}/resolve")
    async def resolve(case: str, body: m.ResolveIn, key: officer, token: Idempotency = None) -> m.Moved:
        """Resolve the case with an answer. An assignment need not be accepted first. A helper gives its part so too."""
        return await act(case, c.Resolve, body, key, token)

    @app.post("/v1/cases/{case}/request-info")
    async def request_info(
        case: str, body: m.AskIn, key: Annotated[Key, Depends(need(OFFICER, *DESK_ROLES))], token: Idempotency = None
    ) -> m.Moved:
        """Ask the citizen for information, as the OPD that has the case or as a desk."""
        command = compose_question(key, body.question, revision=body.revision, assignment_id=body.assignment_id)
        return as_moved(await carry_out(running, case, command, key, token))


def _install_help(app: FastAPI, running: Running[Any], need: Any) -> None:
    """Add the routes about OPDs that help. The koordinator and the OPD that has the case ask for help and end it."""
    asker = Annotated[Key, Depends(need(OFFICER, KOORDINATOR))]

    @app.post("/v1/cases/{case}/contribute")
    async def contribute(
        case: str, body: ContributeIn, key: Annotated[Key, Depends(need(OFFICER))], token: Idempotency = None
    ) -> m.Moved:
        """Give the part of an OPD that helps. Its lead reads it, and answers the citizen."""
        command = compose_opd_command(commands_help.Contribute, key, dict(body))
        return as_moved(await carry_out(running, case, command, key, token))

    @app.post("/v1/cases/{case}/add-helper")
    async def add_helper(case: str, body: AddHelperIn, key: asker, token: Idempotency = None) -> m.Moved:
        """Ask an OPD to help the one that has the case, and say what it should contribute."""
        command = compose_call_for_help(key, body.helper, body.task, revision=body.revision)
        return as_moved(await carry_out(running, case, command, key, token))

    @app.post("/v1/cases/{case}/remove-helper")
    async def remove_helper(case: str, body: RemoveHelperIn, key: asker, token: Idempotency = None) -> m.Moved:
        """Go on without a helper whose part is missing, for a reason that it reads."""
        command = compose_end_of_help(key, body.helper, body.reason, revision=body.revision)
        return as_moved(await carry_out(running, case, command, key, token))
