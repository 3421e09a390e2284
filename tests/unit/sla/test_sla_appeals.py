"""The clock of an appeal: until when it must be decided, who hears of it, and what an upheld appeal starts."""

from services.sla.policy import read_policies, shipped_policies, shipped_text
from services.sla.rules.measures import QUESTION
from shared.events import cases
from shared.events.cases_appeal import AppealDecided, Appealed, AppealVerdict
from shared.events.deadlines import DeadlineApproaching, DeadlineBreached, DeadlineEnded, DeadlineSet, Escalated
from tests.support.sla_story import Story, assigned, at, opened, reopened, resolved

BEGIN = "2026-04-06T09:00"
CLOSED = "2026-04-20T09:00"
APPEALED = "2026-05-05T10:00"
DUE = at("2026-05-21T16:00")


def appealed() -> Story:
    story = Story().tell(BEGIN, opened()).tell(BEGIN, assigned()).tell("2026-04-07T09:00", resolved())
    story.tell(CLOSED, cases.Closed(by="admin", reason="Sudah dijawab."))
    return story.tell(APPEALED, Appealed(opd="dishub", reason="Lampunya masih mati."))


def decided(verdict: AppealVerdict, opd: str | None = None) -> AppealDecided:
    return AppealDecided(verdict=verdict, reason="Foto bukti tidak menunjukkan lokasinya.", opd=opd)


def live(story: Story) -> set[str]:
    return {run.clock for run in story.case.runs if run.live}


def test_an_appeal_has_ten_working_days_and_says_by_which_rule() -> None:
    story = appealed()
    [begun] = [fact for fact in story.new if isinstance(fact, DeadlineSet)]
    # 14 and 15 May are the Ascension and the day off beside it.
    assert (begun.clock, begun.due_at, begun.limit) == ("appeal", DUE, "10 working_day")
    assert "aturan sendiri" in begun.explanation
    assert live(story) == {"appeal"}


def test_the_supervisors_hear_of_an_appeal_that_is_near_or_late_and_the_citizen_of_the_ombudsman() -> None:
    story = appealed().tick("2026-05-20T08:00")
    assert [fact.to for fact in story.of(DeadlineApproaching)] == [("inspektorat", "sekda")]
    story.tick("2026-06-30T08:00")
    assert [fact.clock for fact in story.of(DeadlineBreached)] == ["appeal"]
    assert [fact.to for fact in story.of(Escalated)] == [("inspektorat", "sekda"), ("governor", "citizen")]


def test_an_appeal_is_no_deadline_of_the_opd() -> None:
    story = appealed()
    assert (story.case.next_deadline, story.case.due is not None) == (None, True)


def test_a_rejected_appeal_ends_its_clock_and_counts_nothing_against_the_opd() -> None:
    story = appealed().tell("2026-05-12T10:00", decided("rejected"))
    assert live(story) == set()
    assert [(row.what, row.outcome, row.late) for row in story.rows][-1] == ("appeal", "met", False)
    assert story.case.question is not None
    assert not story.case.question.reopened


def test_an_upheld_appeal_counts_as_reopened_and_its_opd_starts_in_full() -> None:
    story = appealed().tell("2026-05-12T10:00", decided("upheld", "dishub")).tell("2026-05-12T10:00", reopened())
    assert live(story) == {"respond", "resolve"}
    assert {story.run("respond").opd, story.run("resolve").opd} == {"dishub"}
    assert [row.reopened for row in story.rows if row.what == QUESTION][-1]


def test_an_upheld_appeal_that_gives_the_case_to_another_opd_starts_that_one_once() -> None:
    story = appealed().tell("2026-05-12T10:00", decided("upheld", "dlh"))
    story.tell("2026-05-12T10:00", assigned("dlh", binding=True))
    begun = [(fact.clock, fact.opd) for fact in story.of(DeadlineSet) if fact.started_at == at("2026-05-12T10:00")]
    assert begun == [("respond", "dlh"), ("resolve", "dlh")]
    last = [row for row in story.rows if row.what == QUESTION][-1]
    assert (last.opd, last.reopened) == ("dishub", True)


def test_a_case_that_is_closed_once_more_keeps_its_appeal() -> None:
    assert live(appealed().tell("2026-05-06T10:00", cases.Closed(by="citizen"))) == {"appeal"}


def test_a_case_that_comes_back_without_a_decision_ends_the_appeal() -> None:
    story = appealed().tell("2026-05-06T10:00", reopened())
    assert [(fact.clock, fact.why) for fact in story.of(DeadlineEnded)][-1] == ("appeal", "reopened")
    assert live(story) == {"respond", "resolve"}


def test_policies_that_were_written_before_appeals_have_the_shipped_limit() -> None:
    text = shipped_text()
    older = text[: text.index("# A house rule: no regulation")]
    assert 'clock = "appeal"' not in older
    [policy], [shipped] = read_policies(older).entries, shipped_policies().entries
    own, new = (next(rule for rule in one.clocks if rule.clock == "appeal") for one in (policy, shipped))
    assert (own.limit, own.law, own.ladder) == (new.limit, new.law, new.ladder)
