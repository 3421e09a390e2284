"""The work of the separate process: it examines one file, or compares photos, under hard limits, and prints JSON.

``apart.py`` starts the process. Pictures and recordings are written anew into a folder; a PDF stays as it is.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

MEMORY: Final = 1024 * 1024 * 1024
CPU_S: Final = 20
OUTPUT: Final = 256 * 1024 * 1024
REFUSED: Final = 3
FAILED: Final = 4
EXAMINE: Final = "examine"
COMPARE: Final = "compare"


def main(task: str, *arguments: str) -> int:
    """Do one task and print what was found. With the code ``REFUSED`` print the reason."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The imports come after the limits, so that the limits already hold when the file is read.
    from services.intake.media.errors import MediaRefused
    from shared.errors import raised_in

    try:
        found = _TASKS[task](*arguments)
    except MediaRefused as refusal:
        return _refuse(refusal.reason)
    except MemoryError:
        return _refuse("costly")
    except Exception as error:  # noqa: BLE001  (the parent logs it; a traceback could carry the file's text)
        sys.stdout.write(json.dumps([type(error).__name__, raised_in(error)]))
        return FAILED
    sys.stdout.write(json.dumps(found))
    return 0


def _examine(path: str, folder: str, most_pixels: str) -> dict[str, Any]:
    from services.intake.media.kinds import PICTURES, kind_of
    from services.intake.media.recordings import without_metadata

    content = Path(path).read_bytes()
    kind = kind_of(content)
    if kind in PICTURES:
        from services.intake.media.pictures import clean_picture

        return clean_picture(Path(path), kind, Path(folder), int(most_pixels))
    if kind.startswith(("audio/", "video/")):
        (Path(folder) / "kept").write_bytes(without_metadata(kind, content))
    return {"type": kind}


def _compare(evidence: str, *earlier: str) -> list[dict[str, Any] | None]:
    from services.intake.media.comparing import compare

    found = compare(Path(evidence), [Path(path) for path in earlier])
    return [asdict(one) if one is not None else None for one in found]


_TASKS: Final[dict[str, Callable[..., Any]]] = {EXAMINE: _examine, COMPARE: _compare}


def _refuse(reason: str) -> int:
    sys.stdout.write(json.dumps(reason))
    return REFUSED
