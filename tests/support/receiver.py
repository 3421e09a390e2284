"""A receiver of webhooks on this machine. It records the requests, and answers as told or never."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import dataclass, field


@dataclass
class Receiver:
    """A receiver that answers from ``answers`` by path, otherwise with ``answer``.

    With None as the answer it accepts the connection and never answers.
    """

    answer: bytes | None = b"HTTP/1.1 204 No Content\r\n\r\n"
    answers: dict[str, bytes] = field(default_factory=dict)
    url: str = ""
    asked: list[str] = field(default_factory=list)
    requests: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    writers: set[asyncio.StreamWriter] = field(default_factory=set)
    under_way: int = 0
    most_under_way: int = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serve one request on one connection."""
        self.writers.add(writer)
        self.under_way += 1
        self.most_under_way = max(self.most_under_way, self.under_way)
        try:
            with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
                await self._answer(reader, writer)
        finally:
            self.under_way -= 1
            self.hang_up(writer)

    def hang_up(self, *writers: asyncio.StreamWriter) -> None:
        """Close these connections, or all of them."""
        for writer in writers or tuple(self.writers):
            self.writers.discard(writer)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        first, *lines = (await reader.readuntil(b"\r\n\r\n")).decode().split("\r\n")
        headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines if line)}
        body = await reader.readexactly(int(headers.get("content-length", "0")))
        path = first.split()[1]
        self.asked.append(path)
        self.requests.append((headers, body))
        answer = self.answers.get(path, self.answer)
        if answer is None:
            # This returns when the other side gives up.
            await reader.read()
            return
        writer.write(answer.replace(b"\r\n\r\n", b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))
        await writer.drain()


@contextlib.asynccontextmanager
async def receiver(
    answer: bytes | None = b"HTTP/1.1 204 No Content\r\n\r\n", **answers: bytes
) -> AsyncIterator[Receiver]:
    """Yield a receiver on a free port until the block ends."""
    own = Receiver(answer, {f"/{path}": value for path, value in answers.items()})
    server = await asyncio.start_server(own.serve, "127.0.0.1", 0)
    own.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    try:
        yield own
    finally:
        server.close()
        own.hang_up()
