"""One transaction of the step: claim, load, fold, park, save. The number of SQL statements does not depend on the
number of items.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Generic, TypeVar
from uuid import UUID

from pydantic import TypeAdapter

from shared.clock import Clock
from shared.errors import Invalid
from shared.ids import keyed_hash
from shared.pipeline.breaker import Breaker
from shared.pipeline.claims import Claims
from shared.pipeline.dead_letters import DeadLetter, park, record_of
from shared.pipeline.decoding import Decoder
from shared.pipeline.drain import Drain
from shared.pipeline.engine import Engine
from shared.pipeline.items import Attempt, Entry, Item, next_offsets
from shared.pipeline.receipts import find
from shared.pipeline.registry import RegistryRow, columns_of
from shared.pipeline.rows import Rows
from shared.pipeline.service import Service
from shared.pipeline.tables import Place, Q, load, save
from shared.postgres.pool import Connection

S = TypeVar("S")
MAX_ROUNDS = 8
NOTHING: Mapping[Place, int] = {}


class Parts(Generic[S]):
    """The parts of a service that all its transactions share. ``fault`` is called at each point of a transaction."""

    def __init__(self, service: Service[S], clock: Clock, fault: Callable[[str], None]) -> None:
        self._secret = service.settings.secret_bytes
        self.service = service
        self.clock = clock
        self.fault = fault
        self.adapter: TypeAdapter[S] = TypeAdapter(service.state)
        self.decoder = Decoder(service, clock)
        self.breaker = Breaker({stream.topic for stream in service.external})

    def hashed(self, scope: str, token: str) -> str:
        """Return the keyed hash of a claim token. Tokens themselves are not stored."""
        return keyed_hash(self._secret, "claim", scope, token)


class Transaction(Generic[S]):
    """An open transaction of Postgres with an engine over its rows. At most ``limit`` parked records are drained.

    ``reached`` maps each key that is loaded late to the keys for which it is loaded. ``complete`` says that all is
    done but the commit.
    """

    def __init__(self, parts: Parts[S], connection: Connection, limit: int | None = None) -> None:
        self._parts = parts
        self._connection = connection
        self._claims = Claims(connection, parts.hashed)
        self.rows: Rows[S] = Rows(parts.adapter)
        self.engine: Engine[S] = Engine(parts.service.fold, self.rows, parts.clock.now())
        self.drain = Drain(limit)
        self.reached: dict[UUID, set[UUID]] = {}
        self.complete = False

    async def run(self, entries: Sequence[Entry]) -> list[Attempt]:
        """Do everything but the commit. Return the attempt of each entry.

        Raises BreakerOpen, VersionConflict, and the errors of Postgres.
        """
        attempts = await find(self._connection, entries)
        attempts |= await self._claims.take(entries, attempts)
        items = (entry for entry in entries if isinstance(entry, Item) and not entry.held)
        await load(self._connection, self.rows, (key for item in items for key in item.keys))
        for place, entry in enumerate(entries):
            if place not in attempts:
                attempts[place] = self.engine.apply(entry)
        self._parts.fault("before_save")
        # Park before draining: a later item may fill the gap, and then the parked record is drained too.
        waiting = [place for place in range(len(entries)) if attempts[place].outcome in ("gap", "parked")]
        await park(self._connection, [(entries[place], attempts[place].problem) for place in waiting])
        await self._settle(next_offsets(entries))
        await self._claims.give_back(attempts)
        decided = [attempts[place] for place in range(len(entries))]
        self._parts.breaker.check(entries, decided)
        self._parts.fault("before_commit")
        self.complete = True
        return decided

    async def advance(self, key: UUID) -> int:
        """Fold the parked records of a key as far as possible. Return how many rows are gone."""
        await load(self._connection, self.rows, [key])
        self.engine.progressed.add(key)
        await self._settle()
        if not self.drain.unparked and self.rows.by_key[key].waiting:
            await self._connection.execute(Q["held_waits"], key)
        return len(self.drain.unparked)

    async def retry_unordered(self, row: Mapping[str, Any]) -> int:
        """Fold a parked record that has no place in an order. Return 1 when its row is gone, or 0 when it stays."""
        item = self._parts.decoder.entry(record_of(row))
        if not isinstance(item, Item) or item.problem is not None:
            return 0
        attempts = await self._claims.take([item], {})
        await load(self._connection, self.rows, item.keys)
        attempt = attempts.get(0) or self.engine.apply(item, draining=True)
        if attempt.done:
            self.drain.unparked.append(row["id"])
        elif attempt.problem is not None:
            # It keeps its claim, so the next try must be one that takes none: with its new reason it has a place behind
            # the other records of its complaint.
            self.drain.stopped.append((row["id"], attempt.problem))
        await self._settle()
        return len(self.drain.unparked)

    async def discard(self, row: Mapping[str, Any], who: str, why: str) -> None:
        """Mark the row as discarded, count its sequence as read, and fold the records that waited behind it.

        Raises Invalid when an earlier record is missing, because that record would be skipped too.
        """
        key, topic, sequence = row["key"], row["topic"], row["sequence"]
        if key is not None:
            await load(self._connection, self.rows, [key])
            held = self.rows.by_key[key]
            last = held.read.get(topic, 0)
            if sequence is not None and sequence > last + 1:
                raise Invalid(
                    f"sequence {last + 1} of its complaint comes first: it is parked too, or must be republished"
                )
            if sequence is not None:
                held.read[topic], held.changed = max(last, sequence), True
            self.engine.progressed.add(key)
        await self._connection.execute(Q["parked_discard"], row["id"], who, why)
        await self._settle()

    async def _settle(self, offsets: Mapping[Place, int] = NOTHING) -> None:
        """Fold what follows from the items, and save all of it."""
        engine, connection = self.engine, self._connection
        await self._forward()
        await self._drain()
        if engine.erased:
            await connection.fetchval(Q["erase"], sorted(engine.erased))
        await save(connection, self.rows, offsets)
        registry = [row for row in engine.extra if isinstance(row, RegistryRow)]
        if registry:
            await connection.execute(Q["registry_keep"], *columns_of(registry))
        rows = [row for row in engine.extra if not isinstance(row, RegistryRow)] if registry else engine.extra
        if rows and self._parts.service.save_rows:
            await self._parts.service.save_rows(connection, rows)

    async def _forward(self) -> None:
        """Fold the items that folds have passed on to other keys. Raises RecursionError after ``MAX_ROUNDS`` rounds.

        These keys are locked late, so a deadlock is possible; the items are then tried again.
        """
        rounds = 0
        while waiting := self.engine.take_forwards():
            rounds += 1
            if rounds > MAX_ROUNDS:
                raise RecursionError("forwards go round in circles")
            for origin, key, _ in waiting:
                self.reached.setdefault(key, set()).add(origin.key)
            await load(self._connection, self.rows, (key for _, key, _ in waiting))
            self.engine.forward(waiting)

    async def _drain(self) -> None:
        """Fold the parked records behind keys that have progressed. Records of erased keys wait no more."""
        engine, drain = self.engine, self.drain
        for key in engine.erased & self.rows.by_key.keys():
            self.rows.by_key[key].wait(False)
        keys = sorted(engine.progressed - engine.erased)
        if keys and drain.limit != 0:
            found = [self._letter(row) for row in await self._connection.fetch(Q["parked_of"], keys)]
            for letter in found:
                for key in letter.keys:
                    self.reached.setdefault(key, set()).add(letter.key)
            await load(self._connection, self.rows, (key for letter in found for key in letter.keys))
            drain.run(engine, keys, found)
            await self._forward()
        if drain.unparked:
            await self._connection.execute(Q["unpark"], drain.unparked)
        if drain.stopped:
            reasons = [problem.reason for _, problem in drain.stopped]
            details = [problem.detail for _, problem in drain.stopped]
            await self._connection.execute(Q["parked_reason"], [row for row, _ in drain.stopped], reasons, details)

    def _letter(self, row: Any) -> DeadLetter:
        entry = self._parts.decoder.entry(record_of(row))
        return DeadLetter(row["id"], row["key"], row["topic"], row["sequence"] is not None, entry)
