"""The outcome beside the state: what belongs to each, and a promise that brings the case back by itself."""

from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from services.router.errors import PutOffDate, WrongState
from services.router.rules import commands as c
from services.router.rules import commands_sp4n
from services.router.rules.outcomes import WrongOutcome
from shared.events import opd as o
from shared.events.cases import Reopened, Resolved
from shared.events.submissions import (
    CitizenConfirmed,
    CitizenDisputed,
    CitizenReplied,
    External,
    ExternalStatusChanged,
)
from shared.ids import new_id
from tests.support.router_cases import DISDIKBUD, assigned, refused
from tests.support.router_facts import SCHOOL, START, Story, expired, from_sp4n, submitted, types

DAY = START.date() + timedelta(days=30)
FITTING: dict[str, dict[str, Any]] = {
    "fixed": {},
    "explained": {},
    "scheduled": {"until": DAY},
    "not_possible": {"reason": "Kuotanya diatur pusat.", "legal_basis": "Pasal 12 UU 20/2003"},
    "not_ours": {"to": "Kementerian Agama"},
}


def answer(outcome: Any = "fixed", **more: Any) -> c.Resolve:
    return c.Resolve(opd=DISDIKBUD, answer="Guru pengganti sudah mengajar sejak Senin.", outcome=outcome, **more)


def promised(until: date = DAY) -> Story:
    story = assigned()
    story.fold(answer("scheduled", until=until))
    return story


@pytest.mark.parametrize("outcome", FITTING)
def test_every_outcome_is_answered_and_stands_beside_the_state(outcome: Any) -> None:
    story = assigned()
    said = story.fold(answer(outcome, **FITTING[outcome]))
    assert types(said) == ["case.resolved", "assignment.snapshot"]
    assert isinstance(said[0], Resolved)
    assert (said[0].outcome, story.case.state, story.case.outcome) == (outcome, "resolved", outcome)
    assert story.case.promised_until == FITTING[outcome].get("until")


@pytest.mark.parametrize(
    ("outcome", "more", "field"),
    [
        ("scheduled", {}, "until"),
        ("not_possible", {"legal_basis": "UU 20/2003"}, "reason"),
        ("not_ours", {}, "to"),
        ("fixed", {"until": DAY}, "until"),
        ("explained", {"reason": "a"}, "reason"),
        ("scheduled", {"until": DAY, "legal_basis": "UU 20/2003"}, "legal_basis"),
        ("not_possible", {"reason": "a", "to": "Kementerian Agama"}, "to"),
    ],
)
def test_a_field_that_is_missing_or_belongs_to_another_outcome_is_refused(
    outcome: str, more: dict[str, Any], field: str
) -> None:
    refusal = refused(assigned(), answer(outcome, **more))
    assert (type(refusal), refusal.status, refusal.field) == (WrongOutcome, 422, field)
    assert refusal.words.endswith(".")
    assert refusal.words != WrongOutcome.message


@pytest.mark.parametrize("until", [date(1, 1, 1), date(9999, 12, 31), START.date(), START.date() + timedelta(days=61)])
def test_a_promise_is_bounded_like_putting_off(until: date) -> None:
    refusal = refused(assigned(), answer("scheduled", until=until))
    assert (type(refusal), refusal.status, refusal.field) == (PutOffDate, 422, "until")


def test_an_update_with_a_wrong_outcome_is_answered_and_noted() -> None:
    story = assigned()
    assignment_id = story.case.assignment_id or new_id()
    said = story.update(
        o.UpdateResolved(
            assignment_id=assignment_id, answer="Guru pengganti sudah mengajar sejak Senin.", outcome="scheduled"
        )
    )
    assert types(said) == ["reply.refused", "case.noted"]
    assert isinstance(said[0], o.UpdateRefused)
    assert said[0].code == "wrong_outcome"
    assert story.case.state == "assigned"
    story.update(
        o.UpdateResolved(
            assignment_id=assignment_id,
            answer="Guru pengganti sudah mengajar sejak Senin.",
            outcome="scheduled",
            until=DAY,
        )
    )
    assert (story.case.state, story.case.promised_until) == ("resolved", DAY)


def test_an_update_with_an_unknown_outcome_cannot_be_read() -> None:
    with pytest.raises(ValidationError):
        o.UpdateResolved.model_validate({"assignment_id": str(new_id()), "answer": "a", "outcome": "done"})


def test_the_code_of_an_opd_becomes_its_name() -> None:
    said = assigned().fold(answer("not_ours", to="dishub"))
    assert isinstance(said[0], Resolved)
    assert said[0].to == "Dinas Perhubungan"


def test_a_promise_that_has_passed_brings_the_case_back_once() -> None:
    story = promised()
    assignment_id = story.case.assignment_id
    story.later(days=30, hours=13.9)  # 23.54 WITA of the promised day
    assert "case.reopened" not in types(story.tick())
    assert story.case.state == "resolved"
    story.later(hours=0.1)
    assert story.case.due is not None
    assert story.case.due <= story.now
    said = story.tick()
    assert types(said) == ["case.reopened", "assignment.snapshot"]
    assert isinstance(said[0], Reopened)
    assert (said[0].promised, said[0].round, said[0].assignment_id) == (DAY, 2, assignment_id)
    assert story.last.events[0].actor == "system"
    assert (story.case.state, story.case.promised_until) == ("in_progress", None)
    for _ in range(5):
        story.later(days=1)
        assert "case.reopened" not in types(story.tick())


def test_a_promise_that_is_confirmed_in_time_stays_closed() -> None:
    story = promised()
    story.later(days=3).fold(CitizenConfirmed(channel="web"))
    assert (story.case.state, story.case.ended_by) == ("closed", "citizen")
    story.later(days=60)
    assert "case.reopened" not in types(story.tick())


def test_a_promise_can_be_disputed_before_its_day() -> None:
    story = promised()
    said = story.fold(CitizenDisputed(reason="Terlalu lama.", channel="web"))
    assert types(said)[:2] == ["case.disputed", "case.reopened"]
    assert isinstance(said[1], Reopened)
    assert said[1].promised is None
    story.later(days=60)
    assert "case.reopened" not in types(story.tick())


@pytest.mark.parametrize("outcome", [one for one in FITTING if one != "scheduled"])
def test_what_was_promised_can_be_answered_before_its_day(outcome: Any) -> None:
    story = promised().later(days=10)
    said = story.fold(answer(outcome, **FITTING[outcome]))
    assert types(said) == ["case.resolved", "assignment.snapshot"]
    assert (story.case.state, story.case.outcome, story.case.promised_until) == ("resolved", outcome, None)
    story.later(days=60)
    assert "case.reopened" not in types(story.tick())
    assert isinstance(refused(story, answer()), WrongState)


def test_a_promise_cannot_be_prolonged() -> None:
    refusal = refused(promised().later(days=10), answer("scheduled", until=DAY + timedelta(days=7)))
    assert isinstance(refusal, WrongState)


def test_a_reply_that_waits_for_a_person_comes_before_a_new_answer() -> None:
    story = promised()
    story.fold(CitizenReplied(text="Apakah jadi?", channel="web"))
    assert isinstance(refused(story, answer()), WrongState)
    assert story.case.unread == 1


def test_nothing_but_an_answer_is_taken_while_a_promise_stands() -> None:
    assert isinstance(refused(promised(), c.Progress(opd=DISDIKBUD, text="Masih menunggu.")), WrongState)


def test_silence_does_not_close_a_case_whose_answer_promises_a_day() -> None:
    story = promised()
    story.later(days=20)
    assert types(story.fold(expired(story, "resolved"))) == ["case.noted"]
    assert (story.case.state, story.case.promised_until) == ("resolved", DAY)


def test_a_promise_outlives_a_reply_and_a_merger_that_is_undone() -> None:
    story, other = promised(), new_id()
    story.fold(submitted(SCHOOL, ticket="KT-BBBB-BBBB-B"), key=other)
    story.fold(CitizenReplied(text="Baik, kami tunggu.", channel="web"))
    story.fold(c.Merge(into=other), keys=(story.key, other))
    story.later(days=40)
    assert "case.reopened" not in types(story.tick())
    story.fold(c.Unmerge(), keys=(story.key, other))
    assert story.case.due is not None
    assert story.case.due <= story.now
    assert "case.reopened" in types(story.tick())
    assert (story.case.state, story.case.unread) == ("in_progress", 0)


def from_sp4n_promised() -> Story:
    story = Story()
    story.fold(from_sp4n())
    until = START.date() + timedelta(days=30)
    story.fold(
        c.Resolve(
            opd=story.case.opd or "",
            answer="Guru pengganti sudah mengajar sejak Senin.",
            outcome="scheduled",
            until=until,
        )
    )
    return story


def there(status: Any, word: str, **more: Any) -> ExternalStatusChanged:
    return ExternalStatusChanged(
        external=External(system="sp4n", id="7000001", status=status, status_text=word, **more)
    )


def test_an_end_in_sp4n_leaves_a_promise_to_a_person() -> None:
    story = from_sp4n_promised()
    story.fold(there("closed", "Ditutup oleh Sistem", by="system"))
    assert (story.case.state, [one.kind for one in story.case.news]) == ("resolved", ["closed_there"])
    story.fold(commands_sp4n.DecideNews(number=story.case.news[0].number, follow=True))
    assert (story.case.state, story.case.ended_by, story.case.promised_until) == ("closed", "admin", None)


def test_a_word_in_sp4n_ends_the_promise_like_a_dispute() -> None:
    story = from_sp4n_promised()
    story.fold(there("in_progress", "Ditanggapi oleh Pelapor"))
    assert (story.case.state, story.case.promised_until) == ("in_progress", None)
    story.later(days=60)
    assert "case.reopened" not in types(story.tick())


@pytest.mark.parametrize(
    ("outcome", "begins"),
    [
        ("fixed", "Guru pengganti"),
        ("explained", "Penjelasan: Guru"),
        ("scheduled", "Dijadwalkan sampai 15-04-2026: Guru"),
        ("not_possible", "Tidak dapat dilakukan. Alasannya: Kuotanya diatur pusat. Dasar hukumnya: Pasal 12"),
        ("not_ours", "Bukan wewenang kami, tetapi wewenang Kementerian Agama. Guru"),
    ],
)
def test_the_text_to_copy_to_sp4n_says_the_outcome(outcome: Any, begins: str) -> None:
    story = Story()
    story.fold(from_sp4n())
    story.fold(
        c.Resolve(
            opd=story.case.opd or "",
            answer="Guru pengganti sudah mengajar sejak Senin.",
            outcome=outcome,
            **FITTING[outcome],
        )
    )
    assert story.case.copies[-1].text.startswith(begins)


def test_a_repeat_of_an_answer_of_an_older_release_is_recognised_by_its_text() -> None:
    assert repr(answer()) == repr(answer("explained"))
    assert "outcome" not in repr(answer())
