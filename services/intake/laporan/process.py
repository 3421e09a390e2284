"""The reading of an export in a separate process, so that no file can exhaust this service's memory or time."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import IO, Any, Final

from pydantic import TypeAdapter
from pydantic_core import from_json

from shared.errors import Unavailable

from .limited import OUT_OF_MEMORY, REFUSED
from .model import BadRow, LaporanRow, NotALaporan
from .package import TOO_LARGE

# Longer than the CPU time limit of the process, because a busy machine runs the process only part of the time.
WALL_S: Final = 180.0
_ROOT: Final = Path(__file__).parents[3]
_ROW: Final = TypeAdapter(LaporanRow)
_BAD: Final = TypeAdapter(BadRow)
_ONE_AT_A_TIME = asyncio.Semaphore(1)


class LaporanOutput:
    """The output of the process, in an unnamed temporary file. Only the rows in hand are in memory."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.notes: list[str] = [entry for name, entry in self._entries() if name == "note"]

    def rows(self) -> Iterator[LaporanRow]:
        """Yield the good rows in the order of the file."""
        return (_ROW.validate_python(entry) for name, entry in self._entries() if name == "row")

    def bad(self) -> Iterator[BadRow]:
        """Yield the bad rows."""
        return (_BAD.validate_python(entry) for name, entry in self._entries() if name == "bad")

    def close(self) -> None:
        """Close the temporary file, which deletes it."""
        self._file.close()

    def _entries(self) -> Iterator[tuple[str, Any]]:
        self._file.seek(0)
        for line in self._file:
            name, entry = from_json(line)
            yield name, entry


async def read_apart(content: bytes, now: datetime) -> LaporanOutput:
    """Read an export under limits of memory and time.

    Only one file is read at a time; others wait. Raise NotALaporan for a file that is unreadable or passes a limit.
    Raise Unavailable when the process cannot start, and RuntimeError when the process fails in another way.
    """
    async with _ONE_AT_A_TIME:
        file = tempfile.TemporaryFile()  # noqa: SIM115  (closed by whoever reads it)
        try:
            await _run(content, now, file)
            return LaporanOutput(file)
        except BaseException:
            # Includes CancelledError: a caller that left must not leave the file open.
            file.close()
            raise


async def _run(content: bytes, now: datetime, file: IO[bytes]) -> None:
    # The process inherits nothing of this service's environment, so that a hostile file cannot reach a password.
    environment = {"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    try:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.intake.laporan",
            now.isoformat(),
            stdin=asyncio.subprocess.PIPE,
            stdout=file,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
            cwd="/",
        )
    except OSError as error:
        raise Unavailable from error
    try:
        async with asyncio.timeout(WALL_S):
            await child.communicate(content)
    except TimeoutError:
        raise NotALaporan(TOO_LARGE) from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    ended = child.returncode
    if ended == REFUSED:
        file.seek(0)
        raise NotALaporan(str(from_json(file.readline())[1]))
    if ended == OUT_OF_MEMORY or (ended is not None and ended < 0):
        # A negative code means that a signal ended the process, because its time or memory was used up.
        raise NotALaporan(TOO_LARGE)
    if ended != 0:
        raise RuntimeError(f"the reading process ended with code {ended}")
