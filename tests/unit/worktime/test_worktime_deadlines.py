"""Due times, levels and pauses, each rule on its own."""

from datetime import datetime

import pytest

from shared.worktime import (
    BadLimitError,
    Limit,
    Offset,
    OutsideCalendarError,
    Pause,
    Timetable,
    Unit,
    due_time,
    level_time,
    parse_calendar,
)
from shared.worktime.reading import shipped_calendar
from shared.worktime.words import explain, summary


def at(text: str) -> datetime:
    return datetime.fromisoformat(text + "+08:00")


@pytest.fixture(scope="module")
def kaltim() -> Timetable:
    return Timetable(shipped_calendar())


@pytest.mark.parametrize(
    ("start", "amount", "unit", "due"),
    [
        ("2026-04-06T10:00", 3, Unit.WORKING_DAY, "2026-04-09T16:00"),
        ("2026-04-06T23:59", 3, Unit.WORKING_DAY, "2026-04-09T16:00"),
        ("2026-04-06T10:00", 4, Unit.WORKING_DAY, "2026-04-10T16:30"),
        ("2026-04-11T10:00", 1, Unit.WORKING_DAY, "2026-04-13T16:00"),
        ("2026-03-16T10:00", 1, Unit.WORKING_DAY, "2026-03-17T15:00"),
        ("2026-03-16T10:00", 5, Unit.WORKING_DAY, "2026-03-30T16:00"),
        ("2028-02-28T10:00", 1, Unit.WORKING_DAY, "2028-02-29T16:00"),
        ("2026-04-06T07:30", 7.5, Unit.WORKING_HOUR, "2026-04-06T16:00"),
        ("2026-04-06T16:00", 1, Unit.WORKING_HOUR, "2026-04-07T08:30"),
        ("2026-04-06T12:30", 1, Unit.WORKING_HOUR, "2026-04-06T14:00"),
        ("2026-04-10T11:00", 1, Unit.WORKING_HOUR, "2026-04-10T13:30"),
        ("2026-04-06T10:00", 5, Unit.CALENDAR_DAY, "2026-04-12T00:00"),
        ("2026-04-06T10:00", 90, Unit.MINUTE, "2026-04-06T11:30"),
    ],
)
def test_a_due_time_is_what_the_rule_says(kaltim: Timetable, start: str, amount: float, unit: Unit, due: str) -> None:
    assert due_time(kaltim, at(start), Limit(amount, unit)) == at(due)


def test_midnight_in_wita_decides_the_date_and_not_midnight_in_utc(kaltim: Timetable) -> None:
    before, after = (
        datetime.fromisoformat("2026-04-06T15:59:59+00:00"),
        datetime.fromisoformat("2026-04-06T16:00:00+00:00"),
    )
    assert due_time(kaltim, before, Limit(1, Unit.WORKING_DAY)) == at("2026-04-07T16:00")
    assert due_time(kaltim, after, Limit(1, Unit.WORKING_DAY)) == at("2026-04-08T16:00")


@pytest.mark.parametrize(
    ("due", "offset", "level"),
    [
        ("2026-04-09T16:00", "-1d", "2026-04-08T16:00"),
        ("2026-04-13T16:00", "-1d", "2026-04-10T16:30"),
        ("2026-04-09T16:00", "+2d", "2026-04-13T16:00"),
        ("2026-04-09T16:00", "-1h", "2026-04-09T15:00"),
        ("2026-04-09T14:00", "-2h", "2026-04-09T11:00"),
        ("2026-04-09T16:00", "+1h", "2026-04-10T08:30"),
        ("2026-04-09T16:00", "-30m", "2026-04-09T15:30"),
        ("2026-04-09T16:00", "0", "2026-04-09T16:00"),
        ("2026-04-12T00:00", "-1d", "2026-04-10T16:30"),
        ("2026-04-11T00:00", "-1d", "2026-04-09T16:00"),
        ("2026-04-11T00:00", "+1d", "2026-04-13T16:00"),
    ],
)
def test_a_level_lies_off_the_due_time_in_its_own_unit(kaltim: Timetable, due: str, offset: str, level: str) -> None:
    assert level_time(kaltim, at(due), Offset.parse(offset)) == at(level)


@pytest.mark.parametrize(
    ("unit", "amount", "due"),
    [
        (Unit.WORKING_DAY, 3, "2026-04-14T16:00"),
        (Unit.WORKING_HOUR, 3, "2026-04-09T12:00"),
        (Unit.CALENDAR_DAY, 3, "2026-04-13T00:00"),
    ],
)
def test_a_pause_moves_the_due_time_in_the_unit_of_the_clock(
    kaltim: Timetable, unit: Unit, amount: float, due: str
) -> None:
    pause = Pause(at("2026-04-06T11:00"), at("2026-04-09T11:00"))
    assert due_time(kaltim, at("2026-04-06T09:00"), Limit(amount, unit), [pause]) == at(due)


def test_minutes_are_moved_by_the_minutes_of_the_pause(kaltim: Timetable) -> None:
    pause = Pause(at("2026-04-06T11:00"), at("2026-04-09T11:00"))
    assert due_time(kaltim, at("2026-04-06T10:30"), Limit(60, Unit.MINUTE), [pause]) == at("2026-04-09T11:30")


def test_overlapping_pauses_count_once(kaltim: Timetable) -> None:
    one = [Pause(at("2026-04-07T10:00"), at("2026-04-10T10:00"))]
    two = [Pause(at("2026-04-08T10:00"), at("2026-04-10T10:00")), Pause(at("2026-04-07T10:00"), at("2026-04-09T10:00"))]
    for unit in Unit:
        assert due_time(kaltim, at("2026-04-06T10:00"), Limit(2, unit), one) == due_time(
            kaltim, at("2026-04-06T10:00"), Limit(2, unit), two
        )


def test_a_pause_before_the_start_does_not_count(kaltim: Timetable) -> None:
    pause = Pause(at("2026-04-01T10:00"), at("2026-04-02T10:00"))
    assert due_time(kaltim, at("2026-04-06T10:00"), Limit(1, Unit.WORKING_DAY), [pause]) == at("2026-04-07T16:00")


def test_a_pause_that_began_before_the_start_counts_from_the_start(kaltim: Timetable) -> None:
    pause = Pause(at("2026-04-01T10:00"), at("2026-04-07T10:00"))
    assert due_time(kaltim, at("2026-04-06T10:00"), Limit(1, Unit.WORKING_DAY), [pause]) == at("2026-04-08T16:00")


def test_a_zone_with_summer_time_keeps_its_local_hours() -> None:
    table = Timetable(parse_calendar('{"zone": "Europe/Amsterdam", "hours": {"mon-fri": ["08:00-16:00"]}}'))
    start = datetime.fromisoformat("2026-03-27T10:00+01:00")
    assert due_time(table, start, Limit(1, Unit.WORKING_DAY)) == datetime.fromisoformat("2026-03-30T16:00+02:00")


@pytest.mark.parametrize("text", ["1", "d", "-1w", "1.5d", "", "--1d", "1d2h"])
def test_what_is_no_offset_is_refused(text: str) -> None:
    with pytest.raises(BadLimitError):
        Offset.parse(text)


@pytest.mark.parametrize(
    ("amount", "unit"), [(0, Unit.MINUTE), (-1, Unit.WORKING_DAY), (1.5, Unit.WORKING_DAY), (float("nan"), Unit.MINUTE)]
)
def test_what_is_no_limit_is_refused(amount: float, unit: Unit) -> None:
    with pytest.raises(BadLimitError):
        Limit(amount, unit)


def test_a_pause_may_not_end_before_it_begins() -> None:
    with pytest.raises(BadLimitError):
        Pause(at("2026-04-02T10:00"), at("2026-04-01T10:00"))


def test_a_moment_without_an_offset_is_refused(kaltim: Timetable) -> None:
    with pytest.raises(BadLimitError, match="offset from UTC"):
        due_time(kaltim, datetime(2026, 4, 1), Limit(1, Unit.MINUTE))  # noqa: DTZ001


@pytest.mark.parametrize("start", ["1999-01-01T10:00", "2045-12-29T10:00"])
def test_outside_the_years_of_the_calendar_nothing_is_guessed(kaltim: Timetable, start: str) -> None:
    for unit in (Unit.WORKING_DAY, Unit.CALENDAR_DAY, Unit.WORKING_HOUR):
        with pytest.raises(OutsideCalendarError, match="2012–2045"):
            due_time(kaltim, at(start), Limit(40, unit))


def test_office_time_knows_open_and_next_opening(kaltim: Timetable) -> None:
    assert kaltim.is_open(at("2026-04-06T07:30"))
    assert not kaltim.is_open(at("2026-04-06T12:00"))
    assert kaltim.next_open(at("2026-04-06T12:10")) == at("2026-04-06T13:00")
    assert kaltim.next_open(at("2026-04-10T16:30")) == at("2026-04-13T07:30")


def test_the_account_names_each_day_and_why_it_does_not_count(kaltim: Timetable) -> None:
    start, limit = at("2026-03-16T10:00"), Limit(5, Unit.WORKING_DAY)
    lines = explain(kaltim, start, limit, due_time(kaltim, start, limit))
    assert lines[0] == "Mulai Senin, 16 Maret 2026 pukul 10.00 WITA; batas 5 hari kerja."
    assert "Kamis, 19 Maret 2026: libur, Hari Suci Nyepi, tidak dihitung." in lines
    assert "Sabtu, 28 Maret 2026: akhir pekan, tidak dihitung." in lines
    assert lines[-1] == "Tenggat: Senin, 30 Maret 2026 pukul 16.00 WITA."


def test_the_account_of_hours_adds_up_to_the_limit(kaltim: Timetable) -> None:
    start, limit = at("2026-04-06T14:00"), Limit(10, Unit.WORKING_HOUR)
    pauses = [Pause(at("2026-04-07T08:00"), at("2026-04-07T09:00"))]
    lines = explain(kaltim, start, limit, due_time(kaltim, start, limit, pauses), pauses)
    assert lines[-2].endswith("jumlah 10 jam.")


def test_one_sentence_says_how_it_came_about(kaltim: Timetable) -> None:
    start, limit = at("2026-03-18T10:00"), Limit(1, Unit.WORKING_DAY)
    assert summary(kaltim, start, limit, due_time(kaltim, start, limit)).startswith(
        "1 hari kerja sejak 18 Maret, tanpa Nyepi dan cuti bersama Idulfitri"
    )
