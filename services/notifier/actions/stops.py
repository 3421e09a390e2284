"""Stops of channels, approved templates and addresses: what is stopped, and its resumption by an operator."""

from typing import Any

from services.notifier.codes import Channel
from services.notifier.errors import NotStoppedError, TemplateNotStoppedError
from services.notifier.state import NotifierState
from services.notifier.store import Q
from shared.runtime.running import Running


async def list_stopped_channels(running: Running[NotifierState]) -> list[dict[str, Any]]:
    """Return the stopped channels. One with ``until`` goes on by itself then."""
    return [dict(row) for row in await running.pool.fetch(Q["list_stopped_channels"])]


async def list_stopped_templates(running: Running[NotifierState]) -> list[dict[str, Any]]:
    """Return the stopped templates, each with the number of messages that wait for it."""
    return [dict(row) for row in await running.pool.fetch(Q["list_stopped_templates"])]


async def list_stopped_addresses(running: Running[NotifierState]) -> list[dict[str, Any]]:
    """Return the stopped addresses in full."""
    return [dict(row) for row in await running.pool.fetch(Q["list_stopped_addresses"])]


async def resume_channel(running: Running[NotifierState], channel: Channel) -> None:
    """Let the waiting messages of the channel go out. Raises NotStoppedError."""
    if await running.pool.fetchval(Q["resume_channels"], [channel.value]) is None:
        raise NotStoppedError


async def resume_template(running: Running[NotifierState], name: str) -> None:
    """Let the messages that waited for the template go out. Raises TemplateNotStoppedError."""
    if await running.pool.fetchval(Q["resume_templates"], [name]) is None:
        raise TemplateNotStoppedError
