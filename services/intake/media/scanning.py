"""The virus scan by a clamd on the network, with its command INSTREAM."""

from __future__ import annotations

import asyncio
import struct
from pathlib import Path
from typing import Final

from services.intake.media.errors import MediaAway, MediaRefused

SCAN_S: Final = 60.0
_CHUNK: Final = 64 * 1024
_LENGTH: Final = struct.Struct(">I")


async def scan(path: Path, clamd: str) -> bool:
    """Scan a file and return True, or return False when no scanner is configured.

    ``clamd`` is the scanner's address, such as 127.0.0.1:3310. Raise MediaRefused for a virus.
    Raise MediaAway when the scanner does not say that the file is clean.
    """
    if not clamd:
        return False
    host, _, port = clamd.rpartition(":")
    try:
        async with asyncio.timeout(SCAN_S):
            answer = await _ask(host, int(port), path)
    except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as error:
        raise MediaAway from error
    if answer.endswith(b" FOUND"):
        raise MediaRefused("infected")
    if answer != b"stream: OK":
        raise MediaAway
    return True


async def _ask(host: str, port: int, path: Path) -> bytes:
    reader, writer = await asyncio.open_connection(host, port)
    try:
        writer.write(b"zINSTREAM\0")
        with await asyncio.to_thread(path.open, "rb") as file:
            while chunk := await asyncio.to_thread(file.read, _CHUNK):
                writer.write(_LENGTH.pack(len(chunk)) + chunk)
                await writer.drain()
        writer.write(_LENGTH.pack(0))
        await writer.drain()
        return (await reader.readuntil(b"\0"))[:-1]
    finally:
        writer.close()
