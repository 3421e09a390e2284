"""A TCP proxy before Postgres that cuts connections at a chosen moment at the end of a transaction."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Literal
from urllib.parse import urlsplit

# answered: Postgres has committed, and the proxy withholds its answer.
# sent: the proxy passes COMMIT on and cuts both sides at once.
# unsent: COMMIT never reaches Postgres.
Moment = Literal["answered", "sent", "unsent"]
_COMMIT = b"Q\x00\x00\x00\x0cCOMMIT;\x00"


# Stands for the command tag when a client asks for one row of a function: the answer then has no tag.
ONE_ROW = "one row"


def _answer(tag: str) -> bytes:
    """Return the message with which Postgres ends a statement."""
    if tag == ONE_ROW:
        return b"s\x00\x00\x00\x04Z"
    content = tag.encode() + b"\x00"
    return b"C" + (len(content) + 4).to_bytes(4, "big") + content


class CuttingProxy:
    """A proxy that passes everything on until told to cut. ``cuts`` counts the cut connections."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._moment: Moment = "answered"
        self._tag = b""
        self._left = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self.cuts = 0
        self.port = 0

    def cut(self, moment: Moment = "answered", times: int = 1, tag: str = "COMMIT") -> None:
        """Cut the next ``times`` connections at this moment. ``tag`` names the statement whose answer is withheld."""
        self._moment, self._left, self._tag = moment, times, _answer(tag)

    async def handle(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        server_reader, server_writer = await asyncio.open_connection(*self._target)
        ways = [
            asyncio.ensure_future(self._pass(reader, server_writer, from_client=True)),
            asyncio.ensure_future(self._pass(server_reader, writer, from_client=False)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            for end in (writer, server_writer):
                end.transport.abort() if self.cuts else end.close()

    async def _pass(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, *, from_client: bool) -> None:
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(65_536):
                if self._left and self._is_moment(data, from_client=from_client):
                    self._left -= 1
                    self.cuts += 1
                    if self._moment == "sent":
                        writer.write(data)
                        await writer.drain()
                    return
                writer.write(data)
                await writer.drain()

    def _is_moment(self, data: bytes, *, from_client: bool) -> bool:
        if self._moment == "answered":
            return not from_client and self._tag in data
        return from_client and _COMMIT in data

    async def close(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


@contextlib.asynccontextmanager
async def cutting(dsn: str) -> AsyncIterator[tuple[CuttingProxy, str]]:
    """Yield a proxy and the DSN that leads to Postgres through the proxy."""
    parts = urlsplit(dsn)
    assert parts.hostname is not None
    assert parts.port is not None
    proxy = CuttingProxy(parts.hostname, parts.port)
    server = await asyncio.start_server(proxy.handle, "127.0.0.1", 0)
    proxy.port = server.sockets[0].getsockname()[1]
    try:
        yield proxy, dsn.replace(f"@{parts.hostname}:{parts.port}", f"@127.0.0.1:{proxy.port}")
    finally:
        server.close()
        await proxy.close()
        await server.wait_closed()
