"""The policies in order of their effective dates, and the choice of a limit for a case."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from shared.errors import TanggapError
from shared.events.fact import Clock, Role
from shared.worktime import Limit, Offset


class BadPoliciesError(TanggapError):
    """The policies have problems, each named."""

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("policies: " + "; ".join(self.problems))


@dataclass(frozen=True, slots=True)
class CaseProperties:
    """The properties of a case on which a limit may depend."""

    class_: str
    priority: str
    topic: str | None = None
    opd: str | None = None
    channel: str | None = None


@dataclass(frozen=True, slots=True)
class Level:
    """A step of a ladder. ``number`` 0 is the breach, -1 the last level before it, 1 the first after it.

    A level thus keeps its number when a case falls under another ladder, and is not reported twice.
    """

    number: int
    text: str
    offset: Offset
    to: tuple[Role, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ClockRule:
    """A limit with its ladder. ``only`` restricts it to cases whose named fields have one of the listed values.

    ``extension``: by how much the limit can be extended once. ``law``: the regulation of this one limit.

    Rules compare by identity, because they are made once and looked up often.
    """

    clock: Clock
    limit: Limit
    ladder: tuple[Level, ...]
    only: tuple[tuple[str, frozenset[str]], ...] = ()
    extension: float = 0
    law: str | None = None

    @property
    def longer(self) -> Limit:
        """The limit with its one extension, which is in the limit's own unit."""
        return replace(self.limit, amount=self.limit.amount + self.extension)

    def fits(self, case: CaseProperties) -> bool:
        """Return whether a case falls under this limit."""
        return all(getattr(case, name) in values for name, values in self.only)


@dataclass(frozen=True, slots=True)
class Policy:
    """The limits of one version, with the regulation they come from. ``last`` is None while no end is known.

    The version is in force from ``first`` to ``last``, both included.
    """

    version: int
    first: date
    last: date | None
    source: str
    clocks: tuple[ClockRule, ...]

    def rule(self, clock: Clock, case: CaseProperties) -> ClockRule:
        """Return the first limit of the clock that fits. The last limit of each clock fits every case."""
        return next(rule for rule in self.clocks if rule.clock == clock and rule.fits(case))


@dataclass(frozen=True, slots=True)
class PolicyTimeline:
    """Every policy, oldest first, without gap or overlap. The first policy also covers earlier days."""

    entries: tuple[Policy, ...]
    _starts: tuple[date, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", tuple(policy.first for policy in self.entries))

    def on(self, day: date) -> Policy:
        """Return the policy in force on a local date."""
        return self.entries[max(0, bisect_right(self._starts, day) - 1)]
