"""Putting a case off: to a later day, not too far, not too often; earlier again at any time."""

from datetime import date, timedelta

import pytest

from services.router.errors import PutOffDate, PutOffTooOften
from services.router.rules import commands as c
from shared.events import opd as o
from shared.events.cases import PutOff
from shared.events.submissions import CitizenDisputed
from tests.support.router_cases import DISDIKBUD, assigned, refused
from tests.support.router_facts import START, Story, types

TODAY = START.date()  # 10.00 WITA of the same day


def put_off(story: Story, until: date) -> PutOff:
    said = story.fold(c.PutItOff(opd=DISDIKBUD, until=until, reason="Menunggu suku cadang."))
    assert types(said) == ["case.put_off"]
    assert isinstance(said[0], PutOff)
    return said[0]


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


@pytest.mark.parametrize(
    "until", [date(2020, 1, 1), date(2036, 1, 1), date(1, 1, 1), date(9999, 12, 31), TODAY, days(-1), days(61)], ids=str
)
def test_a_date_that_is_past_or_too_far_is_refused_with_the_dates_that_are_possible(until: date) -> None:
    refusal = refused(assigned(), c.PutItOff(opd=DISDIKBUD, until=until, reason="Menunggu."))
    assert (type(refusal), refusal.status, refusal.field) == (PutOffDate, 422, "until")
    assert "Selasa, 17 Maret 2026 dan Jumat, 15 Mei 2026" in refusal.words


@pytest.mark.parametrize("until", [date(2020, 1, 1), date(2036, 1, 1), TODAY], ids=str)
def test_an_update_with_such_a_date_is_answered_and_noted(until: date) -> None:
    story = assigned()
    assert story.case.assignment_id is not None
    said = story.update(o.UpdatePutOff(assignment_id=story.case.assignment_id, until=until, reason="Menunggu."))
    assert types(said) == ["reply.refused", "case.noted"]
    assert (story.case.put_off_until, story.case.put_offs) == (None, 0)


@pytest.mark.parametrize("number", [1, 30, 60])
def test_a_later_day_within_the_bound_is_taken(number: int) -> None:
    story = assigned()
    assert put_off(story, days(number)).was_until is None
    assert story.case.put_off_until == days(number)


def test_the_day_is_that_of_the_province_not_of_greenwich() -> None:
    story = assigned().later(hours=14.5)  # 00.30 WITA of the next day, 16.30 of the same day in Greenwich
    refusal = refused(story, c.PutItOff(opd=DISDIKBUD, until=days(1), reason="Menunggu."))
    assert isinstance(refusal, PutOffDate)
    put_off(story, days(2))


@pytest.mark.parametrize("earlier", [0, 1, 29])
def test_what_was_put_off_may_be_brought_forward_or_ended_today(earlier: int) -> None:
    story = assigned()
    put_off(story, days(30))
    said = put_off(story, days(earlier))
    assert (said.was_until, said.ended) == (days(30), earlier == 0)
    assert story.case.put_off_until == (days(earlier) if earlier else None)


def test_nothing_is_put_off_more_than_three_times_but_always_brought_forward() -> None:
    story = assigned()
    for number in (10, 20, 30):
        put_off(story, days(number))
    refusal = refused(story, c.PutItOff(opd=DISDIKBUD, until=days(40), reason="Menunggu."))
    assert (type(refusal), refusal.status) == (PutOffTooOften, 409)
    for number in (25, 5, 0):
        put_off(story, days(number))
    assert isinstance(refused(story, c.PutItOff(opd=DISDIKBUD, until=days(1), reason="Menunggu.")), PutOffTooOften)


def test_a_date_that_has_come_does_not_stand_any_more() -> None:
    story = assigned()
    put_off(story, days(2))
    story.later(days=2)
    assert isinstance(refused(story, c.PutItOff(opd=DISDIKBUD, until=days(2), reason="Menunggu.")), PutOffDate)
    assert put_off(story, days(3)).was_until is None


def test_another_round_counts_afresh_and_another_opd_does_not() -> None:
    story = assigned()
    for number in (10, 20, 30):
        put_off(story, days(number))
    story.fold(c.Decline(opd=DISDIKBUD, reason="Bukan kami."))
    story.fold(c.Assign(opd="dishub"))
    assert story.case.put_off_until is None
    assert isinstance(refused(story, c.PutItOff(opd="dishub", until=days(9), reason="Menunggu.")), PutOffTooOften)
    story.fold(c.Resolve(opd="dishub", answer="Guru pengganti sudah mengajar sejak Senin."))
    story.fold(CitizenDisputed(reason="Belum.", channel="web"))
    story.fold(c.PutItOff(opd="dishub", until=days(9), reason="Menunggu."))
    assert (story.case.put_offs, story.case.put_offs_round) == (1, 2)


def test_offices_set_how_far_and_how_often() -> None:
    from services.router.rules.fold import fold
    from services.router.rules.limits import CaseLimits
    from shared.ids import new_id
    from shared.pipeline import Item

    story = assigned()
    command = c.PutItOff(opd=DISDIKBUD, until=days(5), reason="Menunggu.")
    item = Item(key=story.key, data=command, actor="test", at=story.now, id=new_id(), keys=(story.key,))
    with pytest.raises(PutOffDate):
        fold(story.states, item, story.now, limits=CaseLimits(put_off_days=4, put_off_times=1))
    with pytest.raises(PutOffTooOften):
        fold(story.states, item, story.now, limits=CaseLimits(put_off_days=5, put_off_times=0))
