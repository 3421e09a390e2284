"""The send window of messages: case 12 of the deadlines that others got wrong."""

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

import pytest

from services.notifier.codes import Audience
from services.notifier.rules.send_window import earliest_sending
from shared.worktime import Timetable
from shared.worktime.reading import shipped_calendar

WITA = ZoneInfo("Asia/Makassar")
HOURS = Timetable(shipped_calendar())


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=WITA)


@pytest.mark.parametrize(
    ("heard", "out"),
    [
        ("2026-04-06T10:00", "2026-04-06T10:01"),
        ("2026-04-06T20:59:30", "2026-04-07T07:00"),
        ("2026-04-06T23:30", "2026-04-07T07:00"),
        ("2026-04-07T03:00", "2026-04-07T07:00"),
        ("2026-04-07T06:59", "2026-04-07T07:00"),
        ("2026-04-05T12:00", "2026-04-05T12:01"),
    ],
    ids=["by day", "just before night", "evening", "night", "dawn", "Sunday"],
)
def test_citizens_are_told_outside_the_night(heard: str, out: str) -> None:
    assert earliest_sending(Audience.CITIZEN, at(heard), HOURS, at_once=False) == at(out)


@pytest.mark.parametrize(
    ("heard", "out"),
    [
        ("2026-04-06T10:00", "2026-04-06T10:01"),
        ("2026-04-06T12:10", "2026-04-06T13:00"),
        ("2026-04-06T16:30", "2026-04-07T07:30"),
        ("2026-04-10T11:45", "2026-04-10T13:00"),
        ("2026-04-10T18:00", "2026-04-13T07:30"),
        ("2026-04-03T10:00", "2026-04-06T07:30"),
    ],
    ids=["open", "lunch", "evening", "Friday prayer", "weekend", "Good Friday"],
)
@pytest.mark.parametrize("audience", [Audience.OFFICER, Audience.HEAD, Audience.SEKDA])
def test_officers_are_told_in_office_hours(audience: Audience, heard: str, out: str) -> None:
    assert earliest_sending(audience, at(heard), HOURS, at_once=False) == at(out)


@pytest.mark.parametrize("audience", [Audience.CITIZEN, Audience.OFFICER])
def test_what_is_urgent_or_answers_a_citizen_goes_at_once(audience: Audience) -> None:
    assert earliest_sending(audience, at("2026-04-05T23:30"), HOURS, at_once=True) == at("2026-04-05T23:30")


def test_the_result_is_the_same_whatever_offset_the_moment_came_with() -> None:
    night = at("2026-04-06T23:30")
    utc = earliest_sending(Audience.CITIZEN, night.astimezone(UTC), HOURS, at_once=False)
    assert utc == earliest_sending(Audience.CITIZEN, night, HOURS, at_once=False)


def test_a_night_that_ends_at_half_past_is_kept_to_the_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.notifier.rules.send_window.QUIET_UNTIL", time(7, 30))
    heard = at("2026-04-07T07:10")
    assert earliest_sending(Audience.CITIZEN, heard, HOURS, at_once=False) == at("2026-04-07T07:30")
