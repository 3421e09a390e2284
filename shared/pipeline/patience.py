"""The pauses between the retries of a transient failure."""

from __future__ import annotations

import random

FIRST_MINUTE_S = 60.0
SHORT_S = 2.0
LONG_S = 30.0


def pause(tries: int, elapsed: float) -> float:
    """Return the seconds to wait after ``tries`` failures over ``elapsed`` seconds.

    Jittered, at most 2 s in the first minute, then 30 s.
    """
    limit = SHORT_S if elapsed < FIRST_MINUTE_S else LONG_S
    return random.uniform(0.5, 1.0) * min(limit, 0.05 * 2.0 ** min(tries, 10))  # noqa: S311  (jitter, not a secret)
