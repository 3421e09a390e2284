"""Connections that send nothing, or a byte a second, take no room from others: on real sockets, on this machine alone."""

from __future__ import annotations

import asyncio
import contextlib
import resource
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from deploy.local.process import free_port
from shared.web.address import networks
from shared.web.connections import Limits
from shared.web.server import WebServer

Wire = tuple[asyncio.StreamReader, asyncio.StreamWriter]
SHORT = Limits(connections=40, per_address=20, header_s=0.6, body_s=0.6, body_rate=1_000, unread_s=0.6, sweep_s=0.1)
LARGE = 8 * 1024 * 1024
gone: list[str] = []


@pytest.fixture(autouse=True)
def files() -> Iterator[None]:
    """As many open files as this machine gives: both ends of each connection are in this process."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    gone.clear()
    yield
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


async def take(request: Request) -> Response:
    try:
        body = await request.body()
    except ClientDisconnect:
        gone.append("body")
        raise
    return PlainTextResponse(str(len(body)))


async def slow(_request: Request) -> Response:
    await asyncio.sleep(1.2)
    return PlainTextResponse("lama")


async def large(_request: Request) -> Response:
    return PlainTextResponse("x" * LARGE)


APP = Starlette(
    routes=[Route("/", take, methods=["GET", "POST"]), Route("/lama", slow), Route("/besar", large)],
    exception_handlers={ClientDisconnect: lambda _request, _error: Response(status_code=408)},
)


@contextlib.asynccontextmanager
async def serving(limits: Limits, **more: Any) -> AsyncIterator[tuple[int, WebServer]]:
    port = free_port()
    server = WebServer(APP, "127.0.0.1", port, limits=limits, **more)
    task = asyncio.create_task(server.run())
    try:
        for _ in range(100):
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                break
            await asyncio.sleep(0.05)
        yield port, server
    finally:
        server.stop()
        await task


@contextlib.asynccontextmanager
async def wires(port: int, addresses: list[str], first: bytes = b"") -> AsyncIterator[list[Wire]]:
    """A connection from each of these addresses, which sends ``first``."""
    opened: list[Wire] = []
    try:
        for address in addresses:
            wire = await asyncio.open_connection("127.0.0.1", port, local_addr=(address, 0))
            opened.append(wire)
            if first:
                wire[1].write(first)
        yield opened
    finally:
        for _, writer in opened:
            writer.close()
        for _, writer in opened:
            with contextlib.suppress(OSError):
                await writer.wait_closed()


async def ask(port: int, path: str = "/") -> int:
    """An honest visitor's request; gives its status."""
    async with httpx.AsyncClient(trust_env=False, timeout=8) as http:
        return (await http.get(f"http://127.0.0.1:{port}{path}")).status_code


async def answer(wire: Wire, seconds: float = 5.0) -> bytes:
    """All that the server says until it closes."""
    try:
        return await asyncio.wait_for(wire[0].read(), seconds)
    except ConnectionResetError:
        return b""


HALF = b"POST / HTTP/1.1\r\nHost: contoh\r\nContent-Le"
BODY = b"POST / HTTP/1.1\r\nHost: contoh\r\nContent-Length: 9000\r\n\r\nabc"


@pytest.mark.parametrize("first", [b"", BODY], ids=["nothing", "three bytes of a body"])
async def test_2050_connections_shut_nobody_out(first: bytes) -> None:
    silent = ["127.0.0.1"] * 1025 + [f"127.0.{number // 200}.{number % 200 + 2}" for number in range(1025)]
    async with serving(Limits()) as (port, server), wires(port, silent, first):
        for _ in range(20):
            assert await ask(port) == 200
        assert len(server.gate) <= 2_000
        assert sum(one.address == "127.0.0.1" for one in server.gate._all.members) <= Limits().per_address


@pytest.mark.parametrize("first", [b"", HALF], ids=["nothing", "half a head"])
async def test_a_head_that_does_not_come_is_not_waited_for(first: bytes) -> None:
    async with serving(SHORT) as (port, _), wires(port, ["127.0.0.1"], first) as [wire]:
        told = await answer(wire)
        assert told.startswith(b"HTTP/1.1 408") if first else told == b""


async def test_a_byte_now_and_then_keeps_no_connection_open() -> None:
    async with serving(SHORT) as (port, _), wires(port, ["127.0.0.1"] * 2) as [head, body]:
        body[1].write(BODY)

        async def trickle(writer: asyncio.StreamWriter) -> None:
            for letter in b"GET / HTTP/1.1 and on and on":
                writer.write(bytes([letter]))
                await asyncio.sleep(0.2)

        trickles = [asyncio.create_task(trickle(wire[1])) for wire in (head, body)]
        try:
            # Closed: whoever is still sending may lose the words to a reset.
            assert [(await answer(wire))[:12] in (b"HTTP/1.1 408", b"") for wire in (head, body)] == [True, True]
        finally:
            for task in trickles:
                task.cancel()
            await asyncio.gather(*trickles, return_exceptions=True)
    assert gone == ["body"]


async def test_a_second_request_has_its_limit_too() -> None:
    async with (
        serving(SHORT) as (port, _),
        wires(port, ["127.0.0.1"], b"GET / HTTP/1.1\r\nHost: contoh\r\n\r\n") as [wire],
    ):
        await wire[0].readuntil(b"0")
        wire[1].write(HALF)
        assert b"HTTP/1.1 408" in await answer(wire)


async def test_a_body_that_comes_slowly_but_steadily_is_taken() -> None:
    size = 6_000
    async with serving(SHORT) as (port, _), wires(port, ["127.0.0.1"]) as [wire]:
        wire[1].write(b"POST / HTTP/1.1\r\nHost: contoh\r\nConnection: close\r\nContent-Length: %d\r\n\r\n" % size)
        for _ in range(size // 600):
            wire[1].write(b"x" * 600)
            await asyncio.sleep(0.15)
        assert (await answer(wire)).endswith(str(size).encode())


async def test_no_body_takes_longer_than_the_longest() -> None:
    limits = Limits(body_s=0.5, body_longest_s=1.0, sweep_s=0.1)
    async with serving(limits) as (port, _), wires(port, ["127.0.0.1"]) as [wire]:
        wire[1].write(b"POST / HTTP/1.1\r\nHost: contoh\r\nContent-Length: 900000\r\n\r\n")
        told = asyncio.create_task(answer(wire, 8))
        while not told.done():
            wire[1].write(b"x" * 2_000)
            await asyncio.sleep(0.1)
        # Closed: whoever is still sending may lose the words to a reset.
        assert (await told)[:12] in (b"HTTP/1.1 408", b"")


async def test_work_in_hand_is_not_hurried() -> None:
    async with serving(SHORT) as (port, _):
        assert await ask(port, "/lama") == 200


async def test_an_answer_that_nobody_reads_is_given_up() -> None:
    async with (
        serving(SHORT) as (port, server),
        wires(port, ["127.0.0.1"], b"GET /besar HTTP/1.1\r\nHost: contoh\r\n\r\n"),
    ):
        await asyncio.sleep(0.5)
        assert len(server.gate) == 1
        for _ in range(60):
            if len(server.gate) == 0:
                break
            await asyncio.sleep(0.1)
        assert len(server.gate) == 0


async def test_requests_in_hand_are_not_sent_away_and_a_newcomer_hears_why() -> None:
    request = b"GET /lama HTTP/1.1\r\nHost: contoh\r\nConnection: close\r\n\r\n"
    async with serving(SHORT) as (port, _), wires(port, ["127.0.0.1"] * 20, request) as busy:
        await asyncio.sleep(0.3)
        assert await ask(port) == 503
        assert [(await answer(wire)).startswith(b"HTTP/1.1 200") for wire in busy] == [True] * 20


async def test_another_address_has_room_beside_a_crowded_one() -> None:
    request = b"GET /lama HTTP/1.1\r\nHost: contoh\r\nConnection: close\r\n\r\n"
    async with serving(SHORT) as (port, _), wires(port, ["127.0.0.2"] * 25, request):
        await asyncio.sleep(0.3)
        assert await ask(port) == 200


async def test_the_cap_of_an_address_does_not_bind_a_trusted_proxy() -> None:
    async with serving(SHORT, trusted=networks(["127.0.0.0/30"])) as (port, server), wires(port, ["127.0.0.2"] * 30):
        await asyncio.sleep(0.3)
        assert len(server.gate) == 30
        assert await ask(port) == 200


async def test_a_full_house_of_one_port_leaves_the_other_alone() -> None:
    async with serving(SHORT) as (web, _), serving(SHORT) as (ops, _), wires(web, ["127.0.0.1"] * 60):
        assert await ask(ops) == 200
        assert await ask(web) == 200


async def test_nothing_is_remembered_of_connections_that_left() -> None:
    addresses = [f"127.0.0.{number + 2}" for number in range(35)]
    async with serving(SHORT) as (port, server):
        async with wires(port, addresses):
            assert await ask(port) == 200
        for _ in range(50):
            if len(server.gate) == 0:
                break
            await asyncio.sleep(0.1)
        assert (len(server.gate), dict(server.gate._of), server.gate._all.waiting) == (0, {}, {})
