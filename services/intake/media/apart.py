"""The examination and comparison of files in a separate process, so that no file can exhaust or crash this service."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from services.intake.media.errors import MediaAway, MediaRefused
from services.intake.media.findings import SameExposure
from services.intake.media.limited import COMPARE, EXAMINE, FAILED, REFUSED
from shared.errors import OurFailure
from shared.observability.logs import get_logger

# Longer than the CPU time limit of the process, because a busy machine runs the process only part of the time.
WALL_S: Final = 90.0
_ROOT: Final = Path(__file__).parents[3]
# The signals by which a file ends the process: its time is used up, or a decoder breaks.
_USED_UP: Final = frozenset(
    {signal.SIGXCPU, signal.SIGXFSZ, signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS, signal.SIGILL, signal.SIGFPE}
)
log = get_logger()


@dataclass(frozen=True, slots=True)
class Examined:
    """A file that may be kept. ``taken_at`` and the position are private."""

    type: str
    width: int | None = None
    height: int | None = None
    taken_at: datetime | None = None
    latitude: float | None = None
    longitude: float | None = None
    look: int | None = None


async def examine(path: Path, folder: Path, most_pixels: int) -> Examined:
    """Examine a file, and write a cleaned picture or recording, and a picture's thumbnails, into ``folder``.

    Raise MediaRefused for a file that cannot be kept.
    Raise MediaAway when the process cannot run now, and OurFailure when it fails by an error of ours.
    """
    found: dict[str, Any] = await _task(EXAMINE, str(path), str(folder), str(most_pixels))
    if "taken_at" in found:
        found["taken_at"] = datetime.fromisoformat(found["taken_at"])
    return Examined(**found)


async def compare(evidence: Path, earlier: Sequence[Path]) -> list[SameExposure | None]:
    """Compare a picture of the store with earlier ones. Return for each how the evidence stems from it, or None.

    Raise MediaRefused for pictures that cost too much, and MediaAway or OurFailure like ``examine``.
    """
    found: list[dict[str, Any] | None] = await _task(COMPARE, str(evidence), *map(str, earlier))
    return [SameExposure(**one) if one is not None else None for one in found]


async def _task(*arguments: str) -> Any:
    code, printed = await _run(*arguments)
    if code == REFUSED:
        raise MediaRefused(json.loads(printed))
    if -code in _USED_UP:
        raise MediaRefused("costly")
    if code < 0:
        # Somebody else has ended the process, as when the service stops.
        raise MediaAway
    if code != 0:
        error, place = json.loads(printed) if code == FAILED else ("", "")
        log.error("media.examine_failed", code=code, error=error, place=place)
        raise OurFailure
    return json.loads(printed)


async def _run(*arguments: str) -> tuple[int, bytes]:
    # The process inherits nothing of this service's environment, so that a hostile file cannot reach a password.
    environment = {"PYTHONPATH": str(_ROOT), "PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    # Each thread of the library for arrays would reserve memory that the limit counts.
    environment["OPENBLAS_NUM_THREADS"] = "1"
    try:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "services.intake.media",
            *arguments,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
            env=environment,
            cwd="/",
            start_new_session=True,
        )
    except OSError as error:
        raise MediaAway from error
    try:
        async with asyncio.timeout(WALL_S):
            printed, _ = await child.communicate()
    except TimeoutError:
        raise MediaRefused("costly") from None
    finally:
        if child.returncode is None:
            child.kill()
            await child.wait()
    return child.returncode or 0, printed
