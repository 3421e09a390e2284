"""Calendar and policies in force: those of the settings until somebody changes them, then the newest version in the tables.

Every transaction of the step asks for the version first (`Rulebook.before`), under a lock that a change waits for: from the
moment a change is committed no replica folds under the older rules. A fold itself stays pure: it is given the rules.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal
from uuid import UUID

from services.sla.policy import BadPoliciesError, Book, read_policies
from services.sla.rules import Rules
from services.sla.state import Case
from services.sla.store import Q
from shared.errors import Invalid, Refused, Transient
from shared.pipeline.change import Change, Item
from shared.postgres.again import again_when_broken
from shared.postgres.pool import Connection, Pool
from shared.worktime import BadCalendarError, Timetable, parse_calendar

What = Literal["calendar", "policies", "both"]


class ChangedMeanwhile(Refused):
    """Somebody else has changed the calendar or the policies meanwhile; look at them again."""

    code = "changed_meanwhile"


class UnreadableRules(Transient):
    """The rules in the tables cannot be read by this version of the code; newer replicas must take over."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Calendar and policies as they are written."""

    calendar: str
    policies: str

    def rules(self, number: int) -> Rules:
        """What they say. Raises BadCalendarError or BadPoliciesError with every problem."""
        return Rules.under(Timetable(parse_calendar(self.calendar)), read_policies(self.policies), number)


@dataclass(frozen=True, slots=True)
class Version:
    """One state of the rules: ``number`` 0 are those of the settings."""

    number: int
    texts: Texts
    rules: Rules
    what: What = "both"
    changed_at: datetime | None = None
    changed_by: str | None = None
    why: str | None = None


class Rulebook:
    """The version in force, and older ones on demand."""

    def __init__(self, texts: Texts) -> None:
        self._first = Version(0, texts, texts.rules(0))
        self._known: dict[int, Version] = {0: self._first}
        self.now = self._first

    def fold(self, states: Mapping[UUID, Case | None], item: Item, now: datetime) -> Change[Case]:
        """The fold under the version that `before` has found."""
        return self.now.rules.fold(states, item, now)

    async def before(self, connection: Connection) -> None:
        """Take over the version in force; it stays in force until the transaction ends."""
        number = await connection.fetchval(Q["rules_number"])
        if number != self.now.number:
            self.now = await self._read(connection, number)

    async def fresh(self, pool: Pool) -> Version:
        """The version in force, for a reader."""
        number = await pool.fetchval(Q["rules_number"])
        if number != self.now.number:
            self.now = await self._read(pool, number)
        return self.now

    async def of(self, pool: Pool, number: int) -> Version:
        """A version by its number."""
        return await self._read(pool, number)

    async def _read(self, source: Connection | Pool, number: int) -> Version:
        if number in self._known:
            return self._known[number]
        row = await source.fetchrow(Q["rules_version"], number)
        if row is None:
            raise UnreadableRules
        texts = Texts(row["calendar"], row["policies"])
        try:
            rules = texts.rules(number)
        except (BadCalendarError, BadPoliciesError) as error:
            raise UnreadableRules from error
        found = Version(number, texts, rules, row["what"], row["changed_at"], row["changed_by"], row["why"])
        self._known[number] = found
        return found


def changed(base: Version, calendar: str | None, policies: str | None) -> Version:
    """The version that would follow. Raises Invalid with every problem, or where it covers fewer years than the one in force."""
    texts = Texts(calendar or base.texts.calendar, policies or base.texts.policies)
    what: What = "both" if calendar and policies else "calendar" if calendar else "policies"
    try:
        rules = texts.rules(base.number + 1)
    except BadCalendarError as error:
        raise Invalid("; ".join(error.problems), field="calendar") from None
    except BadPoliciesError as error:
        raise Invalid("; ".join(error.problems), field="policies") from None
    _same_reach(base.rules, rules)
    return Version(base.number + 1, texts, rules, what)


def _same_reach(old: Rules, new: Rules) -> None:
    before, after = old.reckoner.table.calendar, new.reckoner.table.calendar
    if after.first_year > before.first_year or after.last_year < before.last_year:
        raise Invalid(
            f"years: must cover {before.first_year} to {before.last_year}, as the calendar in force does", field="calendar"
        )


async def switch_on(pool: Pool, version: Version, *, at: datetime, who: str, why: str) -> None:
    """Put a version into force, from the next step of every replica on. Raises ChangedMeanwhile.

    A try whose connection broke after its commit finds its own version there, and that is no other's change.
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
                if there is None or tuple(there)[1:] != own:
                    raise ChangedMeanwhile

    await again_when_broken(attempt)


def book_of(version: Version) -> Book:
    """Its policies."""
    return version.rules.reckoner.book


__all__ = ["ChangedMeanwhile", "Rulebook", "Texts", "UnreadableRules", "Version", "book_of", "changed", "switch_on"]
