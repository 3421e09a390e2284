"""Load generator that costs little: raw HTTP/1.1 over keep-alive connections, with bodies made beforehand."""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import time
from pathlib import Path

import uvloop


class Connection:
    """One keep-alive connection."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def call(self, method: str, path: str, key: str, body: bytes = b"", more: str = "") -> tuple[int, bytes]:
        """Send one request and return status and body of the answer. ``more`` holds further header lines."""
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        head = f"{method} {path} HTTP/1.1\r\nHost: {self._host}\r\nAuthorization: Bearer {key}\r\n"
        head += f"{more}Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
        self._writer.write(head.encode() + body)
        lines = (await self._reader.readuntil(b"\r\n\r\n")).split(b"\r\n")
        length = next((int(line.split(b":")[1]) for line in lines if line.lower().startswith(b"content-length:")), 0)
        return int(lines[0].split()[1]), await self._reader.readexactly(length)

    def close(self) -> None:
        """Drop the connection."""
        if self._writer is not None:
            self._writer.close()


async def closed_loop(port: int, key: str, bodies: list[bytes], connections: int) -> dict[str, object]:
    """Post all bodies. Each connection sends its next body after an answer. Return seconds, errors and latencies."""
    left = iter(bodies)
    times: list[float] = []
    errors: list[int] = []

    async def worker() -> None:
        connection = Connection("127.0.0.1", port)
        for body in left:
            began = time.perf_counter()
            status, _ = await connection.call("POST", "/v1/submissions", key, body)
            times.append(time.perf_counter() - began)
            if status not in (200, 201):
                errors.append(status)
        connection.close()

    began = time.perf_counter()
    await asyncio.gather(*(worker() for _ in range(connections)))
    seconds = time.perf_counter() - began
    times.sort()
    return {
        "seconds": seconds,
        "rate": len(bodies) / seconds,
        "errors": len(errors),
        "statuses": sorted(set(errors)),
        "p50_ms": times[len(times) // 2] * 1000,
        "p95_ms": times[int(len(times) * 0.95)] * 1000,
    }


def main() -> None:
    """Parse the command line, post, and print the figures as JSON. `CLIENT_KEY` holds the caller's key."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--bodies", type=Path, required=True)
    parser.add_argument("--connections", type=int, default=64)
    given = parser.parse_args()
    bodies = [line for line in given.bodies.read_bytes().split(b"\n") if line]
    print(json.dumps(uvloop.run(closed_loop(given.port, os.environ["CLIENT_KEY"], bodies, given.connections))))


if __name__ == "__main__":
    main()
