"""The calendar and policies in force, by version.

Version 0 is the files of the first start. It is in force until somebody changes calendar or policies; then the newest
version is.

A version fixes everything that its dates depend on: the texts, and the data taken from installed libraries (holidays,
the zone's rules). A new release of a library, or other files, change nothing until somebody puts them into force.

Every transaction of the step first asks for the version (`RuleVersions.load`), under a lock that a change waits for. So
once a change is committed no replica folds under older rules. A fold itself stays pure: it receives the rules as
values.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from services.sla.errors import ChangedMeanwhile, UnreadableRules
from services.sla.policy import BadPoliciesError
from services.sla.rules import fold
from services.sla.state import CaseClocks
from services.sla.store import Q
from services.sla.versions.texts import RuleTexts
from services.sla.versions.version import RuleVersion
from shared.pipeline import Change, Item
from shared.postgres.pool import Connection, Pool
from shared.postgres.retrying import retry_when_broken
from shared.worktime import BadCalendarError, parse_calendar
from shared.worktime.taken import Taken, from_json


class RuleVersions:
    """Holds the version in force and reads older versions on demand."""

    def __init__(self, texts: RuleTexts) -> None:
        # `taken` stops at the first problem; parsing first names every problem of the file.
        parse_calendar(texts.calendar)
        taken = texts.taken()
        self.files = texts
        # The version of the files, until the tables have been read.
        self.in_force = RuleVersion(0, texts, texts.checked_due_dates(0, taken), taken)
        self._known: dict[int, RuleVersion] = {}
        self._built: dict[tuple[int, RuleTexts, str], RuleVersion] = {(0, texts, taken.digest): self.in_force}

    def fold(self, states: Mapping[UUID, CaseClocks | None], item: Item, now: datetime) -> Change[CaseClocks]:
        """Fold under the version that `load` has found."""
        return fold(self.in_force.due_dates, states, item, now)

    async def load(self, connection: Connection) -> None:
        """Load the version in force. It stays in force until the transaction ends."""
        number = await connection.fetchval(Q["rules_number"])
        if number != self.in_force.number or number not in self._known:
            self.in_force = await self._read(connection, number, committed=False)

    async def current(self, pool: Pool) -> RuleVersion:
        """Return the version in force, for a reader outside the step."""
        version = await self._read(pool, await pool.fetchval(Q["rules_number"]))
        # The answer may come late, after a step has loaded a newer version. The step must not fold under an older one.
        if version.number >= self.in_force.number:
            self.in_force = version
        return version

    async def by_number(self, pool: Pool, number: int) -> RuleVersion:
        """Return a version by its number."""
        return await self._read(pool, number)

    async def _read(self, source: Connection | Pool, number: int, *, committed: bool = True) -> RuleVersion:
        """Read a version from the tables, and fix its data from libraries if that is not done yet.

        ``committed``: the writes of this call stand at once. Otherwise the step may still be rolled back, so the
        version is not cached and the next step reads it again.
        """
        if number in self._known:
            return self._known[number]
        row = await source.fetchrow(Q["rules_version"], number)
        fixing = (number == 0 and row is None) or (row is not None and row["library"] is None)
        if fixing:
            row = await self._fix(
                source, number, self.files if row is None else RuleTexts(row["calendar"], row["policies"])
            )
        if row is None:
            raise UnreadableRules
        found = self._build(row)
        if committed or not fixing:
            self._known[number] = found
        return found

    @staticmethod
    async def _fix(source: Connection | Pool, number: int, texts: RuleTexts) -> Any:
        if number == 0:
            await source.execute(Q["rules_first"], texts.calendar, texts.policies)
            row = await source.fetchrow(Q["rules_version"], number)
            if row is None:
                raise UnreadableRules
            texts = RuleTexts(row["calendar"], row["policies"])
        await _store(source, number, texts.taken())
        return await source.fetchrow(Q["rules_version"], number)

    def _build(self, row: Any) -> RuleVersion:
        number, texts = row["version"], RuleTexts(row["calendar"], row["policies"])
        known = self._built.get((number, texts, row["digest"]))
        if known is not None:
            return known
        taken = from_json(row["holidays"], row["zone"], row["library"])
        try:
            due_dates = texts.due_dates(number, taken)
        except (BadCalendarError, BadPoliciesError) as error:
            raise UnreadableRules from error
        change = (row["changed_at"], row["changed_by"], row["why"]) if number else ()
        self._built[number, texts, row["digest"]] = found = RuleVersion(
            number, texts, due_dates, taken, row["what"], *change
        )
        return found


async def _store(source: Connection | Pool, number: int, taken: Taken) -> None:
    await source.execute(Q["rules_dates"], number, taken.as_json(), taken.zone, taken.source, taken.digest)


async def put_in_force(pool: Pool, version: RuleVersion, *, at: datetime, who: str, why: str) -> None:
    """Put a version into force, from the next step of every replica on.

    Store with it the data that the version takes from libraries. Raise ChangedMeanwhile when another version was put
    into force first. If the connection breaks after the commit, the next try finds its own version in the table and
    succeeds.
    """
    own = (version.what, version.texts.calendar, version.texts.policies, at, who, why)

    tried = False

    async def attempt() -> None:
        nonlocal tried
        again, tried = tried, True
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute(Q["rules_lock"])
            if await connection.fetchrow(Q["rules_switch"], version.number - 1, *own) is None:
                there = await connection.fetchrow(Q["rules_version"], version.number) if again else None
                if there is None or tuple(there)[1 : 1 + len(own)] != own:
                    raise ChangedMeanwhile
                return
            await _store(connection, version.number, version.taken)

    await retry_when_broken(attempt)
