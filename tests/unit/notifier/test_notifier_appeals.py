"""Everything about an appeal is told: to the citizen, to those who decide, and to the OPD that answered."""

from datetime import timedelta

import pytest

from services.notifier.codes import Audience, Channel, NoticeKind
from services.notifier.rules.notice_values import desk_of, notice_of
from services.notifier.rules.rows import NewNotice
from services.notifier.state import CaseState
from services.notifier.texts import compose
from shared.events.cases_appeal import AppealDecided, Appealed, AppealVerdict
from shared.events.deadlines import DeadlineSet, Escalated
from shared.policy import OMBUDSMAN
from tests.support.notifier_facts import assigned, opened
from tests.support.notifier_folds import COMPLAINT, NOW, PERSON, States, audiences_of, fold_one, states_after

WHY = "Foto bukti dari tempat lain."


def known() -> States:
    return states_after((COMPLAINT, opened(NOW, PERSON)), (COMPLAINT, assigned()))


def words(row: NewNotice, channel: Channel = Channel.EMAIL, case: CaseState | None = None) -> str:
    case = case or CaseState(ticket="KT-7F3K-9Q2M-X", opd="dishub")
    notice = notice_of(row.kind, row.occurred_at, row.values, case=case, link="/x", opd_names={"dishub": "Dishub"})
    return compose(row.audience, channel, [notice]).text


def decided(verdict: AppealVerdict) -> dict[Audience, NewNotice]:
    change = fold_one(known(), COMPLAINT, AppealDecided(verdict=verdict, reason=WHY, opd="dishub"))
    return {row.audience: row for row in change.rows if isinstance(row, NewNotice)}


def test_an_appeal_is_told_to_the_citizen_the_supervisors_and_the_opd() -> None:
    change = fold_one(known(), COMPLAINT, Appealed(opd="dishub", reason=WHY))
    told = {audience for audience, kind in audiences_of(change) if kind is NoticeKind.APPEALED}
    assert told == {Audience.CITIZEN, Audience.INSPEKTORAT, Audience.SEKDA, Audience.OFFICER}


def test_the_supervisors_are_led_to_their_own_desk() -> None:
    assert desk_of(Audience.INSPEKTORAT, NoticeKind.APPEALED, {}) == "keberatan"
    assert desk_of(Audience.SEKDA, NoticeKind.ESCALATED, {"clock": "appeal"}) == "keberatan"
    assert desk_of(Audience.SEKDA, NoticeKind.ESCALATED, {"clock": "respond"}) == "triase"
    assert desk_of(Audience.OFFICER, NoticeKind.APPEALED, {}) == "opd"


def test_a_rejection_gives_the_reason_and_the_address_of_the_ombudsman() -> None:
    told = words(decided("rejected")[Audience.CITIZEN])
    assert WHY in told
    assert OMBUDSMAN in told


def test_an_upheld_appeal_says_who_works_on_the_case() -> None:
    told = words(decided("upheld")[Audience.CITIZEN])
    assert "diterima" in told
    assert "ditangani oleh Dishub" in told


@pytest.mark.parametrize("verdict", ["upheld", "rejected"])
def test_the_opd_that_answered_reads_the_decision_with_its_reason(verdict: AppealVerdict) -> None:
    assert WHY in words(decided(verdict)[Audience.OFFICER])


def test_an_appeal_that_is_late_leads_the_citizen_to_the_ombudsman_too() -> None:
    late = Escalated(clock="appeal", run=1, level=1, offset="+5d", due_at=NOW, opd="dishub", to=("governor", "citizen"))
    change = fold_one(known(), COMPLAINT, late)
    [row] = [one for one in change.rows if isinstance(one, NewNotice) and one.audience is Audience.CITIZEN]
    assert row.kind is NoticeKind.OMBUDSMAN
    assert OMBUDSMAN in words(row)
    assert "oleh Dishub" not in words(row)


def test_the_message_names_the_day_of_the_decision_once_it_is_known() -> None:
    due = NOW + timedelta(days=14)
    clock = DeadlineSet(clock="appeal", run=1, started_at=NOW, due_at=due, explanation="10 hari kerja")
    states = known() | dict(fold_one(known(), COMPLAINT, clock).states)
    case = states[COMPLAINT]
    assert isinstance(case, CaseState)
    change = fold_one(states, COMPLAINT, Appealed(opd="dishub", reason=WHY))
    [row] = [one for one in change.rows if isinstance(one, NewNotice) and one.audience is Audience.CITIZEN]
    assert "paling lambat Senin, 20 April 2026" in words(row, case=case)
