"""Policies: chosen by date and by what a case is; a wrong file is refused with every problem named."""

from datetime import date

import pytest

from services.sla.policy import BadPoliciesError, CaseProperties, read_policies
from shared.worktime import Limit, Unit
from tests.support.sla_story import shipped_book

TODAY = date(2026, 4, 6)
CLOCKS = "".join(
    f'\n[[policies.clocks]]\nclock = "{name}"\nlimit = 5\nunit = "working_day"\nladder = "none"'
    for name in ("verify", "redispatch", "respond", "resolve", "silence")
)


def policy(version: int, first: str, until: str | None = None, clocks: str = CLOCKS, ladders: str = "none = []") -> str:
    end = f"\nuntil = {until}" if until else ""
    return f'[[policies]]\nversion = {version}\nfrom = {first}{end}\nsource = "uji"\n[policies.ladders]\n{ladders}{clocks}\n'


def problems(text: str) -> str:
    with pytest.raises(BadPoliciesError) as raised:
        read_policies(text)
    return " | ".join(raised.value.problems)


@pytest.mark.parametrize(
    ("class_", "priority", "limit"),
    [
        ("information", "normal", Limit(10, Unit.WORKING_DAY)),
        ("aspiration", "normal", Limit(5, Unit.WORKING_DAY)),
        ("permit", "normal", Limit(5, Unit.WORKING_DAY)),
        ("no_oversight", "normal", Limit(14, Unit.WORKING_DAY)),
        ("oversight", "normal", Limit(60, Unit.WORKING_DAY)),
        ("oversight", "urgent", Limit(24, Unit.WORKING_HOUR)),
    ],
)
def test_the_limit_to_solve_depends_on_the_class_and_on_urgency(class_: str, priority: str, limit: Limit) -> None:
    assert shipped_book().on(TODAY).rule("resolve", CaseProperties(class_, priority)).limit == limit


def test_a_level_keeps_its_number_in_every_ladder() -> None:
    rules = shipped_book().on(TODAY).clocks
    ladders = {rule.clock: [(level.number, level.text) for level in rule.ladder] for rule in rules}
    assert ladders["respond"] == [(-1, "-1d"), (0, "0"), (1, "+2d"), (2, "+5d")]
    assert ladders["redispatch"] == [(0, "0"), (1, "+2d"), (2, "+5d")]


def test_the_policy_in_force_on_the_day_counts() -> None:
    book = read_policies(policy(1, "2020-01-01", "2026-04-05") + policy(2, "2026-04-06"))
    assert [book.on(day).version for day in (date(2019, 1, 1), date(2026, 4, 5), date(2026, 4, 6))] == [1, 1, 2]


def test_overlaps_and_gaps_of_dates_are_named() -> None:
    assert "version 1 and version 2: overlap from 2026-04-05" in problems(
        policy(1, "2020-01-01", "2026-04-05") + policy(2, "2026-04-05")
    )
    assert "version 1 and version 2: overlap" in problems(policy(1, "2020-01-01") + policy(2, "2026-04-05"))
    assert "gap from 2026-04-06 to 2026-04-07" in problems(
        policy(1, "2020-01-01", "2026-04-05") + policy(2, "2026-04-08")
    )
    assert "no higher version" in problems(policy(2, "2020-01-01", "2026-04-05") + policy(2, "2026-04-06"))


def test_a_level_before_its_predecessor_and_an_unknown_role_are_named() -> None:
    found = problems(
        policy(1, "2020-01-01", ladders='none = [{offset="+2d", to=["head"]}, {offset="-1d", to=["mayor"]}]')
    )
    assert "none[2]: level -1d is not after its predecessor +2d" in found
    assert "none[2]: unknown role 'mayor'" in found


def test_a_clock_without_a_limit_for_every_case_is_a_gap() -> None:
    clocks = CLOCKS.replace('clock = "resolve"', 'clock = "resolve"\nclass = ["oversight"]')
    assert "gap: no limit of clock 'resolve'" in problems(policy(1, "2020-01-01", clocks=clocks))


def test_a_limit_after_one_that_fits_every_case_is_an_overlap() -> None:
    assert "overlap: a limit of clock 'verify'" in problems(policy(1, "2020-01-01", clocks=CLOCKS + CLOCKS))


def test_every_wrong_value_is_named_at_once() -> None:
    clocks = (
        '\n[[policies.clocks]]\nclock = "sleep"\nlimit = 5\nunit = "working_day"\nladder = "none"'
        '\n[[policies.clocks]]\nclock = "verify"\nlimit = 0\nunit = "working_day"\nladder = "none"'
        '\n[[policies.clocks]]\nclock = "verify"\nlimit = 5\nunit = "moon"\nladder = "none"'
        '\n[[policies.clocks]]\nclock = "verify"\nlimit = 5\nunit = "minute"\nladder = "rope"'
        '\n[[policies.clocks]]\nclock = "verify"\nlimit = 5\nunit = "minute"\nladder = "none"\nclass = ["royal"]\ncolour = "red"'
    )
    found = problems(policy(1, "2020-01-01", clocks=clocks + CLOCKS).replace('source = "uji"', 'source = ""'))
    for part in (
        "'sleep'",
        "more than 0",
        "'moon'",
        "'rope'",
        "unknown class 'royal'",
        "no such field 'colour'",
        "`source`",
    ):
        assert part in found


@pytest.mark.parametrize("text", ["", "policies = 3", "[[policies]]", "nonsense"])
def test_what_is_no_policy_is_refused(text: str) -> None:
    assert problems(text)


@pytest.mark.parametrize("day", ["0001-01-01", "1970-12-31", "2200-01-01", "9999-12-31"])
def test_a_policy_is_in_force_from_and_until_a_possible_day(day: str) -> None:
    assert f"{day} is not between 1971-01-01 and 2199-12-31" in problems(policy(1, day))
    assert f"{day} is not between 1971-01-01 and 2199-12-31" in problems(policy(1, "2020-01-01", day))
