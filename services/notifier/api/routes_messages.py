"""Routes of messages: the list, and decisions on given-up ones."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from fastapi import Depends, FastAPI, Query

from services.notifier.actions import messages
from services.notifier.api.models import Elsewhere, Message, Page, Why
from services.notifier.api.views import message_view, page_view
from services.notifier.codes import Channel
from services.notifier.state import NotifierState
from shared.errors import Invalid
from shared.runtime.running import Running
from shared.web.inputs import bounded_instant
from shared.web.keys import Key, Need

START = (datetime(1970, 1, 1, tzinfo=UTC), UUID(int=0))


def add_message_routes(app: FastAPI, running: Running[NotifierState], caller: Need) -> None:
    """Add the routes to ``app``. ``caller`` admits the operator's key."""
    Operator = Annotated[Key, Depends(caller)]  # noqa: N806 - a type

    @app.get("/v1/messages")
    async def listed(
        _key: Operator,
        state: Annotated[str, Query(pattern="^(due|sending|unsure|given_up|suppressed|acknowledged)$")] = "given_up",
        channel: Channel | None = None,
        after: Annotated[str | None, Query(max_length=100)] = None,
        limit: Annotated[int, Query(ge=1, le=200)] = 50,
    ) -> Page:
        """List the messages in one state, by default those that were given up."""
        rows = await messages.list_messages(running, state, channel and channel.value, read_position(after), limit)
        return page_view(rows, limit)

    @app.post("/v1/messages/{message}/retry")
    async def retry(message: UUID, body: Why, key: Operator) -> Message:
        """Start another round of tries on the same channel."""
        return message_view(await messages.decide_message(running, message, "retry", body.why, key.actor))

    @app.post("/v1/messages/{message}/acknowledge")
    async def acknowledge(message: UUID, body: Why, key: Operator) -> Message:
        """Acknowledge a given-up message: a person has seen it and decides outside the system what to do."""
        return message_view(await messages.decide_message(running, message, "acknowledge", body.why, key.actor))

    @app.post("/v1/messages/{message}/other-channel")
    async def other_channel(message: UUID, body: Elsewhere, key: Operator) -> Message:
        """Send the same message on another channel and acknowledge this one."""
        channel = Channel(body.channel)
        row = await messages.send_on_other_channel(running, message, channel, body.address, body.why, key.actor)
        return message_view(row)


def read_position(after: str | None) -> tuple[datetime, UUID]:
    """Return the position at which a page begins. Raises Invalid for text that is no page's ``next``."""
    if after is None:
        return START
    moment, _, last = after.partition("~")
    try:
        return bounded_instant(datetime.fromisoformat(moment)), UUID(last)
    except ValueError:
        raise Invalid("after must be the `next` of an earlier page", field="after") from None
