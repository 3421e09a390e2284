"""Bad code must not park the whole province: too many failures of one stream stop the consuming."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from shared.errors import BreakerOpen
from shared.pipeline.work import Work

WINDOW = 200
AT_LEAST = 20


def _failed(work: Work) -> bool:
    """A record of ours that cannot be read, folded or stored. An OPD's unreadable update is the OPD's failure, not ours."""
    if work.outcome != "parked" or work.reason in ("gap", "behind"):
        return False
    foreign = work.item is None or bool(work.item.opd)
    return not (foreign and work.reason in (None, "undecodable"))


class Breaker:
    """Per stream, the outcomes of the last 200 records."""

    def __init__(self) -> None:
        self._last: dict[str, deque[bool]] = {}

    def check(self, works: Sequence[Work]) -> None:
        """Raises BreakerOpen, before anything is committed, when these outcomes would make it too many."""
        fresh: dict[str, list[bool]] = {}
        for work in works:
            if work.record is not None:
                fresh.setdefault(work.record.topic, []).append(_failed(work))
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
                self._last.setdefault(work.record.topic, deque(maxlen=WINDOW)).append(_failed(work))
