"""The pure parts of the demo: its counts and the decisions of its people."""

from uuid import UUID, uuid4

import pytest

from deploy.local.demo.account import PLACES, put_first, right, routing
from deploy.local.demo.cases import Cases, Seen
from deploy.local.demo.days import working_days
from deploy.local.demo.opd_system import PACES, Memory, wanted
from deploy.local.demo.samples import Label, load


def seen(first_put: str | None, **first: object) -> Seen:
    return Seen(uuid4(), "KT-0000-0000-0", "sms", 0, first_put=first_put, first=dict(first))


def cases_of(*seen: Seen) -> Cases:
    cases = Cases.__new__(Cases)
    cases.by_key = {case.key: case for case in seen}
    return cases


@pytest.mark.parametrize(
    ("case", "label", "fits"),
    [
        (seen("assigned", opd="dishub"), Label("assign", "province", "dishub"), True),
        (seen("assigned", opd="dlh"), Label("assign", "province", "dishub"), False),
        (seen("referred", authority="centre"), Label("refer", "centre", None), True),
        (seen("referred", authority="ikn"), Label("refer", "centre", None), False),
        (seen("triage"), Label("triage", None, None), True),
        (seen("triage"), Label("assign", "province", "dishub"), False),
        (seen(None), Label("triage", None, None), False),
    ],
)
def test_a_first_decision_is_right_only_where_it_equals_its_label(case: Seen, label: Label, fits: bool) -> None:
    assert right(case, label) is fits


def test_every_accepted_complaint_is_counted_where_it_was_first_put() -> None:
    known = [seen("assigned"), seen("triage"), seen("already_closed"), seen("assigned")]
    parked, nowhere = uuid4(), uuid4()
    accepted: list[UUID] = [case.key for case in known] + [parked, nowhere]
    counts = put_first(cases_of(*known), accepted, frozenset([parked]))
    assert {place: counts[place] for place in PLACES} == {
        "assigned": 2,
        "triage": 1,
        "referred": 0,
        "archived": 0,
        "merged": 0,
        "parked": 1,
        "already_closed": 1,
    }


def test_rows_that_were_already_closed_are_not_judged() -> None:
    closed, wrong, fine = seen("already_closed"), seen("triage"), seen("assigned", opd="dlh")
    found = type("F", (), {"of_sample": {"a": closed.key, "b": wrong.key, "c": fine.key, "d": uuid4()}})()
    labels = {name: Label("assign", "province", "dlh") for name in "abcd"}
    assert routing(cases_of(closed, wrong, fine), found, labels) == (1, 3, ["b", "d"])


def test_the_forty_working_days_leave_out_nyepi_and_lebaran() -> None:
    days = [day.morning.date().isoformat() for day in working_days(40)]
    assert len(days) == 40
    assert days[0] == "2026-03-02"
    assert not {"2026-03-19", "2026-03-20", "2026-03-23", "2026-03-24", "2026-03-07"} & set(days)


def test_a_snapshot_that_comes_again_under_another_id_is_an_effect_that_came_twice(tmp_path: object) -> None:
    from pathlib import Path

    memory = Memory(Path(str(tmp_path)) / "memory.json")
    snapshot = {"assignment_id": "a", "version": 1, "state": "assigned"}
    memory.take("k", "one", snapshot, 0)
    memory.take("k", "one", snapshot, 0)
    assert memory.counts.get("duplicated", 0) == 0
    memory.take("k", "two", snapshot, 0)
    assert memory.counts["duplicated"] == 1


def test_an_opd_says_nothing_of_an_assignment_that_was_withdrawn() -> None:
    case = {"withdrawn": True, "state": "assigned", "done": {}, "day": 0, "place": 0, "rounds": 0}
    assert wanted(case, 9, PACES["brisk"]) is None


def test_the_samples_have_a_label_each_and_enough_of_them() -> None:
    samples = load()
    assert len(samples.labels) >= 120
    assert all(body["external_id"] in samples.labels for body in samples.adapter)
