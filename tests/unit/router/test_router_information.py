"""An information request at the router: its time is extended once, with a reason, and never put off."""

from datetime import date, timedelta

import pytest

from services.router.errors import CannotExtend, ExtendInstead, NotYours, WrongState
from services.router.rules import commands as c
from services.router.state import Case
from shared.events import opd as o
from shared.events.cases_answer import Extended
from shared.events.deadlines import DeadlineSet
from shared.events.submissions import External, SourceChanged
from tests.support.router_cases import DISDIKBUD, assigned, refused
from tests.support.router_facts import SCHOOL, START, Story, types

REASON = "Datanya dihimpun dari sepuluh kabupaten dan kota."
EXTEND = c.Extend(opd=DISDIKBUD, reason=REASON)


def requested() -> Story:
    return assigned(class_hint="information")


def test_a_request_goes_to_the_opd_of_its_matter_like_any_complaint() -> None:
    assert (requested().case.class_, requested().case.opd) == ("information", assigned(SCHOOL).case.opd)


def test_the_extension_tells_the_reason_once() -> None:
    story = requested()
    assert story.fold(EXTEND) == [Extended(opd=DISDIKBUD, reason=REASON)]
    assert (story.case.extended, story.case.state) == (True, "assigned")
    assert isinstance(refused(story, EXTEND), CannotExtend)


def test_an_opd_extends_over_its_topic_too() -> None:
    story = requested()
    assert story.case.assignment_id is not None
    fact = o.UpdateExtended(assignment_id=story.case.assignment_id, reason=REASON)
    assert types(story.update(fact)) == ["case.extended"]
    assert types(story.update(fact)) == ["reply.refused", "case.noted"]


def test_another_class_is_not_extended() -> None:
    assert isinstance(refused(assigned(), EXTEND), CannotExtend)


def test_only_the_opd_that_works_on_the_request_extends_it() -> None:
    assert isinstance(refused(requested(), c.Extend(opd="dishub", reason=REASON)), NotYours)
    story = requested()
    story.fold(c.Resolve(opd=DISDIKBUD, answer="Terlampir daftar guru per sekolah."))
    assert isinstance(refused(story, EXTEND), WrongState)


def test_time_that_is_over_is_not_extended() -> None:
    story = requested()
    due = story.now + timedelta(days=14)
    story.fold(DeadlineSet(clock="resolve", run=1, started_at=story.now, due_at=due, explanation="-"))
    assert isinstance(refused(story.later(days=15), EXTEND), CannotExtend)


def test_a_request_is_never_put_off() -> None:
    until = date(2026, 3, 20)
    refusal = refused(requested(), c.PutItOff(opd=DISDIKBUD, until=until, reason="Menunggu."))
    assert (type(refusal), "Pasal 22" in refusal.words) == (ExtendInstead, True)


def test_a_put_off_does_not_outlive_the_change_to_a_request() -> None:
    story = assigned()
    story.fold(c.PutItOff(opd=DISDIKBUD, until=date(2026, 3, 20), reason="Menunggu."))
    story.fold(c.Reclassify(reason="Ini permintaan informasi.", class_="information"))
    assert story.case.put_off_until is None


def test_a_put_off_does_not_outlive_such_a_change_in_sp4n_either() -> None:
    external = External(system="sp4n", id="7000001", status="assigned", status_text="Terverifikasi")
    story = assigned(external=external)
    story.fold(c.PutItOff(opd=DISDIKBUD, until=date(2026, 3, 20), reason="Menunggu."))
    changed = SourceChanged(
        changed=("class",), source="Website", text=SCHOOL, filed_at=START, external=external, class_hint="information"
    )
    story.fold(changed)
    assert (story.case.class_, story.case.put_off_until) == ("information", None)


@pytest.mark.parametrize("row", [{}, {"class_": "information"}])
def test_a_row_of_an_older_release_was_never_extended(row: dict[str, str]) -> None:
    assert Case.model_validate({"ticket": "KT-7F3K-9Q2M-X"} | row).extended is False
