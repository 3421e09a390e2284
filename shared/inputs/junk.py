"""A bound on the dead letters that one OPD's unreadable records leave behind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from shared.buckets import Buckets
from shared.errors import TooMany
from shared.pipeline.items import Entry

# Unreadable records of one topic that are kept one by one: so many at once, then so many a second.
_AT_ONCE: Final = 100
_A_SECOND: Final = 1.0


class Junk:
    """Keep the first unreadable records of each external topic, and of the rest one for each batch and partition.

    A batch of a few kilobytes can hold thousands of records that nobody can read. Each would cost a row, a claim and a
    reply. The one that is kept says how many records it stands for, so nothing is dropped without a word.
    """

    def __init__(self, external: frozenset[str], buckets: Buckets | None = None) -> None:
        self._external = external
        self._buckets = buckets or Buckets(_A_SECOND, _AT_ONCE)

    def bounded(self, entries: Sequence[Entry]) -> list[Entry]:
        """Return the entries without the unreadable ones beyond the bound. The last of each partition stays."""
        kept: list[Entry | None] = []
        last: dict[tuple[str, int], int] = {}
        stands_for: dict[tuple[str, int], int] = {}
        for entry in entries:
            record = entry.record
            if record is not None and self._bounds(entry, record.topic) and not self._allowed(record.topic):
                place = (record.topic, record.partition)
                if place in last:
                    kept[last[place]] = None
                last[place] = len(kept)
                stands_for[place] = stands_for.get(place, 0) + 1
            kept.append(entry)
        for place, at in last.items():
            one = kept[at]
            if one is not None and one.problem is not None and stands_for[place] > 1:
                told = f"{one.problem.detail} (stands for {stands_for[place]} unreadable records in a row)"
                kept[at] = replace(one, problem=one.problem._replace(detail=told))
        return [entry for entry in kept if entry is not None]

    def _bounds(self, entry: Entry, topic: str) -> bool:
        return entry.problem is not None and topic in self._external

    def _allowed(self, topic: str) -> bool:
        try:
            self._buckets.take(topic)
        except TooMany:
            return False
        return True
