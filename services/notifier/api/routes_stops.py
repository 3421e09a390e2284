"""Routes of stops: channels, approved templates and addresses to which nothing is sent for now."""

from typing import Annotated, Any

from fastapi import Depends, FastAPI
from fastapi import Path as PathValue

from services.notifier.actions import stops
from services.notifier.api.views import stopped_address_view
from services.notifier.codes import Channel
from services.notifier.state import NotifierState
from shared.runtime.running import Running
from shared.web.keys import Key, Need


def add_stop_routes(app: FastAPI, running: Running[NotifierState], caller: Need) -> None:
    """Add the routes to ``app``. ``caller`` admits the operator's key."""
    Operator = Annotated[Key, Depends(caller)]  # noqa: N806 - a type

    @app.get("/v1/channels/stopped")
    async def stopped(_key: Operator) -> list[dict[str, Any]]:
        """List the stopped channels.

        A channel with `until` only pauses and goes on by itself then. One without `until` was stopped because account,
        payment or token were refused, and waits for a resume.
        """
        return await stops.list_stopped_channels(running)

    @app.post("/v1/channels/{channel}/resume")
    async def resume(channel: Channel, _key: Operator) -> dict[str, str]:
        """Resume a stopped channel once the cause is mended. The waiting messages go out."""
        await stops.resume_channel(running, channel)
        return {"channel": channel.value}

    @app.get("/v1/templates/stopped")
    async def stopped_templates(_key: Operator) -> list[dict[str, Any]]:
        """List the stopped WhatsApp templates, each with the number of messages that wait for it."""
        return await stops.list_stopped_templates(running)

    @app.post("/v1/templates/{name}/resume")
    async def resume_template(
        name: Annotated[str, PathValue(pattern="^[a-z0-9_]{1,512}$")], _key: Operator
    ) -> dict[str, str]:
        """Resume a template that is approved again. The messages that waited for it go out."""
        await stops.resume_template(running, name)
        return {"template": name}

    @app.get("/v1/addresses/stopped")
    async def stopped_addresses(_key: Operator) -> list[dict[str, Any]]:
        """List the addresses to which nothing is sent for now.

        An address without `until` has gone or refused every try. It waits for an import that names it.
        """
        return [stopped_address_view(row) for row in await stops.list_stopped_addresses(running)]
