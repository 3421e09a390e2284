"""Points at which a test can kill this process: `TANGGAP_FAULT=before_commit:7` kills it at the seventh passing.

Only tests set the variable, together with `TANGGAP_DEVELOPMENT=1`: a production process with a fault point does not
start. Without the variable every point is an empty function.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable

POINTS = ("before_save", "before_commit", "after_commit", "after_commit_before_offsets", "after_send", "after_effect")


def from_environment() -> Callable[[str], None]:
    """Return the function that the step and the relay call at each point.

    Raises SystemExit for an unknown point, and for any point outside development.
    """
    wanted = os.environ.get("TANGGAP_FAULT", "")
    if not wanted:
        return lambda _point: None
    name, _, count = wanted.partition(":")
    if name not in POINTS or not count.isdigit():
        raise SystemExit(f"TANGGAP_FAULT: must be one of {', '.join(POINTS)}, a colon and a number")
    if os.environ.get("TANGGAP_DEVELOPMENT") != "1":
        raise SystemExit("TANGGAP_FAULT: would end this process; it is taken only with TANGGAP_DEVELOPMENT=1")
    left = int(count)

    def fault(point: str) -> None:
        nonlocal left
        if point == name:
            left -= 1
            if left <= 0:
                os.kill(os.getpid(), signal.SIGKILL)

    return fault
