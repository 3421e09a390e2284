"""Routes of counts: waiting notices, work in flight, and messages by channel and state."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI

from services.notifier import statistics
from services.notifier.state import NotifierState
from shared.runtime.running import Running
from shared.web.keys import Key, Need


def add_statistics_routes(app: FastAPI, running: Running[NotifierState], caller: Need) -> None:
    """Add the routes to ``app``. ``caller`` admits the operator's key."""
    Operator = Annotated[Key, Depends(caller)]  # noqa: N806 - a type

    @app.get("/v1/waiting")
    async def waiting(_key: Operator) -> list[dict[str, Any]]:
        """Count the notices that wait for an address, by audience, OPD and kind, each with the time of the oldest."""
        return await statistics.count_waiting(running)

    @app.get("/v1/pending")
    async def pending(_key: Operator) -> dict[str, int]:
        """Count what is in flight at the present domain time."""
        return await statistics.count_pending(running)

    @app.get("/v1/counts")
    async def counts(_key: Operator) -> list[dict[str, Any]]:
        """Count the messages by channel and state."""
        return await statistics.count_messages(running)
