"""The work of the separate process: it reads one export from standard input and writes JSON lines, under hard limits.

``process.py`` starts the process. A line is a row, a bad row or a note.
The exit code tells whether the file was readable.
"""

import resource
import sys
from datetime import datetime
from typing import Any, Final

MEMORY: Final = 512 * 1024 * 1024
CPU_S: Final = 45
OUTPUT: Final = 512 * 1024 * 1024
REFUSED: Final = 3
OUT_OF_MEMORY: Final = 4


def main(now: str) -> int:
    """Read one export, write its content and return the exit code. With ``REFUSED`` the only line gives the reason."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S + 1))
    resource.setrlimit(resource.RLIMIT_FSIZE, (OUTPUT, OUTPUT))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The imports come after the limits, so that the limits already hold when the file is read.
    from services.intake.laporan import NotALaporan, read

    try:
        laporan = read(sys.stdin.buffer.read(), datetime.fromisoformat(now))
    except NotALaporan as error:
        _write("refused", str(error))
        return REFUSED
    except MemoryError:
        return OUT_OF_MEMORY
    for name, entries in (("row", laporan.rows), ("bad", laporan.bad), ("note", laporan.notes)):
        for entry in entries:
            _write(name, entry)
    return 0


def _write(name: str, entry: Any) -> None:
    from pydantic_core import to_json

    sys.stdout.buffer.write(to_json([name, entry]) + b"\n")
