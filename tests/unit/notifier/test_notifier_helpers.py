"""OPDs that help: their officers hear of the request and of its end, the lead of the part, and no citizen of any of it."""

from datetime import timedelta
from uuid import UUID

import pytest

from services.notifier.codes import Audience, Channel, NoticeKind
from services.notifier.rules.notice_values import notice_of
from services.notifier.rules.rows import NewNotice
from services.notifier.state import CaseState
from services.notifier.texts import compose
from shared.events import cases_helpers as h
from shared.events import deadlines
from shared.events.fact import Fact
from tests.support.notifier_facts import assigned, linked, opened
from tests.support.notifier_folds import COMPLAINT, NOW, PERSON, States, fold_one, states_after

HELP = UUID(int=42)
DUE = NOW + timedelta(days=14)
NAMES = {"dishub": "Dinas Perhubungan", "dinkes": "Dinas Kesehatan"}


def added() -> h.HelperAdded:
    return h.HelperAdded(assignment_id=HELP, opd="dinkes", lead="dishub", task="Uji air paritnya.")


def due() -> deadlines.DeadlineSet:
    return deadlines.DeadlineSet(
        clock="resolve", run=2, helper=HELP, opd="dinkes", started_at=NOW, due_at=DUE, explanation="-"
    )


def ended(why: h.HelpEnd) -> h.HelperEnded:
    return h.HelperEnded(assignment_id=HELP, opd="dinkes", why=why, reason="Airnya milik kota.")


def known(*facts: Fact) -> States:
    return states_after(
        (PERSON, linked(COMPLAINT)),
        *((COMPLAINT, fact) for fact in (opened(NOW, PERSON), assigned("dishub"), *facts)),
    )


def notices(states: States, fact: Fact) -> list[NewNotice]:
    return [row for row in fold_one(states, COMPLAINT, fact).rows if isinstance(row, NewNotice)]


def told(fact: Fact) -> list[tuple[Audience, NoticeKind, str | None]]:
    return [(row.audience, row.kind, row.opd) for row in notices(known(), fact)]


def words(states: States, fact: Fact, audience: Audience = Audience.OFFICER) -> str:
    row = next(row for row in notices(states, fact) if row.audience is audience)
    case = states[COMPLAINT]
    assert isinstance(case, CaseState)
    notice = notice_of(row.kind, row.occurred_at, row.values, case=case, link="https://x", opd_names=NAMES)
    content = compose(audience, Channel.EMAIL, [notice])
    return f"{content.subject}\n{content.text}"


def test_the_helper_is_asked_the_lead_gets_the_part_and_a_refusal_reaches_the_koordinator() -> None:
    part = h.HelperContributed(assignment_id=HELP, opd="dinkes", text="Airnya sudah diuji.")
    assert told(added()) == [(Audience.OFFICER, NoticeKind.HELP_ASKED, "dinkes")]
    assert told(part) == [(Audience.OFFICER, NoticeKind.HELP_GIVEN, "dishub")]
    assert told(ended("declined")) == [
        (Audience.ADMIN, NoticeKind.HELP_DECLINED, None),
        (Audience.OFFICER, NoticeKind.HELP_DECLINED, "dishub"),
    ]


@pytest.mark.parametrize("why", ["removed", "answered", "ended"])
def test_a_helper_hears_that_its_part_is_needed_no_longer(why: h.HelpEnd) -> None:
    assert told(ended(why)) == [(Audience.OFFICER, NoticeKind.HELP_ENDED, "dinkes")]


def test_a_helper_that_becomes_the_lead_hears_of_the_assignment_alone() -> None:
    assert told(ended("lead")) == []


def test_the_request_names_lead_task_and_due_time() -> None:
    said = words(known(due()), added())
    assert "Dinas Kesehatan diminta membantu Dinas Perhubungan" in said
    assert "Uji air paritnya." in said
    assert "paling lambat" in said


def test_a_helpers_clock_leaves_the_due_times_of_the_case_as_they_are() -> None:
    case = known(due())[COMPLAINT]
    assert isinstance(case, CaseState)
    assert case.clocks == {}
    assert case.help_due == {"dinkes": DUE}


def test_an_escalation_of_a_helper_and_its_retraction_go_to_its_own_people_and_speak_of_help() -> None:
    late = deadlines.Escalated(
        clock="resolve", run=2, helper=HELP, level=1, offset="0", due_at=DUE, opd="dinkes", to=("head",)
    )
    [row] = notices(known(), late)
    assert (row.audience, row.opd) == (Audience.HEAD, "dinkes")
    assert "Bantuan Dinas Kesehatan untuk aduan KT-7F3K-9Q2M-X belum diserahkan" in words(known(), late, Audience.HEAD)
    back = deadlines.DeadlineRetracted(clock="resolve", run=2, helper=HELP, levels=(0, 1), reason="-")
    [row] = notices(known(late), back)
    assert (row.audience, row.opd) == (Audience.HEAD, "dinkes")
