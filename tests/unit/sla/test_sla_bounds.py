"""Dates that callers ask for: what is no possible day is refused, never an error of ours."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from services.sla.api.views_clocks import read_cursor
from services.sla.statistics.period import period
from services.sla.versions.overrides import with_override
from shared.errors import Invalid
from shared.worktime.reading import shipped_text

NOW = datetime(2026, 4, 6, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("first", "last", "field"),
    [
        (date(1, 1, 1), None, "from"),
        (None, date(9999, 12, 31), "to"),
        (None, date(1, 1, 1), "to"),
        (date(1, 1, 1), date(9999, 12, 31), "to"),
        (date(2026, 5, 1), date(2026, 4, 1), "from"),
    ],
)
def test_numbers_are_of_possible_days(first: date | None, last: date | None, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        period(first, last, NOW)
    assert refused.value.field == field


@pytest.mark.parametrize("due", ["99999999999999999999", "-1", "²²", "9" * 5000, "", "soon"])
def test_a_cursor_names_a_possible_instant(due: str) -> None:
    with pytest.raises(Invalid):
        read_cursor(f"{due}_{UUID(int=7)}")
    assert read_cursor(f"1775808000000000_{UUID(int=7)}") == (1775808000000000, UUID(int=7))


@pytest.mark.parametrize("day", [date(1, 1, 1), date(2011, 12, 31), date(2046, 1, 1), date(9999, 12, 31)])
def test_a_day_is_declared_within_the_years_of_the_calendar(day: date) -> None:
    with pytest.raises(Invalid) as refused:
        with_override(shipped_text(), day, "off", "Libur uji")
    assert refused.value.field == "date"
