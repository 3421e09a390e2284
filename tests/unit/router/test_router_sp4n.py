"""An open row of SP4N's export goes on here as it stands there."""

from datetime import timedelta

import pytest

from services.router.routing.agency_names import find_agency
from services.router.rules import commands as c
from shared.events import cases
from tests.support.router_facts import START, UNCLEAR, Story
from tests.support.router_sp4n import DISPOSED, FILED, FOLLOWED_UP, fresh, old, row, there


@pytest.mark.parametrize(
    ("status", "events"),
    [
        ("assigned", ["case.opened", "case.assigned"]),
        ("in_progress", ["case.opened", "case.assigned", "case.accepted"]),
        ("awaiting_citizen", ["case.opened", "case.assigned", "case.info_requested"]),
    ],
)
def test_an_old_open_row_goes_on_in_its_state_with_the_agency_that_has_it_there(status: str, events: list[str]) -> None:
    story = old(status)
    assert (story.case.state, story.case.opd) == (status, "dishub")
    assert [name for name in story.types() if name.startswith("case.")] == events


@pytest.mark.parametrize("status", ["assigned", "in_progress", "awaiting_citizen"])
def test_its_events_bear_the_dates_they_have_there(status: str) -> None:
    story = old(status, disposed_at=DISPOSED, followed_up_at=FOLLOWED_UP)
    dates = {out.data.TYPE: out.at for out in story.last.events}
    assert (dates["case.opened"], dates["case.assigned"]) == (FILED, DISPOSED)
    later = {"in_progress": "case.accepted", "awaiting_citizen": "case.info_requested"}.get(status)
    assert later is None or dates[later] == FOLLOWED_UP


def test_the_readers_learn_that_it_is_history() -> None:
    opened = old("assigned").said[0][1]
    assert isinstance(opened, cases.Opened)
    assert (opened.history, opened.imported_at, opened.filed_at) == (True, START, FILED)


def test_an_old_unverified_row_and_one_without_an_agency_of_ours_are_put_before_a_person() -> None:
    for story in (
        old("verification"),
        old("in_progress", UNCLEAR, opd="Kementerian Agama"),
        old("assigned", UNCLEAR, opd=None),
    ):
        assert (story.case.state, story.case.desk, story.case.opd) == ("verification", "triage", None)


@pytest.mark.parametrize("status", ["assigned", "in_progress", "awaiting_citizen"])
def test_the_agency_can_work_on_what_was_taken_over(status: str) -> None:
    for command, state in (
        (c.Progress(opd="dishub", text="Sedang dikerjakan."), "in_progress"),
        (c.Resolve(opd="dishub", answer="Guru pengganti sudah mengajar sejak Senin."), "resolved"),
        (c.Decline(opd="dishub", reason="Bukan wewenang kami."), "verification"),
    ):
        story = old(status)
        story.later(days=1).fold(command)
        assert story.case.state == state


def test_the_desk_can_assign_what_waits_for_the_citizen_there() -> None:
    story = old("awaiting_citizen", UNCLEAR, opd=None)
    assert story.case.state == "awaiting_citizen"
    story.later(days=1).fold(c.Assign(opd="dishub"))
    assert (story.case.state, story.case.opd) == ("assigned", "dishub")


def test_todays_verified_report_is_routed_by_its_text_and_its_clock_starts_at_its_date() -> None:
    story = fresh()
    assert (story.case.state, story.case.opd) == ("assigned", "disdikbud")
    assert [out.at for out in story.last.events if out.data.TYPE == "case.assigned"] == [START - timedelta(days=1)]


def test_where_todays_text_settles_nothing_a_person_sees_the_agency_there_among_the_candidates() -> None:
    story = fresh(text=UNCLEAR)
    assert (story.case.state, story.case.desk) == ("verification", "triage")
    assert any("Dinas Perhubungan" in reason for reason in story.case.reasons)


def test_todays_unverified_report_is_assigned_now() -> None:
    story = fresh("verification")
    dates = [out.at for out in story.last.events if out.data.TYPE.startswith("case.")]
    assert dates == [START - timedelta(days=1), START]


def test_a_date_in_the_future_starts_no_clock_later_than_the_import() -> None:
    story = Story()
    story.fold(row(there("assigned", imported_at=START), filed_at=START + timedelta(hours=20)))
    assert all(out.at is None or out.at <= START for out in story.last.events)


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Dinas Perhubungan", "dishub"),
        ("Dinas Perhubungan Provinsi Kalimantan Timur", "dishub"),
        ("DPMPTSP", "dpmptsp"),
        ("RSUD Abdoel Wahab Sjahranie (Samarinda)", "rsud-aws"),
        ("Biro Umum Sekretariat Daerah Prov. Kaltim", "setda-umum"),
        ("Dinas Kesehatan Kota Samarinda", None),
        ("Dinas Lingkungan Hidup Kabupaten Kutai Timur", None),
        ("Pemerintah Provinsi Kalimantan Timur", None),
        ("Kementerian Agama", None),
        ("", None),
        (None, None),
    ],
)
def test_an_agency_is_ours_only_where_its_name_can_mean_no_other(name: str | None, code: str | None) -> None:
    assert find_agency(name) == code
