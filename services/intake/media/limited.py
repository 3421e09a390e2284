"""The work of the separate process: it examines one file under hard limits and prints what it is, as JSON.

``apart.py`` starts the process. Pictures and recordings are written anew into a folder; a PDF stays as it is.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path
from typing import Final

MEMORY: Final = 1024 * 1024 * 1024
CPU_S: Final = 20
OUTPUT: Final = 256 * 1024 * 1024
REFUSED: Final = 3
FAILED: Final = 4


def main(path: str, folder: str, most_pixels: str) -> int:
    """Examine one file and print what it is. With the code ``REFUSED`` print the reason."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The imports come after the limits, so that the limits already hold when the file is read.
    from services.intake.media.errors import MediaRefused
    from services.intake.media.kinds import PICTURES, kind_of
    from services.intake.media.recordings import without_metadata
    from shared.errors import raised_in

    try:
        content = Path(path).read_bytes()
        kind = kind_of(content)
        found = {"type": kind}
        if kind in PICTURES:
            from services.intake.media.pictures import clean_picture

            found = clean_picture(Path(path), kind, Path(folder), int(most_pixels))
        elif kind.startswith(("audio/", "video/")):
            (Path(folder) / "kept").write_bytes(without_metadata(kind, content))
    except MediaRefused as refusal:
        return _refuse(refusal.reason)
    except MemoryError:
        return _refuse("costly")
    except Exception as error:  # noqa: BLE001  (the parent logs it; a traceback could carry the file's text)
        sys.stdout.write(json.dumps([type(error).__name__, raised_in(error)]))
        return FAILED
    sys.stdout.write(json.dumps(found))
    return 0


def _refuse(reason: str) -> int:
    sys.stdout.write(json.dumps(reason))
    return REFUSED
