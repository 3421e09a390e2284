"""The recipients of notices about a complaint from an export of SP4N-LAPOR!."""

from datetime import timedelta
from uuid import uuid4

import pytest

from services.notifier.codes import Audience, NoticeKind
from services.notifier.rules.rows import NewNotice
from shared.events import cases
from tests.support.notifier_facts import assigned, deadline, linked, opened
from tests.support.notifier_folds import COMPLAINT, NOW, PERSON, audiences_of, fold_one, states_after

FILED = ((PERSON, linked(COMPLAINT)), (COMPLAINT, opened(NOW, PERSON)))
WITH_OPD = (*FILED, (COMPLAINT, assigned()))
YEARS_AGO = NOW - timedelta(days=1200)


@pytest.mark.parametrize("days", [7, 40, 1200])
def test_an_imported_history_gives_its_officer_a_share_of_one_summary_and_nobody_else_a_word(days: int) -> None:
    filed = NOW - timedelta(days=days)
    states = states_after((COMPLAINT, opened(filed, PERSON, imported_at=NOW, history=True)))
    change = fold_one(states, COMPLAINT, assigned(), at=filed, now=NOW + timedelta(seconds=40))
    [share] = [row for row in change.rows if isinstance(row, NewNotice)]
    assert (share.audience, share.kind, share.opd) == (Audience.OFFICER, NoticeKind.TAKEN_OVER, "dishub")
    assert (share.occurred_at, share.due, "stale" in share.values) == (NOW, NOW + timedelta(minutes=15), False)
    states |= change.states
    for fact in (
        cases.Accepted(opd="dishub", assignment_id=uuid4(), answered=True),
        cases.InfoRequested(opd="dishub", question="?", asked_in="sp4n"),
        cases.Triaged(desk="triage", reasons=()),
        deadline("respond", filed),
    ):
        assert fold_one(states, COMPLAINT, fact, at=filed).rows == ()


def test_every_share_of_one_import_is_due_at_the_same_time_however_late_it_is_read() -> None:
    shares = []
    for seconds in (1, 500):
        states = states_after((COMPLAINT, opened(YEARS_AGO, imported_at=NOW, history=True)))
        change = fold_one(states, COMPLAINT, assigned(), at=YEARS_AGO, now=NOW + timedelta(seconds=seconds))
        shares += [row for row in change.rows if isinstance(row, NewNotice)]
    assert {(share.occurred_at, share.due) for share in shares} == {(NOW, NOW + timedelta(minutes=15))}


def test_what_happens_to_a_history_after_its_import_is_told_as_ever() -> None:
    states = states_after((COMPLAINT, opened(YEARS_AGO, PERSON, imported_at=NOW, history=True)))
    states |= fold_one(states, COMPLAINT, assigned(), at=YEARS_AGO).states
    later = NOW + timedelta(hours=2)
    assert audiences_of(fold_one(states, COMPLAINT, assigned("disdikbud"), at=later, now=later)) == [
        (Audience.CITIZEN, NoticeKind.ASSIGNED),
        (Audience.OFFICER, NoticeKind.ASSIGNED),
    ]


def test_a_fresh_import_is_told_as_of_now_and_is_not_stale() -> None:
    filed = NOW - timedelta(days=20)
    states = states_after((COMPLAINT, opened(filed, imported_at=NOW)))
    [notice] = [row for row in fold_one(states, COMPLAINT, assigned(), at=filed).rows if isinstance(row, NewNotice)]
    assert (notice.kind, notice.occurred_at, "stale" in notice.values) == (NoticeKind.ASSIGNED, NOW, False)


def test_going_on_without_an_answer_is_no_answer_to_tell() -> None:
    going_on = cases.InfoReceived(state="in_progress", text="x", answered=False)
    assert audiences_of(fold_one(states_after(*WITH_OPD), COMPLAINT, going_on)) == []


def test_one_that_comes_back_to_the_desk_after_its_end_is_told_again() -> None:
    states = states_after((COMPLAINT, opened(YEARS_AGO, PERSON, state="closed")))
    assert audiences_of(fold_one(states, COMPLAINT, assigned())) == []
    states |= fold_one(states, COMPLAINT, cases.Triaged(desk="triage", reasons=(), reopened=True)).states
    assert audiences_of(fold_one(states, COMPLAINT, assigned())) == [
        (Audience.CITIZEN, NoticeKind.ASSIGNED),
        (Audience.OFFICER, NoticeKind.ASSIGNED),
    ]
