"""The clocks of OPDs that help: their own start, policy, levels and lateness, beside the clocks of the lead."""

from uuid import UUID

import pytest

from services.sla.state import ClockRun
from shared.events import cases, cases_helpers
from shared.events.deadlines import ClockFact, DeadlineApproaching, DeadlineBreached, DeadlineSet, Escalated
from tests.support.sla_story import Story, assigned, at, opened, put_off, resolved

HELP = UUID(int=42)
BEGIN = "2026-04-06T09:00"
ASKED = "2026-04-08T09:00"


def added(opd: str = "dinkes", assignment: UUID = HELP) -> cases_helpers.HelperAdded:
    return cases_helpers.HelperAdded(assignment_id=assignment, opd=opd, lead="dishub", task="Periksa airnya.")


def ended(why: cases_helpers.HelpEnd = "answered") -> cases_helpers.HelperEnded:
    return cases_helpers.HelperEnded(assignment_id=HELP, opd="dinkes", why=why)


def contributed() -> cases_helpers.HelperContributed:
    return cases_helpers.HelperContributed(assignment_id=HELP, opd="dinkes", text="Airnya sudah kami uji.")


def helped() -> Story:
    return Story().tell(BEGIN, opened()).tell(BEGIN, assigned()).tell(ASKED, added())


def runs(story: Story) -> dict[str, ClockRun]:
    return {run.clock: run for run in story.case.runs if run.helper == HELP}


def own(story: Story) -> dict[str, ClockRun]:
    return {run.clock: run for run in story.case.runs if run.helper is None}


def measured(story: Story, opd: str) -> list[tuple[str, str, bool]]:
    return [(row.what, row.outcome, row.late) for row in story.rows if row.opd == opd]


def test_a_helper_has_both_clocks_from_its_own_assignment() -> None:
    story = helped()
    helper, lead = runs(story), own(story)
    assert {clock: run.opd for clock, run in helper.items()} == {"respond": "dinkes", "resolve": "dinkes"}
    assert helper["respond"].started_at == at(ASKED)
    assert helper["respond"].due_at > lead["respond"].due_at
    assert helper["respond"].run != lead["respond"].run
    told = [fact for fact in story.said if isinstance(fact, DeadlineSet) and fact.helper is not None]
    assert [(fact.clock, fact.opd, fact.helper) for fact in told] == [
        ("respond", "dinkes", HELP),
        ("resolve", "dinkes", HELP),
    ]


def test_the_clocks_of_the_lead_neither_stop_nor_move_for_a_helper() -> None:
    with_help = helped().tell("2026-04-09T09:00", contributed())
    without = Story().tell(BEGIN, opened()).tell(BEGIN, assigned())
    assert own(with_help) == own(without)


def test_an_acceptance_is_the_first_word_and_the_part_meets_the_rest() -> None:
    story = helped()
    story.tell("2026-04-09T09:00", cases_helpers.HelperAccepted(assignment_id=HELP, opd="dinkes"))
    assert (runs(story)["respond"].outcome, runs(story)["resolve"].live) == ("met", True)
    story.tell("2026-04-10T09:00", contributed())
    assert measured(story, "dinkes") == [("respond", "met", False), ("resolve", "met", False)]
    assert all(run.live for run in own(story).values() if run.clock in ("respond", "resolve"))


def test_lateness_of_a_helper_counts_for_the_helper_alone() -> None:
    story = helped()
    story.tell("2026-04-09T10:00", cases.Progressed(opd="dishub", public=True, text="Kami kerjakan."))
    story.tell("2026-06-29T09:00", ended())
    assert measured(story, "dinkes") == [("respond", "missed", True), ("resolve", "missed", True)]
    assert measured(story, "dishub") == [("respond", "met", False)]


def test_a_part_that_is_no_longer_needed_in_time_is_nobodys_lateness() -> None:
    story = helped().tell("2026-04-09T09:00", ended())
    assert measured(story, "dinkes") == [("respond", "released", False), ("resolve", "released", False)]


def test_levels_of_a_helper_go_to_its_own_people_and_never_to_the_citizen() -> None:
    story = helped()
    story.tell("2026-04-08T10:00", cases.Progressed(opd="dishub", public=True, text="Kami kerjakan."))
    story.tick("2026-06-29T09:00")
    levels = [fact for fact in story.said if isinstance(fact, DeadlineApproaching | Escalated) and fact.helper == HELP]
    assert {fact.opd for fact in levels} == {"dinkes"}
    assert "citizen" not in {role for fact in levels for role in fact.to}
    assert {"officer", "head"} <= {role for fact in levels for role in fact.to}
    breaches = [fact for fact in story.said if isinstance(fact, DeadlineBreached)]
    assert {(fact.clock, fact.helper) for fact in breaches} >= {("respond", HELP), ("resolve", HELP), ("resolve", None)}
    names = [(fact.clock, fact.run, fact.level) for fact in story.said if isinstance(fact, Escalated)]
    assert len(names) == len(set(names))


def test_a_helper_waits_for_the_citizen_but_not_for_what_the_lead_puts_off() -> None:
    story = helped()
    due = runs(story)["resolve"].due_at
    story.tell("2026-04-09T09:00", put_off("2026-04-20"))
    story.tell("2026-04-21T09:00", cases.Progressed(opd="dishub", public=False, text="Lanjut."))
    assert runs(story)["resolve"].due_at == due
    assert own(story)["resolve"].due_at > due
    story.tell("2026-04-21T09:00", cases.InfoRequested(opd="dishub", question="Di mana?"))
    assert story.case.halts_run(runs(story)["resolve"])
    story.tell("2026-04-23T09:00", cases.InfoReceived(state="in_progress", text="Di depan masjid."))
    assert runs(story)["resolve"].due_at > due


def test_a_helper_that_is_asked_while_the_citizen_is_asked_waits_too() -> None:
    story = Story().tell(BEGIN, opened()).tell(BEGIN, assigned())
    story.tell(BEGIN, cases.InfoRequested(opd="dishub", question="Di mana?")).tell(ASKED, added())
    paused = {fact.clock for fact in story.new if isinstance(fact, ClockFact) and fact.TYPE == "deadline.paused"}
    assert paused == {"respond", "resolve"}
    assert story.case.helping == {}


@pytest.mark.parametrize(
    "end",
    [
        cases.Closed(by="admin"),
        cases.Archived(reason="spam"),
        cases.Referred(authority="centre", to="x", reason="y", next_step="z"),
    ],
    ids=lambda fact: fact.TYPE,
)
def test_no_clock_of_a_helper_runs_on_after_the_case(end: object) -> None:
    story = helped().tell("2026-04-09T09:00", end)
    assert not any(run.live for run in story.case.runs)
    assert story.case.helping == {}


def test_another_lead_leaves_the_helpers_clocks_as_they_are() -> None:
    story = helped()
    before = runs(story)
    story.tell("2026-04-09T09:00", cases.TakenBack(state="assigned", opd="dishub", reason="Salah."))
    story.tell("2026-04-10T09:00", assigned("diskominfo"))
    assert runs(story) == before


def test_the_list_of_each_owner_shows_its_own_clocks() -> None:
    case = helped().case
    lead, helper = case.seen_by("dishub"), case.seen_by("dinkes")
    assert {run.helper for run in lead.runs} == {None}
    assert {run.helper for run in helper.runs} == {HELP}
    assert helper.next_deadline == case.helping["dinkes"]
    assert lead.next_deadline == case.next_deadline


def test_the_lead_answers_and_its_clock_is_met_whatever_the_helper_does() -> None:
    story = helped().tell("2026-04-09T09:00", resolved()).tell("2026-04-09T09:00", ended())
    assert (own(story)["resolve"].outcome, own(story)["resolve"].late) == ("met", False)
    assert not any(run.live for run in story.case.runs if run.clock != "silence")
