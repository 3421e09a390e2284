"""OPDs that help: their own assignments and parts, one answer of the lead, and what ends the help."""

from dataclasses import replace
from uuid import UUID

import pytest

from services.router.rules import commands as c
from services.router.rules import commands_help
from services.router.rules.fold import fold
from services.router.rules.limits import LIMITS, MAX_HELPERS
from services.router.rules.snapshot import MAX_BYTES
from services.router.state import CASE_ADAPTER
from shared.errors import Refused
from shared.events import opd as o
from shared.events.cases_helpers import HelperContributed
from shared.events.deadlines import DeadlineSet
from shared.events.opd import UpdateRefused
from shared.events.submissions import CitizenReplied
from shared.ids import new_id
from shared.pipeline import Item
from shared.shortening import json_size
from tests.support.router_cases import DISDIKBUD, assigned, refused
from tests.support.router_facts import SCHOOL, START, types
from tests.support.router_helpers import ANSWER, DISHUB, PART, TASK, ended, helped, helper_of, snapshots


def test_a_helper_has_an_assignment_of_its_own_and_the_lead_keeps_the_case() -> None:
    story = helped()
    helper = helper_of(story)
    [mine], [leads] = snapshots(story, DISHUB), snapshots(story, DISDIKBUD)
    assert (story.case.opd, story.case.state) == (DISDIKBUD, "assigned")
    assert helper.assignment_id not in (story.case.assignment_id, None)
    assert (mine.role, mine.lead, mine.task, mine.assignment_id) == ("helper", DISDIKBUD, TASK, helper.assignment_id)
    assert (leads.role, leads.assignment_id) == ("lead", story.case.assignment_id)
    assert [part.opd for part in leads.parts] == [DISHUB]


def test_a_helper_learns_neither_the_reporter_nor_the_other_parts() -> None:
    story = assigned(reporter_name="Warga Contoh")
    story.fold(commands_help.AddHelper(helper=DISHUB, task=TASK))
    [mine] = snapshots(story, DISHUB)
    assert mine.reporter_name is None
    assert mine.parts == ()
    assert mine.reasons[0].startswith("OPD Anda diminta membantu Dinas Pendidikan")


def test_only_the_snapshot_of_a_helper_names_the_role_helper_so_that_an_old_reader_sees_an_assignment() -> None:
    story = helped()
    [mine] = snapshots(story, DISHUB)
    assert (mine.state, mine.withdrawn) == ("assigned", False)
    story.update(o.UpdateAccepted(assignment_id=mine.assignment_id), opd=DISHUB)
    [mine] = snapshots(story, DISHUB)
    assert mine.state == "in_progress"
    story.update(o.UpdateResolved(assignment_id=mine.assignment_id, answer=PART), opd=DISHUB)
    assert story.case.state == "assigned"
    assert helper_of(story).part == PART
    assert [snapshot.state for snapshot in snapshots(story, DISHUB)] == ["resolved"]


def test_the_lead_reads_the_part_and_the_citizen_gets_one_answer() -> None:
    story = helped()
    said = story.fold(commands_help.Contribute(opd=DISHUB, text=PART, outcome="explained"))
    assert types(said)[0] == "case.helper_contributed"
    [leads] = snapshots(story, DISDIKBUD)
    assert [(part.text, part.outcome) for part in leads.parts] == [(PART, "explained")]
    answered = story.fold(c.Resolve(opd=DISDIKBUD, answer=ANSWER))
    assert types(answered).count("case.resolved") == 1
    assert ended(story) == []


@pytest.mark.parametrize(
    "command",
    [
        c.Ask(opd=DISHUB, question="Sejak kapan?"),
        c.Progress(opd=DISHUB, text="Kami periksa."),
        c.PutItOff(opd=DISHUB, until=START.date(), reason="Cuaca"),
        commands_help.AskHelp(opd=DISHUB, helper="dinkes", task=TASK),
    ],
    ids=lambda command: type(command).__name__,
)
def test_a_helper_never_speaks_to_the_citizen(command: c.OpdCommand) -> None:
    assert refused(helped(), command).code == "helper_only"


def test_a_helper_declines_with_a_reason_and_its_assignment_is_withdrawn() -> None:
    story = helped()
    story.fold(c.Decline(opd=DISHUB, reason="Halte itu milik kota."))
    assert story.case.state == "assigned"
    assert story.case.helpers == ()
    assert ended(story) == [(DISHUB, "declined")]
    assert [one.withdrawn for one in snapshots(story, DISHUB)] == [True]
    assert refused(story, c.Accept(opd=DISHUB)).code == "not_yours"


def test_the_answer_says_why_it_does_not_wait_and_ends_the_parts_that_are_missing() -> None:
    story = helped(DISHUB, "dinkes")
    story.fold(commands_help.Contribute(opd="dinkes", text=PART))
    refusal = refused(story, c.Resolve(opd=DISDIKBUD, answer=ANSWER))
    assert (refusal.code, refusal.field) == ("parts_missing", "without_parts")
    assert "Dinas Perhubungan" in refusal.words
    story.fold(c.Resolve(opd=DISDIKBUD, answer=ANSWER, without_parts="Sekolah sudah mulai."))
    assert ended(story) == [(DISHUB, "answered")]
    assert [one.opd for one in story.case.helpers] == ["dinkes"]
    assert [one.withdrawn for one in snapshots(story, DISHUB)] == [True]


def test_the_answer_of_a_system_that_knows_of_no_helpers_is_not_refused() -> None:
    story = helped()
    assert story.case.assignment_id is not None
    story.update(o.UpdateResolved(assignment_id=story.case.assignment_id, answer=ANSWER))
    assert story.case.state == "resolved"
    assert ended(story) == [(DISHUB, "answered")]


def test_a_desk_removes_a_helper_with_a_reason() -> None:
    story = helped()
    assert refused(story, commands_help.RemoveHelper(helper=DISHUB, reason=" ")).code == "reason_needed"
    story.fold(commands_help.RemoveHelper(helper=DISHUB, reason="Tidak perlu lagi."))
    assert ended(story) == [(DISHUB, "removed")]
    assert refused(story, commands_help.RemoveHelper(helper=DISHUB, reason="Lagi")).code == "no_helper"


def test_the_lead_asks_and_lets_go_itself_unless_the_settings_leave_this_to_the_desk() -> None:
    story = assigned()
    story.fold(commands_help.AskHelp(opd=DISDIKBUD, helper=DISHUB, task=TASK))
    story.fold(commands_help.EndHelp(opd=DISDIKBUD, helper=DISHUB, reason="Sudah jelas."))
    assert ended(story) == [(DISHUB, "removed")]
    item = Item(
        key=story.key,
        data=commands_help.AskHelp(opd=DISDIKBUD, helper=DISHUB, task=TASK),
        actor="test",
        at=story.now,
        id=new_id(),
        keys=(story.key,),
    )
    with pytest.raises(Refused) as caught:
        fold(story.states, item, story.now, limits=replace(LIMITS, lead_asks_help=False))
    assert caught.value.code == "ask_the_desk"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (commands_help.AddHelper(helper="dinas-antah", task=TASK), "unknown_opd"),
        (commands_help.AddHelper(helper=DISDIKBUD, task=TASK), "already_helps"),
        (commands_help.AddHelper(helper=DISHUB, task=TASK), "already_helps"),
        (commands_help.AddHelper(helper="dinkes", task=" "), "reason_needed"),
        (commands_help.Contribute(opd=DISDIKBUD, text=PART), "lead_answers"),
        (commands_help.Contribute(opd="dinkes", text=PART), "not_yours"),
        (commands_help.Contribute(opd=DISHUB, text="Ok"), "empty_answer"),
        (commands_help.Contribute(opd=DISHUB, text=PART, assignment_id=UUID(int=1)), "stale_assignment"),
        (commands_help.Contribute(opd=DISHUB, text=PART, revision=1), "stale_revision"),
        (commands_help.Contribute(opd=DISHUB, text=PART, outcome="scheduled"), "wrong_outcome"),
    ],
)
def test_what_does_not_fit_is_refused_and_changes_nothing(command: c.CaseCommand, code: str) -> None:
    assert refused(helped(), command).code == code


def test_only_so_many_help_at_one_time() -> None:
    codes = ("dishub", "dinkes", "diskominfo", "dpupr-pera", "dinsos", "bpbd")
    story = helped(*codes[:MAX_HELPERS])
    assert refused(story, commands_help.AddHelper(helper=codes[MAX_HELPERS], task=TASK)).code == "too_many_helpers"


def test_a_part_belongs_to_one_assignment_and_is_given_once() -> None:
    story = helped()
    first = helper_of(story).assignment_id
    story.fold(commands_help.Contribute(opd=DISHUB, text=PART))
    assert refused(story, commands_help.Contribute(opd=DISHUB, text=PART)).code == "wrong_state"
    story.fold(commands_help.AddHelper(helper=DISHUB, task="Kirim juga jadwalnya."))
    assert helper_of(story).assignment_id != first
    assert [one.part for one in story.case.helpers] == [PART, None]


def test_a_refused_update_of_a_helper_is_answered_on_its_own_topic() -> None:
    story = helped()
    said = story.update(
        o.UpdateInfoRequested(assignment_id=helper_of(story).assignment_id, question="Sejak kapan?"), opd=DISHUB
    )
    replies = [(fact.code, fact.assignment_id) for fact in said if isinstance(fact, UpdateRefused)]
    assert replies == [("helper_only", helper_of(story).assignment_id)]
    assert next(out.topic for out in story.last.events) == "opd.dishub.replies.v1"


def test_an_opd_with_a_system_asks_for_help_and_gives_its_part_on_its_topic() -> None:
    story = assigned()
    assert story.case.assignment_id is not None
    story.update(o.UpdateHelpAsked(assignment_id=story.case.assignment_id, opd=DISHUB, task=TASK))
    said = story.update(o.UpdateContributed(assignment_id=helper_of(story).assignment_id, text=PART), opd=DISHUB)
    assert any(isinstance(fact, HelperContributed) for fact in said)


def test_due_times_of_a_helper_are_its_own_and_are_sent_to_it_alone() -> None:
    story = helped()
    assignment, lead_due = helper_of(story).assignment_id, story.case.due_resolve
    due = START.replace(day=30)
    story.fold(DeadlineSet(clock="resolve", run=2, helper=assignment, started_at=START, due_at=due, explanation="x"))
    assert story.case.due_resolve == lead_due
    [mine] = snapshots(story, DISHUB)
    assert mine.due.resolve == due
    assert snapshots(story, DISDIKBUD) == []


def test_the_words_of_the_citizen_reach_helpers_and_their_snapshots_are_repeated() -> None:
    story = helped()
    story.fold(CitizenReplied(text="Haltenya roboh.", channel="web"))
    [mine] = snapshots(story, DISHUB)
    assert mine.replies == ("Haltenya roboh.",)
    story.later(days=2).tick()
    assert len(snapshots(story, DISHUB)) == len(snapshots(story, DISDIKBUD)) == 1


def test_a_snapshot_with_many_long_parts_stays_within_its_bound() -> None:
    files = tuple(o.Evidence(id="x" * 200, sha256="a" * 64, type="t" * 100, size=1) for _ in range(20))
    story = assigned(SCHOOL + " é" * 9_000)
    for number in range(10):
        code = ("dishub", "dinkes")[number % 2]
        story.fold(commands_help.AddHelper(helper=code, task="Tugas \u0001" * 600))
        story.later(days=1)
        story.fold(commands_help.Contribute(opd=code, text="Bagian kami panjang sekali. " * 170, evidence=files))
    [leads] = snapshots(story, story.case.opd or "")
    assert json_size(leads) <= MAX_BYTES
    assert (len(leads.parts), leads.parts_left_out) == (5, 5)
    assert leads.whole == "/v1/cases/KT-7F3K-9Q2M-X"


def test_a_row_of_an_older_release_has_no_helpers() -> None:
    raw = CASE_ADAPTER.dump_json(assigned().case)
    assert CASE_ADAPTER.validate_json(raw.replace(b'"helpers":[],', b"")).helpers == ()
