"""HTTP interface for operators: messages, given-up ones above all, waiting notices, and stopped channels or templates.

No answer holds a message's text or a whole address.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

from fastapi import Depends, FastAPI, Query
from fastapi import Path as PathValue
from pydantic import BaseModel, ConfigDict, Field

from services.notifier.channels.addresses import origin_of
from services.notifier.errors import (
    NoOtherChannelError,
    NoSuchMessageError,
    NotGivenUpError,
    NotStoppedError,
    TemplateNotStoppedError,
)
from services.notifier.kinds import Channel
from services.notifier.people import as_stored, fits
from services.notifier.rows import Redo
from services.notifier.settings import NotifierSettings
from services.notifier.state import NotifierState
from services.notifier.store import Q
from shared.errors import Invalid
from shared.ids import new_id
from shared.masking import masked_address
from shared.runtime.running import Running
from shared.web.app import make_app
from shared.web.inputs import bounded_instant
from shared.web.keys import Key, Need, needs

START = (datetime(1970, 1, 1, tzinfo=UTC), UUID(int=0))
Live = Running[NotifierState]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Why(Body):
    """The reason that an operator gives for a decision, kept on record."""

    why: str = Field(default="", max_length=500)


class Elsewhere(Body):
    """Another channel for a given-up message. ``address`` is needed only when none is known on that channel."""

    channel: Literal["whatsapp", "email", "webhook"]
    address: str | None = Field(default=None, max_length=300)
    why: str = Field(default="", max_length=500)


class Message(BaseModel):
    """One message as an operator sees it. ``address`` is masked."""

    id: UUID
    complaint: UUID | None
    audience: str
    channel: str
    address: str
    template: str
    state: str
    tries: int
    code: int | None
    reason: str | None
    due: datetime
    changed_at: datetime


class Page(BaseModel):
    """A page of messages, oldest first. Pass ``next`` as ``after`` to get the following page."""

    messages: list[Message]
    next: str | None


def make_api(running: Live) -> FastAPI:
    """Return the FastAPI application of one running notifier."""
    app = make_app("Tanggap notifier", running)
    caller = needs(running)("operator", "koordinator")
    _messages(app, running, caller)
    _numbers(app, running, caller)
    return app


def _messages(app: FastAPI, running: Live, caller: Need) -> None:
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
        since, last = _place(after)
        rows = await running.pool.fetch(Q["listed"], state, channel and channel.value, since, last, limit)
        following = f"{rows[-1]['changed_at'].isoformat()}~{rows[-1]['id']}" if len(rows) == limit else None
        return Page(messages=[_shown(dict(row)) for row in rows], next=following)

    @app.post("/v1/messages/{message}/retry")
    async def retry(message: UUID, body: Why, key: Operator) -> Message:
        """Start another round of tries on the same channel."""
        return await _decide(running, message, Redo(message, "retry", body.why), key)

    @app.post("/v1/messages/{message}/acknowledge")
    async def acknowledge(message: UUID, body: Why, key: Operator) -> Message:
        """Acknowledge a given-up message: a person has seen it and decides outside the system what to do."""
        return await _decide(running, message, Redo(message, "acknowledge", body.why), key)

    @app.post("/v1/messages/{message}/other-channel")
    async def other_channel(message: UUID, body: Elsewhere, key: Operator) -> Message:
        """Send the same message on another channel and acknowledge this one."""
        row = await _given_up(running, message)
        loopback = _settings(running).webhook_allow_loopback
        if body.address is None:
            made = await running.pool.fetch(Q["others"], [message], body.channel, list(_settings(running).channels))
        elif not fits(Channel(body.channel), body.address, allow_loopback=loopback):
            raise Invalid("the address does not fit the channel", field="address")
        elif body.channel == "webhook" and not await running.pool.fetchval(
            Q["known_webhook"], body.address, row["contact"] is not None
        ):
            raise Invalid("this webhook's receiver has no secret", field="address")
        else:
            made = await running.pool.fetch(
                Q["other_address"], row["id"], body.channel, as_stored(Channel(body.channel), body.address)
            )
        if not made:
            raise NoOtherChannelError
        return await _decide(running, message, Redo(message, "acknowledge", body.why), key)


def _numbers(app: FastAPI, running: Live, caller: Need) -> None:
    Operator = Annotated[Key, Depends(caller)]  # noqa: N806 - a type

    @app.get("/v1/waiting")
    async def waiting(_key: Operator) -> list[dict[str, Any]]:
        """Count the notices that wait for an address, by audience, OPD and kind, each with the time of the oldest."""
        return [dict(row) for row in await running.pool.fetch(Q["waiting"])]

    @app.get("/v1/pending")
    async def pending(_key: Operator) -> dict[str, int]:
        """Count what is in flight at the present domain time."""
        row = await running.pool.fetchrow(Q["pending"], running.clock.now())
        return dict(row) if row else {}

    @app.get("/v1/counts")
    async def counts(_key: Operator) -> list[dict[str, Any]]:
        """Count the messages by channel and state."""
        return [dict(row) for row in await running.pool.fetch(Q["counts"])]

    @app.get("/v1/channels/stopped")
    async def stopped(_key: Operator) -> list[dict[str, Any]]:
        """List the stopped channels.

        A channel with `until` only pauses and goes on by itself then. One without `until` was stopped because account,
        payment or token were refused, and waits for a resume.
        """
        return [dict(row) for row in await running.pool.fetch(Q["stopped"])]

    @app.post("/v1/channels/{channel}/resume")
    async def resume(channel: Channel, _key: Operator) -> dict[str, str]:
        """Resume a stopped channel once the cause is mended. The waiting messages go out."""
        if await running.pool.fetchval(Q["resume"], [channel.value]) is None:
            raise NotStoppedError
        return {"channel": channel.value}

    @app.get("/v1/templates/stopped")
    async def stopped_templates(_key: Operator) -> list[dict[str, Any]]:
        """List the stopped WhatsApp templates, each with the number of messages that wait for it."""
        return [dict(row) for row in await running.pool.fetch(Q["stopped_templates"])]

    @app.post("/v1/templates/{name}/resume")
    async def resume_template(
        name: Annotated[str, PathValue(pattern="^[a-z0-9_]{1,512}$")], _key: Operator
    ) -> dict[str, str]:
        """Resume a template that is approved again. The messages that waited for it go out."""
        if await running.pool.fetchval(Q["resume_templates"], [name]) is None:
            raise TemplateNotStoppedError
        return {"template": name}

    @app.get("/v1/addresses/stopped")
    async def stopped_addresses(_key: Operator) -> list[dict[str, Any]]:
        """List the addresses to which nothing is sent for now.

        An address without `until` has gone or refused every try. It waits for an import that names it.
        """
        rows = [dict(row) for row in await running.pool.fetch(Q["stopped_addresses"])]
        webhook = Channel.WEBHOOK.value
        return [
            {
                **row,
                "address": origin_of(row["address"]) if row["channel"] == webhook else masked_address(row["address"]),
            }
            for row in rows
        ]


def _settings(running: Live) -> NotifierSettings:
    settings = running.settings
    if not isinstance(settings, NotifierSettings):
        raise TypeError("the notifier runs with its own settings")
    return settings


async def _decide(running: Live, message: UUID, redo: Redo, key: Key) -> Message:
    row = await _given_up(running, message)
    await running.do(redo, keys=(row["complaint"] or row["contact"] or new_id(),), actor=key.actor)
    return _shown(await _found(running, message))


async def _found(running: Live, message: UUID) -> Mapping[str, Any]:
    row = await running.pool.fetchrow(Q["message"], message)
    if row is None:
        raise NoSuchMessageError
    return dict(row)


async def _given_up(running: Live, message: UUID) -> Mapping[str, Any]:
    row = await _found(running, message)
    if row["state"] != "given_up":
        raise NotGivenUpError
    return row


def _shown(row: Mapping[str, Any]) -> Message:
    values = {name: row[name] for name in Message.model_fields if name != "address"}
    return Message(address=masked_address(row["address"] or ""), **values)


def _place(after: str | None) -> tuple[datetime, UUID]:
    if after is None:
        return START
    moment, _, last = after.partition("~")
    try:
        return bounded_instant(datetime.fromisoformat(moment)), UUID(last)
    except ValueError:
        raise Invalid("after must be the `next` of an earlier page", field="after") from None
