"""`GET /v1/cases/{case}/files`: the citizen's files of a case, for its OPD and the desks."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI, Response

from services.router.actions.case_files import list_files
from services.router.api.callers import READERS
from services.router.api.models_files import FileOut, FilesOut
from shared.runtime.running import Running
from shared.web.keys import Key, needs


def install(app: FastAPI, running: Running[Any]) -> None:
    """Add the route."""
    reader = Annotated[Key, Depends(needs(running)(*READERS))]

    @app.get("/v1/cases/{case}/files")
    async def files(case: str, key: reader, response: Response) -> FilesOut:
        """List the citizen's files of a case, with links to intake that work for a few minutes.

        A link is for its caller alone to use: intake records the reading, and refuses an OPD that has lost the case.
        """
        response.headers["Cache-Control"] = "no-store"
        found = await list_files(running, case, key)
        return FilesOut(files=[FileOut(**dict(one.file), link=one.link, thumbnails=one.thumbnails) for one in found])
