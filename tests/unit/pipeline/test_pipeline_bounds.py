"""Dates and instants from outside stay within their bounds."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from shared.bounds import FIRST_DAY, LAST_DAY, OutOfBounds, checked, heard_at
from shared.clock import SteppedClock, step_clock

NOW = datetime(2026, 3, 16, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize("day", [FIRST_DAY, LAST_DAY, date(2026, 3, 16)])
def test_both_bounds_belong_to_what_is_allowed(day: date) -> None:
    assert checked(day, FIRST_DAY, LAST_DAY) == day


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1970, 12, 31), date(2200, 1, 1), date(9999, 12, 31)])
def test_outside_them_the_bounds_are_named(day: date) -> None:
    with pytest.raises(OutOfBounds, match="between 1971-01-01 and 2199-12-31"):
        checked(day, FIRST_DAY, LAST_DAY)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        (None, NOW),
        (NOW - timedelta(days=900), NOW - timedelta(days=900)),
        (NOW + timedelta(seconds=1), NOW),
        (datetime(9999, 12, 31, tzinfo=UTC), NOW),
        (datetime(1, 1, 1, tzinfo=UTC), NOW),
        (datetime(1970, 1, 1, tzinfo=UTC), NOW),
    ],
)
def test_what_a_channel_claims_counts_where_it_is_possible(said: datetime | None, heard: datetime) -> None:
    assert heard_at(said, NOW) == heard


def test_the_stepped_clock_is_not_moved_out_of_the_calendar(tmp_path: Path) -> None:
    file = tmp_path / "clock.jsonl"
    step_clock(file, NOW)
    with pytest.raises(OutOfBounds):
        step_clock(file, datetime(9999, 1, 1, tzinfo=UTC))
    assert SteppedClock(file).now() == NOW
