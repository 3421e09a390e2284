"""The breaker stops consuming after too many failures of one stream, so that wrong code does not park every
complaint.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Collection, Iterator, Sequence

from shared.errors import BreakerOpen
from shared.pipeline.items import Attempt, Entry

WINDOW = 200
AT_LEAST = 20
# Waiting is no failure. An event that would be too large is none either: the complaint's content caused it, not our
# code.
NO_FAILURE = frozenset({"gap", "behind", "held", "size"})


class Breaker:
    """The outcomes of the last 200 records of each stream.

    ``external`` are the streams that OPDs write. They never open the breaker: nothing from outside may stop all
    consuming.
    """

    def __init__(self, external: Collection[str] = ()) -> None:
        self._external = external
        self._last: dict[str, deque[bool]] = {}

    def check(self, entries: Sequence[Entry], attempts: Sequence[Attempt]) -> None:
        """Raise BreakerOpen, before anything is committed, when these outcomes make the failures too many."""
        fresh: dict[str, list[bool]] = {}
        for topic, failed in self._outcomes(entries, attempts):
            fresh.setdefault(topic, []).append(failed)
        for topic, outcomes in fresh.items():
            if not any(outcomes):
                continue
            window = deque(self._last.get(topic, ()), maxlen=WINDOW)
            for failed in outcomes:
                window.append(failed)
                if failed and sum(window) >= AT_LEAST and sum(window) * 2 > len(window):
                    raise BreakerOpen(f"{topic}: {sum(window)} of the last {len(window)} records failed")

    def record(self, entries: Sequence[Entry], attempts: Sequence[Attempt]) -> None:
        """Count the outcomes of committed records."""
        for topic, failed in self._outcomes(entries, attempts):
            self._last.setdefault(topic, deque(maxlen=WINDOW)).append(failed)

    def _outcomes(self, entries: Sequence[Entry], attempts: Sequence[Attempt]) -> Iterator[tuple[str, bool]]:
        """Yield, for each record, its topic and whether it is one of our own that cannot be read, folded or stored."""
        for entry, attempt in zip(entries, attempts, strict=True):
            if entry.record is None:
                continue
            topic, problem = entry.record.topic, attempt.problem
            failed = attempt.outcome == "parked" and (problem is None or problem.reason not in NO_FAILURE)
            yield topic, failed and topic not in self._external
