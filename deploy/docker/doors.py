"""`python -m deploy.docker.doors` passes connections on to the services behind their names, however many replicas each has.

A published port belongs to one container, so a service that publishes its own cannot be scaled. The name is looked up for
each connection: the container network's DNS gives the replicas in turn, and one that does not answer is passed over.
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
    """Return what handles one connection: it is passed on to `name`, or closed where nobody there answers."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(CONNECT_S):
                inner_reader, inner_writer = await asyncio.open_connection(name, port)
        except OSError:  # the name is unknown, no replica takes connections, or none does in time
            writer.transport.abort()
            return
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_pass(reader, inner_writer))
                both.create_task(_pass(inner_reader, writer))
        except* ConnectionError:
            pass  # one side has gone: so does the other
        finally:
            writer.transport.abort()
            inner_writer.transport.abort()

    return handle


async def _pass(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    """Copy until the source has said all; the target is told so, and may go on answering."""
    while chunk := await source.read(CHUNK):
        target.write(chunk)
        await target.drain()
    with contextlib.suppress(OSError):  # it has closed already
        target.write_eof()


async def serve(doors: Mapping[int, str] = DOORS) -> None:
    """Open every door until SIGTERM."""
    stopping = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopping.set)
    servers = [await asyncio.start_server(to(name), "0.0.0.0", port) for port, name in doors.items()]  # noqa: S104  in a container
    await stopping.wait()
    for server in servers:
        server.close()


if __name__ == "__main__":
    asyncio.run(serve())
