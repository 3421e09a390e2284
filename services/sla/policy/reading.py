"""Reader of policies in TOML. It names every problem at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, timedelta
from importlib import resources
from itertools import pairwise
from math import inf
from typing import Any, get_args

from services.sla.policy.timeline import BadPoliciesError, ClockRule, Level, Policy, PolicyTimeline
from shared.bounds import FIRST_DAY, LAST_DAY, checked
from shared.events.fact import Class, Clock, Priority, Role
from shared.worktime import Limit, Offset, Unit, WorktimeError
from shared.worktime.reading import check_depth, read_date

KNOWN = {
    "class": set(get_args(Class)),
    "priority": set(get_args(Priority)),
    "topic": None,
    "opd": None,
    "channel": None,
}
# The limit of `appeal` for policies that were written before citizens could appeal. The shipped policies have the same.
APPEAL_LADDER = (
    {"offset": "-1d", "to": ("inspektorat", "sekda")},
    {"offset": "0", "to": ("inspektorat", "sekda")},
    {"offset": "+5d", "to": ("governor", "citizen")},
)
APPEAL_RULE = {
    "clock": "appeal",
    "limit": 10,
    "unit": "working_day",
    "law": "aturan sendiri, mengikuti 10 hari kerja untuk keberatan dan banding pada UU 30/2014 Pasal 77 dan 78",
    "ladder": "appeal",
}
# Rough lengths in minutes, used only to check that the levels of a ladder stand in order of time.
MINUTES = {"m": 1, "h": 60, "d": 450}


def shipped_policies() -> PolicyTimeline:
    """Return the policies that the product ships."""
    return read_policies(shipped_text())


def shipped_text() -> str:
    """Return the text of the shipped policies."""
    return resources.files("services.sla").joinpath("policies.toml").read_text("utf-8")


def read_policies(text: str) -> PolicyTimeline:
    """Parse the policies in ``text``. Raise `BadPoliciesError` with every problem."""
    try:
        check_depth(text)
        data = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise BadPoliciesError([f"not TOML: {error}"]) from None
    reader = _PolicyReader()
    policies = reader.policies(data)
    if reader.problems:
        raise BadPoliciesError(reader.problems)
    return PolicyTimeline(policies)


class _PolicyReader:
    def __init__(self) -> None:
        self.problems: list[str] = []

    @contextmanager
    def _at(self, where: str) -> Iterator[None]:
        try:
            yield
        except KeyError as error:
            self.problems.append(f"{where}: {error} is missing")
        except (ValueError, TypeError, AttributeError, OverflowError, WorktimeError) as error:
            self.problems.append(f"{where}: {error}")

    def policies(self, data: Mapping[str, Any]) -> tuple[Policy, ...]:
        found: list[Policy] = []
        entries = data.get("policies", [])
        if not isinstance(entries, list):
            self.problems.append("policies: a list of tables is needed")
            return ()
        for number, entry in enumerate(entries, 1):
            where = f"policies[{number}]"
            with self._at(where):
                found.append(self._policy(entry, where))
        if not found and not self.problems:
            self.problems.append("policies: there is none")
        found.sort(key=lambda policy: policy.first)
        for earlier, later in pairwise(found):
            self._neighbours(earlier, later)
        return tuple(found)

    def _neighbours(self, earlier: Policy, later: Policy) -> None:
        pair = f"version {earlier.version} and version {later.version}"
        if later.version <= earlier.version:
            self.problems.append(f"{pair}: the later one has no higher version")
        if earlier.last is None or earlier.last >= later.first:
            self.problems.append(f"{pair}: overlap from {later.first}")
        elif earlier.last + timedelta(days=1) < later.first:
            self.problems.append(
                f"{pair}: gap from {earlier.last + timedelta(days=1)} to {later.first - timedelta(days=1)}"
            )

    def _policy(self, entry: Mapping[str, Any], where: str) -> Policy:
        ladders: dict[str, tuple[Level, ...]] = {}
        for name, levels in (entry.get("ladders") or {}).items():
            with self._at(f"{where}.ladders.{name}"):
                ladders[name] = self._ladder(levels, f"{where}.ladders.{name}")
        rules: list[ClockRule] = []
        for number, clock in enumerate(entry.get("clocks") or (), 1):
            with self._at(f"{where}.clocks[{number}]"):
                rules.append(self._rule(clock, ladders, f"{where}.clocks[{number}]"))
        if not any(rule.clock == "appeal" for rule in rules):
            rules.append(self._rule(APPEAL_RULE, {"appeal": self._ladder(APPEAL_LADDER, where)}, where))
        self._complete(rules, where)
        if not str(entry.get("source", "")).strip():
            self.problems.append(f"{where}: the regulation it comes from (`source`) is missing")
        last = checked(read_date(entry["until"]), FIRST_DAY, LAST_DAY) if entry.get("until") else None
        first: date = checked(read_date(entry["from"]), FIRST_DAY, LAST_DAY)
        if last is not None and last < first:
            raise ValueError("`until` is before `from`")
        return Policy(int(entry["version"]), first, last, str(entry.get("source", "")), tuple(rules))

    def _ladder(self, levels: Any, where: str) -> tuple[Level, ...]:
        offsets = []
        for number, entry in enumerate(levels, 1):
            with self._at(f"{where}[{number}]"):
                offset = Offset.parse(str(entry["offset"]))
                for role in entry["to"]:
                    if role not in get_args(Role):
                        self.problems.append(f"{where}[{number}]: unknown role {role!r}")
                if not entry["to"]:
                    raise ValueError("nobody is told")
                offsets.append((offset, str(entry["offset"]), tuple(entry["to"])))
        amounts = [offset.amount * MINUTES[offset.unit] for offset, _, _ in offsets]
        for number, (earlier, later) in enumerate(pairwise(amounts), 2):
            if later <= earlier:
                self.problems.append(
                    f"{where}[{number}]: level {offsets[number - 1][1]} is not after its predecessor {offsets[number - 2][1]}"
                )
        before = sum(amount < 0 for amount in amounts)
        later_from = 0 if 0 in amounts else 1
        numbers = [*range(-before, 0), *range(later_from, later_from + len(amounts) - before)]
        return tuple(
            Level(number, text, offset, to) for number, (offset, text, to) in zip(numbers, offsets, strict=True)
        )

    def _rule(self, entry: Mapping[str, Any], ladders: Mapping[str, tuple[Level, ...]], where: str) -> ClockRule:
        for name in sorted(set(entry) - {"clock", "limit", "unit", "ladder", "extension", "law", *KNOWN}):
            self.problems.append(f"{where}: no such field {name!r}")
        if entry["clock"] not in get_args(Clock):
            raise ValueError(f"unknown clock {entry['clock']!r}")
        if entry["unit"] not in set(Unit):
            raise ValueError(f"unknown unit {entry['unit']!r}")
        if entry["ladder"] not in ladders:
            raise ValueError(f"unknown ladder {entry['ladder']!r}")
        only = []
        for name, known in KNOWN.items():
            if name not in entry:
                continue
            values = frozenset(map(str, entry[name]))
            for value in sorted(values - known) if known else ():
                self.problems.append(f"{where}: unknown {name} {value!r}")
            only.append(("class_" if name == "class" else name, values))
        limit, longer = Limit(float(entry["limit"]), Unit(entry["unit"])), float(entry.get("extension", 0))
        if not 0 <= longer < inf:
            raise ValueError("`extension` is no length of time")
        if longer and entry["clock"] != "resolve":
            raise ValueError("only the clock 'resolve' can have an `extension`")
        law = str(entry["law"]).strip() if "law" in entry else None
        return ClockRule(entry["clock"], limit, ladders[entry["ladder"]], tuple(only), longer, law)

    def _complete(self, rules: list[ClockRule], where: str) -> None:
        for clock in get_args(Clock):
            own = [rule for rule in rules if rule.clock == clock]
            if not own or own[-1].only:
                self.problems.append(
                    f"{where}: gap: no limit of clock {clock!r} for the cases that fit none of its conditions"
                )
            if any(not rule.only for rule in own[:-1]):
                self.problems.append(
                    f"{where}: overlap: a limit of clock {clock!r} stands after one that fits every case"
                )
