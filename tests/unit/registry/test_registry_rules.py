"""The rules that follow a change: the event, the hand-over of a case, and what may no longer be chosen."""

from dataclasses import replace

import pytest

from services.router.accounts.model import Account, roles_now
from services.router.api.views_pages import timeline_entry
from services.router.errors import UnknownOpd, WrongState
from services.router.rules import commands as c
from services.router.rules import commands_registry
from services.router.store import CaseEvent
from shared.events.cases import TakenBack
from shared.events.opd import Assignment
from shared.events.registry import REGISTRY_KEY, RegistryChanged
from shared.ids import new_id
from shared.pipeline.registry import RegistryRow
from shared.reference import shipped
from tests.support.registry import TODAY, holding, merged, renamed
from tests.support.router_cases import DISDIKBUD, assigned, refused, resolved
from tests.support.router_facts import START, Story, types
from tests.support.router_helpers import TASK, ended, helped, snapshots

WHY = "Dinas Pendidikan dan Kebudayaan digabung ke Dinas Pemuda dan Olahraga."


def handed(to: str | None = "dispora") -> commands_registry.PassOn:
    return commands_registry.PassOn(opd=DISDIKBUD, to=to, reason=WHY)


def test_a_change_is_told_to_the_other_services_and_kept_here() -> None:
    fact = RegistryChanged(version=1, opds=shipped().opds, topics=shipped().topics)
    story = Story()
    assert story.fold(commands_registry.ChangeRegistry(fact), key=REGISTRY_KEY) == [fact]
    assert story.last.rows == (RegistryRow(fact, "test", START),)
    assert not story.last.states


def test_a_case_goes_to_the_successor_with_the_reason_and_is_no_transfer() -> None:
    story = assigned()
    story.fold(c.Accept(opd=DISDIKBUD))
    facts = story.fold(handed())
    assert types(facts) == ["case.taken_back", "case.assigned", "assignment.snapshot", "assignment.snapshot"]
    back = next(one for one in facts if isinstance(one, TakenBack))
    assert (back.opd, back.to, back.reason) == (DISDIKBUD, "dispora", WHY)
    assert (story.case.state, story.case.opd, story.case.reasons) == ("assigned", "dispora", (WHY,))
    assert story.case.transfers == 0
    withdrawn = [one.withdrawn for one in facts if isinstance(one, Assignment)]
    assert withdrawn == [True, False]


def test_a_binding_assignment_binds_the_successor_too() -> None:
    story = assigned()
    story.states[story.key] = story.case.with_(binding=True, transfers=3)
    story.fold(handed())
    assert (story.case.opd, story.case.binding, story.case.transfers) == ("dispora", True, 3)


def test_without_a_successor_the_case_goes_before_triage() -> None:
    story = assigned()
    story.fold(handed(None))
    assert (story.case.state, story.case.desk, story.case.opd) == ("verification", "triage", None)
    assert story.case.reasons == (WHY,)


def test_a_case_is_handed_over_once_and_an_answered_one_stays() -> None:
    story = assigned()
    story.fold(handed())
    assert isinstance(refused(story, handed()), WrongState)
    assert isinstance(refused(resolved(), handed()), WrongState)


@pytest.mark.parametrize(
    ("to", "missing", "why"),
    [("dpupr-pera", ["dpupr-pera"], "removed"), (DISDIKBUD, [], "lead"), (None, [], "removed")],
)
def test_the_help_of_an_opd_that_ended_goes_to_its_successor_too(to: str | None, missing: list[str], why: str) -> None:
    story = helped()
    command = commands_registry.PassOn(opd="dishub", to=to, reason=WHY)
    story.fold(command)
    assert ended(story) == [("dishub", why)]
    assert [(one.opd, one.task) for one in story.case.missing] == [(code, TASK) for code in missing]
    assert (story.case.opd, story.case.state) == (DISDIKBUD, "assigned")
    assert [one.withdrawn for one in snapshots(story, "dishub")] == [True]
    assert isinstance(refused(story, command), WrongState)


def test_help_is_not_handed_to_an_opd_that_helps_already() -> None:
    story = helped("dishub", "dpupr-pera")
    story.fold(commands_registry.PassOn(opd="dishub", to="dpupr-pera", reason=WHY))
    assert [one.opd for one in story.case.missing] == ["dpupr-pera"]


def test_nobody_assigns_a_case_to_an_opd_that_has_ended() -> None:
    with holding(merged("dishub", "dpupr-pera")):
        command = c.Assign(opd="dishub", reason="Jalan itu urusan perhubungan.")
        assert isinstance(refused(assigned(), command), UnknownOpd)


def test_an_opd_that_was_added_on_the_pages_gets_no_stream_of_its_own() -> None:
    story = assigned()
    files = shipped()
    new = files.opds[0].model_copy(update={"code": "dinas-baru", "name": "Dinas Baru"})
    registry = type(files)(2, (*files.opds, new), files.topics)
    with holding(registry):
        facts = story.fold(c.Assign(opd="dinas-baru", reason="Urusan dinas baru."))
    assert types(facts) == ["case.taken_back", "case.assigned", "assignment.snapshot"]
    assert story.case.opd == "dinas-baru"


def test_the_roles_of_an_opd_end_with_the_opd_and_others_stay() -> None:
    account = Account(new_id(), "a@contoh.example", "Ani Uji", ("officer", "reader"), "dkp", None, None, disabled=False)
    with holding(merged("dkp", "dptph")):
        assert roles_now(account) == ("reader",)
        assert roles_now(replace(account, roles=("head",))) == ("former",)
    assert roles_now(account) == ("officer", "reader")


def test_the_history_of_a_case_keeps_the_name_of_its_time() -> None:
    event = CaseEvent("case.assigned", START, "rules", {"opd": "dkp"})
    with holding(renamed("dkp", TODAY, name="Dinas Perikanan")):
        assert timeline_entry(event)["text"].endswith("Dinas Kelautan dan Perikanan")
