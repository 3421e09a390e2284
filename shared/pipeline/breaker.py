"""The breaker stops consuming after too many failures of one stream, so that wrong code does not park every
complaint.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence

from shared.errors import BreakerOpen
from shared.pipeline.work import Work

WINDOW = 200
AT_LEAST = 20


class Breaker:
    """The outcomes of the last 200 records of each stream.

    ``external`` are the streams that OPDs write. They never open the breaker: nothing from outside may stop all
    consuming.
    """

    def __init__(self, external: Collection[str] = ()) -> None:
        self._external = external
        self._last: dict[str, deque[bool]] = {}

    def check(self, works: Sequence[Work]) -> None:
        """Raise BreakerOpen, before anything is committed, when these outcomes make the failures too many."""
        fresh: dict[str, list[bool]] = {}
        for work in works:
            if work.record is not None:
                fresh.setdefault(work.record.topic, []).append(self._failed(work))
        for topic, outcomes in fresh.items():
            if not any(outcomes):
                continue
            window = deque(self._last.get(topic, ()), maxlen=WINDOW)
            for failed in outcomes:
                window.append(failed)
                if failed and sum(window) >= AT_LEAST and sum(window) * 2 > len(window):
                    raise BreakerOpen(f"{topic}: {sum(window)} of the last {len(window)} records failed")

    def record(self, works: Sequence[Work]) -> None:
        """Count the outcomes of a committed batch."""
        for work in works:
            if work.record is not None:
                self._last.setdefault(work.record.topic, deque(maxlen=WINDOW)).append(self._failed(work))

    def _failed(self, work: Work) -> bool:
        """Return whether this work is a record of an internal stream that cannot be read, folded or stored.

        Waiting is no failure. An event that would be too large is none either: the complaint's content caused it, not
        our code.
        """
        if work.outcome != "parked" or work.reason in ("gap", "behind", "held", "size") or work.record is None:
            return False
        return work.record.topic not in self._external
