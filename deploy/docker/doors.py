"""TCP proxy in front of the services' replicas: `python -m deploy.docker.doors`.

A published port belongs to one container, so a service that publishes its own port cannot be scaled. The proxy looks up
the service's name for each connection. The container network's DNS gives the replicas in turn, and the proxy passes
over a replica that does not answer.
"""

import asyncio
import contextlib
import signal
from collections.abc import Awaitable, Callable, Mapping

from deploy.local.addresses import FIXED

PORT = 8000
DOORS: Mapping[int, str] = {
    FIXED["intake"].http: "intake-web",
    8011: "intake-whatsapp",
    8021: "intake-sp4n",
    **{FIXED[name].http: name for name in ("router", "sla", "notifier")},
}
CHUNK = 65_536
CONNECT_S = 5.0
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


def to(name: str, port: int = PORT) -> Handler:
    """Return a handler that passes one connection on to `name`, or closes it if nobody there answers."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(CONNECT_S):
                inner_reader, inner_writer = await asyncio.open_connection(name, port)
        except OSError:
            # The name is unknown, or no replica accepts the connection in time.
            writer.transport.abort()
            return
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_pass(reader, inner_writer))
                both.create_task(_pass(inner_reader, writer))
        except* ConnectionError:
            # One side has closed its connection, so the other is closed below.
            pass
        finally:
            writer.transport.abort()
            inner_writer.transport.abort()

    return handle


async def _pass(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Copy until the source sends no more. Then close the target for writing only, so that it may still answer."""
    while chunk := await source.read(CHUNK):
        target.write(chunk)
        await target.drain()
    # The target may have closed the connection already.
    with contextlib.suppress(OSError):
        target.write_eof()


async def serve(doors: Mapping[int, str] = DOORS) -> None:
    """Listen on every port until SIGTERM or SIGINT."""
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    servers = [await asyncio.start_server(to(name), "0.0.0.0", port) for port, name in doors.items()]  # noqa: S104  in a container
    await stopping.wait()
    for server in servers:
        server.close()


if __name__ == "__main__":
    asyncio.run(serve())
