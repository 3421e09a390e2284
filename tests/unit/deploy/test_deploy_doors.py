"""The doors of docker-compose.yml: connections are passed on whole, and no service keeps a port to itself."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.docker import doors
from deploy.docker.doors import DOORS, to
from deploy.local.process import free_port

COMPOSE: dict[str, Any] = yaml.safe_load((Path(__file__).parents[3] / "docker-compose.yml").read_text())["services"]
ANSWER = b"jawaban" * 200_000


async def _service(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Read all that is said, then answer at length."""
    asked = await reader.read()
    writer.write(len(asked).to_bytes(8) + ANSWER)
    await writer.drain()
    writer.close()


@contextlib.asynccontextmanager
async def door(port: int) -> AsyncIterator[tuple[asyncio.StreamReader, asyncio.StreamWriter]]:
    """A connection to a door that leads to this port of this machine."""
    outer = await asyncio.start_server(to("localhost", port), "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*outer.sockets[0].getsockname())
    try:
        yield reader, writer
    finally:
        writer.transport.abort()
        outer.close()


async def test_all_is_passed_both_ways_after_one_side_has_said_all() -> None:
    inner = await asyncio.start_server(_service, "127.0.0.1", 0)
    async with door(inner.sockets[0].getsockname()[1]) as (reader, writer):
        writer.write(b"tanya" * 300_000)
        writer.write_eof()
        assert await asyncio.wait_for(reader.read(), 20) == (1_500_000).to_bytes(8) + ANSWER
    inner.close()


async def test_a_replica_that_takes_no_connections_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name has two addresses, as with two replicas; the first is that of one that has just ended."""
    inner = await asyncio.start_server(_service, "127.0.0.2", 0)
    port = inner.sockets[0].getsockname()[1]

    async def addresses(*_: object, **__: object) -> list[Any]:
        return [(2, 1, 6, "", ("127.0.0.3", port)), (2, 1, 6, "", ("127.0.0.2", port))]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", addresses)
    async with door(port) as (reader, writer):
        writer.write_eof()
        assert (await asyncio.wait_for(reader.read(), 20))[8:] == ANSWER
    inner.close()


@pytest.mark.parametrize("silent", [False, True])
async def test_a_service_that_is_away_closes_the_connection(monkeypatch: pytest.MonkeyPatch, silent: bool) -> None:
    monkeypatch.setattr(doors, "CONNECT_S", 0.2)

    async def never(*_: object, **__: object) -> list[Any]:
        await asyncio.sleep(60)
        return []

    if silent:
        monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", never)
    async with door(free_port()) as (reader, _):
        with contextlib.suppress(ConnectionError):
            assert await asyncio.wait_for(reader.read(), 5) == b""


def test_every_service_with_a_door_can_be_scaled() -> None:
    """A port that a service itself publishes belongs to its first replica, and the second cannot start."""
    ours = {name for name, each in COMPOSE.items() if "serve" in each.get("command", [])}
    assert set(DOORS.values()) == ours
    assert [name for name in ours if "ports" in COMPOSE[name] or "container_name" in COMPOSE[name]] == []
    published = {each.rpartition(":")[2] for each in COMPOSE["doors"]["ports"]}
    assert published == {str(port) for port in DOORS}
    assert all(each == f"127.0.0.1:${{TANGGAP_PORTS:-}}{each[-4:]}:{each[-4:]}" for each in COMPOSE["doors"]["ports"])
