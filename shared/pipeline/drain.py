"""The drain: folds parked records whose turn has come, in the same transaction that fills their gap."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any
from uuid import UUID

from shared.pipeline.dead_letters import DeadLetter
from shared.pipeline.engine import Engine
from shared.pipeline.items import Problem


class Drain:
    """The parked records that one transaction tries again. It knows no connection.

    ``limit`` is the largest number of records to take out; None: no limit. ``unparked`` are the ids of records that
    need not be kept, ``stopped`` the ids that stay with a new reason, ``trying`` the id tried last.
    """

    def __init__(self, limit: int | None) -> None:
        self.limit = limit
        self.unparked: list[int] = []
        self.stopped: list[tuple[int, Problem]] = []
        self.trying: int | None = None

    def run(self, engine: Engine[Any], keys: Iterable[UUID], found: Sequence[DeadLetter]) -> None:
        """Fold the records of these keys in order per key and topic, as far as possible.

        ``found`` is sorted by key, topic and sequence.
        """
        waiting = set[UUID]()
        for (key, _), letters in groupby(found, lambda letter: (letter.key, letter.topic)):
            if self._topic(engine, letters):
                waiting.add(key)
        for key in keys:
            engine.rows.by_key[key].wait(key in waiting)

    def _topic(self, engine: Engine[Any], letters: Iterable[DeadLetter]) -> bool:
        """Fold in sequence order as far as possible. Return True when something stays parked."""
        left = False
        for letter in letters:
            if left or (self.limit is not None and len(self.unparked) >= self.limit):
                left = True
                continue
            self.trying = letter.id
            attempt = engine.apply(letter.entry, draining=True)
            if attempt.done:
                self.unparked.append(letter.id)
                continue
            problem = attempt.problem
            if attempt.outcome == "parked" and problem is not None and problem.reason != "gap":
                self.stopped.append((letter.id, problem))
            # An OPD's unreadable record blocks nothing behind it.
            left = letter.sequenced or problem is None or problem.reason != "undecodable"
        return left
