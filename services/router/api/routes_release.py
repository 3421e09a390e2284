"""`POST /v1/cases/{case}/release-file`: a person makes a photo public, or takes it back."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI

from services.router.actions.case_commands import KOORDINATOR, carry_out
from services.router.api import models as m
from services.router.api.callers import Idempotency
from services.router.api.models_base import Body, Said, Short
from services.router.api.views import as_moved
from services.router.rules.commands_release import ReleaseFile
from shared.runtime.running import Running
from shared.web.keys import Key, needs


class ReleaseFileIn(Body):
    """The request to make a photo public, or to take it back. ``file``: its id. The citizen reads the reason."""

    file: Short
    public: bool
    reason: Said


def install(app: FastAPI, running: Running[Any]) -> None:
    """Add the route."""
    koordinator = Annotated[Key, Depends(needs(running)(KOORDINATOR))]

    @app.post("/v1/cases/{case}/release-file")
    async def release_file(case: str, body: ReleaseFileIn, key: koordinator, token: Idempotency = None) -> m.Moved:
        """Release one photo of the complaint or of its answer to the public, or take it back.

        Faces, number plates and homes on it become visible to everybody who knows the ticket. A confidential case
        has no public photos, and voice notes, films and documents never become public.
        """
        return as_moved(await carry_out(running, case, ReleaseFile(**dict(body)), key, token))
