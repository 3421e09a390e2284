"""Any story in any order, read late, with crashes and jumps of the clock: one escalation per level, and the right due times."""

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.sla.rules.pauses import pauses_of_clock
from services.sla.state import CaseClocks, ClockRun
from shared.events import cases, cases_merged
from shared.events.cases_answer import Called, Extended, Rated
from shared.events.deadlines import (
    DeadlineApproaching,
    DeadlineBreached,
    DeadlineRetracted,
    Escalated,
    SilenceExpired,
)
from shared.events.fact import Fact
from shared.ids import new_id
from shared.worktime import Unit
from tests.support.sla_story import (
    Story,
    asked,
    assigned,
    at,
    declined,
    opened,
    progressed,
    put_off,
    reclassified,
    reopened,
    resolved,
    shipped_table,
    told,
)

OPDS = ("dishub", "dlh")
CLASSES = ("oversight", "no_oversight", "information", "aspiration", "permit")
BACK_TO = ("verification", "assigned", "awaiting_citizen", "resolved")
facts = st.one_of(
    st.builds(opened),
    st.builds(
        assigned, st.sampled_from(OPDS), class_=st.sampled_from(CLASSES), priority=st.sampled_from(["normal", "urgent"])
    ),
    st.builds(declined, st.sampled_from(OPDS)),
    st.builds(
        cases.TakenBack,
        state=st.sampled_from(BACK_TO),
        opd=st.sampled_from([*OPDS, None]),
        to=st.sampled_from([*OPDS, None]),
        reason=st.just("salah alamat"),
    ),
    st.builds(progressed, st.sampled_from(OPDS), st.booleans()),
    st.builds(asked, st.sampled_from([*OPDS, None])),
    st.builds(told),
    st.builds(
        cases.InfoReceived, state=st.sampled_from(BACK_TO[:2]), text=st.just("Kilometer 12"), again=st.just(True)
    ),
    st.builds(cases.Replied, text=st.just("Tolong dicek lagi"), state=st.sampled_from(["resolved", "closed"])),
    st.builds(cases.ReplyHandled, outcome=st.sampled_from(["asked", "reopened", "closed", "read"])),
    st.builds(put_off, st.dates(date(2026, 1, 1), date(2026, 12, 31)).map(date.isoformat), st.sampled_from(OPDS)),
    st.builds(resolved, st.sampled_from(OPDS)),
    st.builds(
        cases.Resolved,
        opd=st.sampled_from(OPDS),
        answer=st.just("Dijadwalkan"),
        outcome=st.just("scheduled"),
        until=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    ),
    st.builds(Rated, stars=st.integers(1, 4), scale=st.just(4)),
    st.builds(Extended, opd=st.sampled_from(OPDS), reason=st.just("Datanya dihimpun.")),
    st.builds(Called, answer=st.sampled_from(["solved", "not_solved", "not_reached"])),
    st.builds(reopened, st.sampled_from(OPDS)),
    st.builds(reclassified, class_=st.sampled_from(CLASSES), priority=st.sampled_from(["normal", "urgent"])),
    st.builds(cases.Confirmed),
    st.builds(cases.Disputed, reason=st.just("belum selesai")),
    st.builds(cases.Closed, by=st.sampled_from(["citizen", "silence", "admin"])),
    st.builds(cases.Archived, reason=st.just("spam")),
    st.just(cases.Referred(authority="centre", to="PLN", reason="listrik", next_step="123")),
    st.builds(cases_merged.Merged, into=st.builds(new_id), into_ticket=st.just("KT-7F3K-9Q2M-X")),
    st.builds(cases_merged.Unmerged, state=st.sampled_from(BACK_TO), opd=st.sampled_from([*OPDS, None])),
    st.builds(cases.Triaged, desk=st.just("triage"), reasons=st.just(())),
    st.builds(cases.Noted, what=st.just("x"), why=st.just("y")),
    st.builds(cases_merged.MergedFrom, source=st.builds(new_id), source_ticket=st.just("KT-7F3K-9Q2M-X")),
)


def counted_by_hand(case: CaseClocks, run: ClockRun, days: int) -> datetime:
    """The due time of a limit in working days, by walking over the dates one by one."""
    table = shipped_table()
    first = run.started_at.astimezone(table.zone).date()
    spans = [(max(p.start, run.started_at), p.end) for p in pauses_of_clock(case, run.clock, run.ended_at)]
    dates = [(a.astimezone(table.zone).date(), b.astimezone(table.zone).date()) for a, b in spans if b > run.started_at]
    paused = {a + timedelta(n + 1) for a, b in dates for n in range((b - a).days)}
    left = days + sum(table.calendar.plan(day).working for day in paused)
    day = first
    while left:
        day += timedelta(1)
        left -= table.calendar.plan(day).working
    closing = table.calendar.plan(day).shifts[-1].end
    return datetime(day.year, day.month, day.day, closing // 60, closing % 60, tzinfo=table.zone).astimezone(UTC)


class Clocks(RuleBasedStateMachine):
    """One complaint whose router says anything, legal or not."""

    def __init__(self) -> None:
        super().__init__()
        self.story = Story()
        self.now = at("2026-02-10T09:00")
        self.told: Counter[tuple[str, int, int]] = Counter()

    def hear(self, ticking: bool) -> None:
        for fact in self.story.new:
            match fact:
                case Escalated() | DeadlineApproaching():
                    self.told[fact.clock, fact.run, fact.level] += 1
                    assert ticking
                case DeadlineRetracted():
                    self.told.subtract((fact.clock, fact.run, level) for level in fact.levels)
                case SilenceExpired():
                    self.told["silence", fact.run, 0] += 1

    @rule(fact=facts, minutes=st.integers(0, 20_000))
    def something_happens(self, fact: Fact, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.story.tell(self.now, fact)
        self.hear(ticking=False)

    @rule(fact=facts, minutes=st.integers(1, 10_000))
    def something_older_is_read(self, fact: Fact, minutes: int) -> None:
        self.story.tell(self.now - timedelta(minutes=minutes), fact)
        self.hear(ticking=False)

    @rule(minutes=st.integers(0, 60_000))
    def the_clock_jumps(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        halted = {run.name for run in self.story.case.runs if self.story.case.halted(run.clock)}
        waiting = {halt.kind for halt in self.story.case.halts if halt.end is None}
        self.story.tick(self.now)
        if waiting == {"waiting"}:
            assert (
                not {(f.clock, f.run) for f in self.story.new if isinstance(f, Escalated | DeadlineBreached)} & halted
            )
        self.hear(ticking=True)
        assert self.story.case.due is None or self.story.case.due > self.now

    @rule()
    def a_tick_comes_again(self) -> None:
        self.story.tick(self.now)
        self.hear(ticking=True)
        said = len(self.story.said)
        self.story.tick(self.now)
        assert len(self.story.said) == said

    @rule()
    def the_process_dies(self) -> None:
        again = CaseClocks.model_validate_json(self.story.case.model_dump_json())
        assert again == self.story.case
        self.story.case = again

    @invariant()
    def each_level_is_told_at_most_once(self) -> None:
        assert set(self.told.values()) <= {0, 1}

    @invariant()
    def at_most_one_run_of_a_clock_is_live_and_runs_are_counted_from_one(self) -> None:
        runs = self.story.case.runs
        assert max(Counter(run.clock for run in runs if run.live).values(), default=0) <= 1
        for clock in {run.clock for run in runs}:
            numbers = [run.run for run in runs if run.clock == clock]
            assert numbers == list(range(1, len(numbers) + 1))

    @invariant()
    def every_live_due_time_is_what_counting_by_hand_gives(self) -> None:
        case = self.story.case
        for run in case.runs:
            if run.live:
                rule_of_run = self.story.due_dates.rule_of(case, run.clock, run.started_at)
                longer = rule_of_run.extension if case.extended else 0
                if rule_of_run.limit.unit is Unit.WORKING_DAY:
                    assert run.due_at == counted_by_hand(case, run, int(rule_of_run.limit.amount + longer))


Clocks.TestCase.settings = settings(max_examples=60, stateful_step_count=30, deadline=None)
TestClocks = Clocks.TestCase
