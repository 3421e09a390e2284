"""Finds partitions that have something to read and do not move."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from aiokafka import TopicPartition

STANDING_S = 30.0


class Mark(NamedTuple):
    """The progress of one partition: how far it is handled, and whether more is there, in hand, or not known to be
    absent.
    """

    handled: int | None
    waits: bool


class ProgressWatch:
    """Remembers since when each partition has not moved."""

    def __init__(self) -> None:
        self._since: dict[TopicPartition, tuple[int | None, float]] = {}

    def standing(self, marks: Mapping[TopicPartition, Mark], now: float) -> list[TopicPartition]:
        """Return the partitions that had something to read for ``STANDING_S`` seconds and did not move."""
        since = dict[TopicPartition, tuple[int | None, float]]()
        for place, mark in marks.items():
            known = self._since.get(place)
            since[place] = (
                known if mark.waits and known is not None and known[0] == mark.handled else (mark.handled, now)
            )
        self._since = since
        return sorted(place for place, (_, at) in since.items() if now - at > STANDING_S)
