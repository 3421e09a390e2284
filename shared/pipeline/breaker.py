"""Bad code must not park the whole province: too many failures of one stream stop the consuming."""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Sequence

from shared.errors import BreakerOpen
from shared.pipeline.work import Work

WINDOW = 200
AT_LEAST = 20


class Breaker:
    """Per stream, the outcomes of the last 200 records.

    ``external``: the streams that OPDs write. These never open it: nothing that comes from outside may stop all consuming.
    """

    def __init__(self, external: Collection[str] = ()) -> None:
        self._external = external
        self._last: dict[str, deque[bool]] = {}

    def check(self, works: Sequence[Work]) -> None:
        """Raises BreakerOpen, before anything is committed, when these outcomes would make it too many."""
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
        """Take the outcomes of a committed batch into account."""
        for work in works:
            if work.record is not None:
                self._last.setdefault(work.record.topic, deque(maxlen=WINDOW)).append(self._failed(work))

    def _failed(self, work: Work) -> bool:
        """A record of our own streams that cannot be read, folded or stored.

        Waiting is no failure. Neither is a complaint whose next event would be too large: its content did that, not our code.
        """
        if work.outcome != "parked" or work.reason in ("gap", "behind", "held", "size") or work.record is None:
            return False
        return work.record.topic not in self._external
