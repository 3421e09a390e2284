"""The windows of the list of deadlines: overdue, today and this week share no deadline."""

import pytest

from services.sla.actions.deadlines import LAST_KEY, Window, window_bounds
from shared.ids import new_id
from shared.worktime.table import micros
from tests.support.sla_story import at, shipped_table

# Wednesday, 8 April 2026.
NOW = at("2026-04-08T10:00")
WINDOWS: tuple[Window, ...] = ("overdue", "today", "week")


@pytest.mark.parametrize(
    ("due", "windows"),
    [
        ("2026-04-08T09:59", ["overdue"]),
        ("2026-04-08T10:00", ["today"]),
        ("2026-04-08T16:00", ["today"]),
        # A limit in calendar days ends at 24:00, which still belongs to the day.
        ("2026-04-09T00:00", ["today"]),
        ("2026-04-09T00:01", ["week"]),
        ("2026-04-13T00:00", ["week"]),
        ("2026-04-13T00:01", []),
    ],
)
def test_a_deadline_lies_in_one_window(due: str, windows: list[str]) -> None:
    entry = (micros(at(due)), new_id())
    bounds = {window: window_bounds(window, shipped_table(), micros(NOW)) for window in WINDOWS}
    assert [window for window, (first, end) in bounds.items() if entry > first and entry[0] < end] == windows


def test_the_window_of_all_leaves_nothing_out() -> None:
    first, end = window_bounds("all", shipped_table(), micros(NOW))
    assert first <= (0, LAST_KEY)
    assert end > micros(at("2045-12-31T23:59"))
