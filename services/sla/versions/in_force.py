"""The calendar and policies in force, by version.

Version 0 is the files of the first start. It is in force until somebody changes calendar or policies; then the newest
version is.

A version fixes everything that its dates depend on: the texts, and the data taken from installed libraries (holidays,
the zone's rules). A new release of a library, or other files, change nothing until somebody puts them into force.

Every transaction of the step first asks for the version (`Rulebook.before`), under a lock that a change waits for. So
once a change is committed no replica folds under older rules. A fold itself stays pure: it receives the rules as
values.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from services.sla.policy import BadPoliciesError, PolicyTimeline, out_of_order, read_policies
from services.sla.rules import Rules
from services.sla.state import CaseClocks
from services.sla.store import Q
from shared.errors import Invalid, Refused, Transient
from shared.pipeline.change import Change, Item
from shared.postgres.again import again_when_broken
from shared.postgres.pool import Connection, Pool
from shared.worktime import BadCalendarError, Timetable, parse_calendar
from shared.worktime.reading import read_text
from shared.worktime.taken import Taken, depends_on, from_json, taken_now

ChangedPart = Literal["calendar", "policies", "both"]


class ChangedMeanwhile(Refused):
    """Somebody else has changed the calendar or the policies meanwhile; look at them again."""

    code = "changed_meanwhile"


class UnreadableRules(Transient):
    """The rules in the tables cannot be read by this version of the code; newer replicas must take over."""


@dataclass(frozen=True, slots=True)
class RuleTexts:
    """The texts of calendar and policies."""

    calendar: str
    policies: str

    def taken(self) -> Taken:
        """Return the data that the calendar takes from the installed libraries.

        Raise BadCalendarError when the libraries do not have it.
        """
        data = read_text(self.calendar)
        # The libraries raise NotImplementedError for a country that they lack, and OSError for a zone without a file.
        try:
            return taken_now(data)
        except (ValueError, TypeError, NotImplementedError, OSError) as error:
            raise BadCalendarError([str(error)]) from None

    def rules(self, number: int, taken: Taken) -> Rules:
        """Return the rules that the texts describe. Raise BadCalendarError or BadPoliciesError with every problem."""
        return Rules.under(Timetable(parse_calendar(self.calendar, taken)), read_policies(self.policies), number)

    def checked(self, number: int, taken: Taken, known: Collection[str] = ()) -> Rules:
        """Return the rules that the texts describe, after a check of the order of clocks.

        A clock that can end after the clock that follows it is a problem, unless that problem is ``known``. Raise
        BadPoliciesError with every problem.
        """
        rules = self.rules(number, taken)
        problems = [problem for problem in disorder(rules) if problem not in known]
        if problems:
            raise BadPoliciesError(problems)
        return rules


def disorder(rules: Rules) -> list[str]:
    """Return the pairs of limits of which the earlier can end after the later."""
    return out_of_order(rules.due_dates.book, rules.due_dates.table)


@dataclass(frozen=True, slots=True)
class RuleVersion:
    """One version of the rules. ``number`` 0 is the files of the first start.

    ``taken`` is the data that this version took from libraries.
    """

    number: int
    texts: RuleTexts
    rules: Rules
    taken: Taken
    what: ChangedPart = "both"
    changed_at: datetime | None = None
    changed_by: str | None = None
    why: str | None = None


class RuleVersions:
    """Holds the version in force and reads older versions on demand."""

    def __init__(self, texts: RuleTexts) -> None:
        # `taken` stops at the first problem; parsing first names every problem of the file.
        parse_calendar(texts.calendar)
        taken = texts.taken()
        self.files = texts
        # The version of the files, until the tables have been read.
        self.now = RuleVersion(0, texts, texts.checked(0, taken), taken)
        self._known: dict[int, RuleVersion] = {}
        self._built: dict[tuple[int, RuleTexts, str], RuleVersion] = {(0, texts, taken.digest): self.now}

    def fold(self, states: Mapping[UUID, CaseClocks | None], item: Item, now: datetime) -> Change[CaseClocks]:
        """Fold under the version that `before` has found."""
        return self.now.rules.fold(states, item, now)

    async def before(self, connection: Connection) -> None:
        """Load the version in force. It stays in force until the transaction ends."""
        number = await connection.fetchval(Q["rules_number"])
        if number != self.now.number or number not in self._known:
            self.now = await self._read(connection, number, committed=False)

    async def fresh(self, pool: Pool) -> RuleVersion:
        """Return the version in force, for a reader outside the step."""
        number = await pool.fetchval(Q["rules_number"])
        if number != self.now.number or number not in self._known:
            self.now = await self._read(pool, number)
        return self.now

    async def of(self, pool: Pool, number: int) -> RuleVersion:
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
            rules = texts.rules(number, taken)
        except (BadCalendarError, BadPoliciesError) as error:
            raise UnreadableRules from error
        said = (row["changed_at"], row["changed_by"], row["why"]) if number else ()
        self._built[number, texts, row["digest"]] = found = RuleVersion(number, texts, rules, taken, row["what"], *said)
        return found


async def _store(source: Connection | Pool, number: int, taken: Taken) -> None:
    await source.execute(Q["rules_dates"], number, taken.as_json(), taken.zone, taken.source, taken.digest)


def changed(base: RuleVersion, calendar: str | None, policies: str | None, *, installed: bool = False) -> RuleVersion:
    """Return the version that would follow ``base``.

    The version keeps the dates that were taken from libraries, unless the calendar asks for others, or ``installed``
    asks for those of the installed libraries. Raise Invalid with every problem, or when the calendar covers fewer years
    than the one in force.
    """
    texts = RuleTexts(calendar or base.texts.calendar, policies or base.texts.policies)
    fresh = calendar is not None or installed
    what: ChangedPart = "both" if fresh and policies else "calendar" if fresh else "policies"
    try:
        if calendar is not None:
            parse_calendar(calendar)
        taken = texts.taken() if installed or not _asks_the_same(base.texts, texts) else base.taken
        # A new calendar is not refused for problems that the policies in force have already.
        known = () if policies else disorder(base.rules)
        rules = texts.checked(base.number + 1, taken, known)
    except BadCalendarError as error:
        raise Invalid("; ".join(error.problems), field="calendar") from None
    except BadPoliciesError as error:
        raise Invalid("; ".join(error.problems), field="policies") from None
    _same_reach(base.rules, rules)
    return RuleVersion(base.number + 1, texts, rules, taken, what)


def _asks_the_same(old: RuleTexts, new: RuleTexts) -> bool:
    return old.calendar == new.calendar or depends_on(read_text(old.calendar)) == depends_on(read_text(new.calendar))


def _same_reach(old: Rules, new: Rules) -> None:
    before, after = old.due_dates.table.calendar, new.due_dates.table.calendar
    if after.first_year > before.first_year or after.last_year < before.last_year:
        raise Invalid(
            f"years: must cover {before.first_year} to {before.last_year}, as the calendar in force does",
            field="calendar",
        )


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

    await again_when_broken(attempt)


def policies_of(version: RuleVersion) -> PolicyTimeline:
    """Return the policies of a version."""
    return version.rules.due_dates.book
